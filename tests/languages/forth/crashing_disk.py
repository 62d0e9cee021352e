"""A disk in memory that stops at the n-th system call, and what may be found on it afterwards.

What was written is sure only after `sync`, a new or removed name only after `sync_folder`. After a stop, each change
that was not sure may be there, or not, or (a write) be there in part: any of its sectors, and the last in part.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from cupola.languages.forth.storage.disk import FileDisk

SECTOR = 512


class Stopped(BaseException):
    """The machine lost its power. No handler of errors may see that."""


@dataclass
class Stored:
    """The content of one file: what is sure, what the program sees, and the changes between."""

    sure: bytearray = field(default_factory=bytearray)
    seen: bytearray = field(default_factory=bytearray)
    changes: list[tuple[int, bytes]] = field(
        default_factory=list
    )  # a place and bytes; place -1 - n cuts to n

    def apply(self, place: int, data: bytes) -> None:
        put(self.seen, place, data)
        self.changes.append((place, data))


def put(content: bytearray, place: int, data: bytes) -> None:
    """Write into a content, or cut it."""
    if place < 0:
        size = -1 - place
        del content[size:]
        content.extend(bytes(size - len(content)))
        return
    content.extend(bytes(max(0, place - len(content))))
    content[place : place + len(data)] = data


class CrashingDisk(FileDisk):
    """Stands for `FileDisk`. `calls` counts what changes the disk; call number `stop` does not return.

    With `fails`, that call raises OSError instead, once, and the machine goes on.
    """

    def __init__(self, stop: int = -1, fails: bool = False) -> None:
        self.names: dict[str, Stored] = {}
        self.sure_names: dict[str, Stored] = {}
        self.handles: dict[int, tuple[str, Stored]] = {}
        self.calls = 0
        self.stop = stop
        self.fails = fails
        self.next_handle = 3

    def _count(self) -> None:
        self.calls += 1
        if self.calls == self.stop:
            if self.fails:
                raise OSError(28, "No space left on device")
            raise Stopped

    def open(self, path: str, write: bool, create: bool) -> int:
        if path not in self.names:
            if not create:
                raise FileNotFoundError(2, "No such file or directory", path)
            self._count()
            self.names[path] = Stored()
        self.next_handle += 1
        self.handles[self.next_handle] = path, self.names[path]
        return self.next_handle

    def lock(self, handle: int, exclusive: bool) -> None:
        assert handle in self.handles

    def size(self, handle: int) -> int:
        return len(self.handles[handle][1].seen)

    def read(self, handle: int, size: int, position: int) -> bytes:
        return bytes(self.handles[handle][1].seen[position : position + size])

    def write(self, handle: int, data: bytes, position: int) -> None:
        stored = self.handles[handle][1]
        try:
            self._count()
        except BaseException:
            stored.apply(position, data[: len(data) // 2])
            raise
        stored.apply(position, bytes(data))

    def truncate(self, handle: int, size: int) -> None:
        self._count()
        self.handles[handle][1].apply(-1 - size, b"")

    def sync(self, handle: int) -> None:
        self._count()
        stored = self.handles[handle][1]
        stored.sure, stored.changes = bytearray(stored.seen), []

    def sync_folder(self, path: str) -> None:
        self._count()
        self.sure_names = dict(self.names)

    def remove(self, path: str) -> None:
        self._count()
        del self.names[path]

    def close(self, handle: int) -> None:
        del self.handles[handle]

    def after_a_stop(self, chance: random.Random) -> CrashingDisk:
        """What is found when the machine starts again."""
        found = CrashingDisk()
        for name in sorted({*self.names, *self.sure_names}):
            candidates = [names.get(name) for names in (self.names, self.sure_names)]
            stored = chance.choice(candidates)
            if stored is not None:
                content = bytearray(stored.sure)
                for place, data in stored.changes:
                    self._perhaps(content, place, data, chance)
                found.names[name] = Stored(bytearray(content), content)
        found.sure_names = dict(found.names)
        return found

    @staticmethod
    def _perhaps(content: bytearray, place: int, data: bytes, chance: random.Random) -> None:
        """Let a change be there, or not, or in part."""
        how = chance.choice(("all", "none", "sectors", "part"))
        if how == "all":
            put(content, place, data)
        elif how != "none" and place >= 0:
            for start in range(0, len(data), SECTOR):
                piece = data[start : start + SECTOR]
                if how == "part":
                    piece = piece[: chance.randrange(len(piece) + 1)]
                if chance.random() < 0.5:
                    put(content, place + start, piece)
