"""The system calls of the block file, one a method, so that tests can cut them short.

`FileDisk` is the real one. Offsets and sizes are in bytes; all methods raise OSError.
"""

from __future__ import annotations

import os


class FileDisk:
    """Files of this machine, by descriptors."""

    def open(self, path: str, write: bool, create: bool) -> int:
        """A descriptor of the file; FileNotFoundError if there is none and none may be made."""
        flags = (os.O_RDWR if write else os.O_RDONLY) | (os.O_CREAT if create else 0)
        return os.open(path, flags, 0o666)

    def lock(self, handle: int, exclusive: bool) -> None:
        """Keep other programs that ask out; BlockingIOError if one is in already."""
        import fcntl

        fcntl.flock(handle, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)

    def size(self, handle: int) -> int:
        return os.lseek(handle, 0, os.SEEK_END)

    def read(self, handle: int, size: int, position: int) -> bytes:
        """As many bytes as there are, at most `size`."""
        data = os.pread(handle, size, position)
        while data and len(data) < size:
            more = os.pread(handle, size - len(data), position + len(data))
            if not more:
                break
            data += more
        return data

    def write(self, handle: int, data: bytes, position: int) -> None:
        rest = memoryview(data)
        while rest:
            done = os.pwrite(handle, rest, position)
            position += done
            rest = rest[done:]

    def truncate(self, handle: int, size: int) -> None:
        os.ftruncate(handle, size)

    def sync(self, handle: int) -> None:
        """Return when the disk has what was written to the file."""
        os.fsync(handle)

    def sync_folder(self, path: str) -> None:
        """Return when the disk has the names of the files beside this one."""
        handle = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def remove(self, path: str) -> None:
        os.unlink(path)

    def close(self, handle: int) -> None:
        os.close(handle)
