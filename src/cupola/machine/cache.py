"""Bytes kept on disk between runs (compiled objects), in a directory that only this user can write.

The cache is an optimization that may fail at any moment: what cannot be read is missing, what cannot be
written is not kept, and the run continues. It holds machine code, so nothing in it is trusted before its
owner, its length and its checksum are right.

An entry is one file, KEY.bin: a header (magic, version of this format, length of the payload), a BLAKE2b
checksum over header, key and payload, the payload. It is written under another name and renamed, so a reader
sees a whole entry or none; a machine that loses power may still leave a torn one, which the checksum finds.
"""

from __future__ import annotations

import fcntl
import os
import stat
import struct
import sys
import time

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable

try:
    from _blake2 import blake2b  # hashlib would load OpenSSL: 4 ms of start-up
except ImportError:
    from hashlib import blake2b

VERSION = 1  # of the file format

_HEADER = struct.Struct("<8sIIQ")  # magic, version, zero, payload length
_MAGIC = b"CUPOLA\r\n"
_DIGEST_SIZE = 32
_ENDINGS = (".bin", ".lock", ".tmp")
_STALE_SECONDS = 3600  # a temporary file this old belongs to a dead writer
_KEY_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")


def digest(*parts: str | bytes) -> str:
    """64 hexadecimal digits of BLAKE2b over `parts`, for making keys. Their borders count: ("ab", "c") is not
    ("a", "bc").
    """
    state = blake2b(digest_size=_DIGEST_SIZE)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()


def default_directory() -> str:
    """CUPOLA_CACHE, else the folder cupola in XDG_CACHE_HOME, else in ~/.cache."""
    chosen = os.environ.get("CUPOLA_CACHE")
    if chosen:
        return os.path.abspath(chosen)
    home = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(home):  # the XDG specification: a relative path is to be ignored
        home = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "cupola")


def warn(message: str) -> None:
    """The default report: one line on standard error."""
    print(f"cupola: warning: {message}", file=sys.stderr)


class Entry:
    """One entry: its key, the bytes of its file, when it was written (seconds since 1970)."""

    __slots__ = ("key", "size", "written")

    def __init__(self, key: str, size: int, written: float) -> None:
        self.key = key
        self.size = size
        self.written = written


class Cache:
    """A cache in `directory` (default: `default_directory()`), made on first use. `report` gets a sentence
    about whatever is wrong.

    No method raises because of the disk. Safe for threads and processes at once.
    """

    __slots__ = ("_report", "_told", "directory")

    def __init__(
        self, directory: str | os.PathLike[str] | None = None, *, report: Callable[[str], None] = warn
    ) -> None:
        self.directory = default_directory() if directory is None else os.path.abspath(os.fspath(directory))
        self._report = report
        self._told = False

    def load(self, key: str) -> bytes | None:
        """The bytes stored under `key`, or None. A damaged or foreign file is reported, removed, not used."""
        path = self._path(key)
        try:
            if not self._is_usable():
                return None
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            with open(fd, "rb") as file:
                status = os.fstat(fd)
                data = file.read() if stat.S_ISREG(status.st_mode) else b""
        except FileNotFoundError:
            return None
        except OSError as error:
            self._tell_once(f"cannot read {path}: {error.strerror}; compiling again")
            return None
        reason = _foreign(status) or _damage(data, key)
        if reason is None:
            return data[_HEADER.size + _DIGEST_SIZE :]
        self._report(f"{path} {reason}; removed, compiling again")
        _remove(path)  # it may not be ours to remove: it is not used in any case
        return None

    def store(self, key: str, data: bytes) -> bool:
        """Keep `data` under `key`; whether that worked."""
        path = self._path(key)
        temporary = f"{path}.{os.getpid()}.{time.monotonic_ns()}.tmp"
        try:
            if not self._is_usable(create=True):
                return False
            self._remove_stale()
            fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                _write_all(fd, _encode(key, data))
            finally:
                os.close(fd)
            os.rename(temporary, path)
        except OSError as error:
            _remove(temporary)
            self._tell_once(
                f"cannot write to the cache {self.directory}: {error.strerror}; the next start compiles anew "
                "(CUPOLA_CACHE chooses another directory)"
            )
            return False
        return True

    def lock(self, key: str) -> Lock:
        """`with cache.lock(key) as locked:` keeps other threads and processes out; waits for them.

        `locked` is False when the directory allows no lock. To use as: load; when missing, lock,
        load again, and only then compile and store. The system frees the lock of a process that dies.
        """
        return Lock(self, self._path(key, ".lock"))

    def _open_lock(self, path: str) -> int | None:
        try:
            while self._is_usable(create=True):
                fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
                try:
                    fcntl.flock(fd, fcntl.LOCK_EX)
                    if _is_at(fd, path):
                        return fd
                except BaseException:
                    os.close(fd)
                    raise
                os.close(fd)  # `clear` removed the file while we waited: another process may hold a new one
        except OSError as error:
            self._tell_once(f"cannot lock {path}: {error.strerror}; continuing without")
        return None

    def entries(self) -> list[Entry]:
        """All entries by key; whether each is whole is seen only by `load`."""
        found = []
        for name, status in self._files():
            if name.endswith(".bin"):
                found.append(Entry(name[:-4], status.st_size, status.st_mtime))
        return sorted(found, key=lambda entry: entry.key)

    def total_bytes(self) -> int:
        """Bytes of all files in the cache, unfinished ones too."""
        return sum(status.st_size for _, status in self._files())

    def clear(self) -> int:
        """Remove every file of the cache; how many entries that were."""
        removed = 0
        for name, _ in self._files():
            try:
                os.unlink(os.path.join(self.directory, name))
            except FileNotFoundError:
                continue
            except OSError as error:
                self._tell_once(f"cannot remove {name} from {self.directory}: {error.strerror}")
                continue
            removed += name.endswith(".bin")
        return removed

    def keep_newest(self, prefix: str, count: int) -> int:
        """Remove the entries whose keys begin with `prefix`, but for the `count` newest; how many were removed."""
        found = [entry for entry in self.entries() if entry.key.startswith(prefix)]
        found.sort(key=lambda entry: -entry.written)
        return sum(_remove(self._path(entry.key)) for entry in found[count:])

    # Inside

    def _path(self, key: str, ending: str = ".bin") -> str:
        if not 0 < len(key) <= 128 or key[0] == "." or not _KEY_LETTERS.issuperset(key):
            raise ValueError(f"a cache key is 1 to 128 of A-Z a-z 0-9 _ - . (not first), not {key!r}")
        return os.path.join(self.directory, key + ending)

    def _is_usable(self, create: bool = False) -> bool:
        """Whether the directory exists and nobody else can have put machine code there. Raises OSError for
        what the disk says.
        """
        if create and not os.path.isdir(self.directory):
            os.makedirs(os.path.dirname(self.directory), exist_ok=True)
            try:
                os.mkdir(self.directory, 0o700)
            except FileExistsError:
                return self._is_usable()  # another process was faster
        try:
            status = os.stat(self.directory)
        except FileNotFoundError:
            return False
        if status.st_uid == os.getuid() and not status.st_mode & 0o022:
            return True
        if status.st_uid != os.getuid():
            reason, advice = (
                f"belongs to user {status.st_uid}, not to you",
                "choose another with CUPOLA_CACHE",
            )
        else:
            reason, advice = "can be written by other users", f"chmod 700 {self.directory}"
        self._tell_once(
            f"the cache {self.directory} is not used, because it {reason} and holds machine code; {advice}"
        )
        return False

    def _files(self) -> list[tuple[str, os.stat_result]]:
        """The files of ours in the directory. Others that lie there are left alone."""
        try:
            with os.scandir(self.directory) as listing:
                found = [(item.name, _status(item)) for item in listing if item.name.endswith(_ENDINGS)]
        except FileNotFoundError:
            return []
        except OSError as error:
            self._tell_once(f"cannot list the cache {self.directory}: {error.strerror}")
            return []
        return [(name, status) for name, status in found if status is not None]

    def _remove_stale(self) -> None:
        """Remove what killed writers left."""
        before = time.time() - _STALE_SECONDS
        for name, status in self._files():
            if name.endswith(".tmp") and status.st_mtime < before:
                _remove(os.path.join(self.directory, name))

    def _tell_once(self, message: str) -> None:
        if not self._told:
            self._told = True
            self._report(message)


class Lock:
    """What `Cache.lock` gives: a context manager, for one use."""

    __slots__ = ("_cache", "_fd", "_path")

    def __init__(self, cache: Cache, path: str) -> None:
        self._cache = cache
        self._path = path
        self._fd: int | None = None

    def __enter__(self) -> bool:
        self._fd = self._cache._open_lock(self._path)
        return self._fd is not None

    def __exit__(self, *exception: object) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def _remove(path: str) -> bool:
    """Remove a file if it is there and may be removed; whether that was so."""
    try:
        os.unlink(path)
    except OSError:
        return False
    return True


def _is_at(fd: int, path: str) -> bool:
    """Whether the open file is still the one at `path`."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(fd))
    except FileNotFoundError:
        return False


def _status(item: os.DirEntry[str]) -> os.stat_result | None:
    """The status of a regular file; None for anything else, and for what was removed meanwhile."""
    try:
        return item.stat(follow_symlinks=False) if item.is_file(follow_symlinks=False) else None
    except FileNotFoundError:
        return None


def _encode(key: str, data: bytes) -> bytes:
    header = _HEADER.pack(_MAGIC, VERSION, 0, len(data))
    return b"".join((header, _checksum(header, key, data), data))


def _checksum(header: bytes, key: str, payload: bytes | memoryview) -> bytes:
    state = blake2b(header, digest_size=_DIGEST_SIZE, person=b"cupola cache")
    state.update(key.encode() + b"\0")
    state.update(payload)
    return state.digest()


def _foreign(status: os.stat_result) -> str | None:
    if not stat.S_ISREG(status.st_mode):
        return "is not a file"
    if status.st_uid != os.getuid():
        return f"belongs to user {status.st_uid}"
    return None


def _damage(data: bytes, key: str) -> str | None:
    """What is wrong with the bytes of an entry, or None."""
    start = _HEADER.size + _DIGEST_SIZE
    if len(data) < start:
        return f"is cut off after {len(data)} bytes"
    magic, version, _, length = _HEADER.unpack_from(data)
    if magic != _MAGIC:
        return "is not a cache entry"
    if version != VERSION:
        return f"has format {version}, not {VERSION}"
    if length != len(data) - start:
        return f"holds {len(data) - start} bytes instead of {length}"
    if data[_HEADER.size : start] != _checksum(data[: _HEADER.size], key, memoryview(data)[start:]):
        return "has a wrong checksum"
    return None


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
