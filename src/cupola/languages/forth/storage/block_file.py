"""A file of blocks that loses none when the machine stops in the middle of a write.

`FILE` itself is plain: block n is the 1,024 bytes from 1,024 n on, as other Forth systems have it. Two files stand
beside it:

- `FILE.journal`: what is being written. A set of blocks is written there first, with a checksum over all of it, and
  the disk is waited for; then in place; then the journal is cut to nothing. A journal that is complete when the file
  is opened is written in place again, one that is not is dropped: so of each set all is there or nothing. (Redo
  logging: Mohan et al., *ARIES*, 1992; here a log is one transaction long.)
- `FILE.sums`: a checksum of each block that was written, which reading compares.

What may be touched: everything but the order of the system calls in `write` and what it calls; the tests cut it after
each of them (`tests/languages/forth/test_block_file.py`). docs/decisions has the format of both files.
"""

from __future__ import annotations

import zlib
from errno import EACCES, EROFS

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cupola.languages.forth.storage.disk import FileDisk

BLOCK = 1024
BLANK = b" " * BLOCK
GAP = 256 * BLOCK  # how much of a gap is filled at once

JOURNAL_MAGIC = b"CUPJRNL1"  # then: u32 how many blocks, u32 0, 16 bytes of BLAKE2b over the entries
JOURNAL_HEAD = 32
ENTRY = 8 + BLOCK  # u64 number, the block
SUMS_MAGIC = b"CUPSUMS1"  # then for each block: u32 CRC-32, u32 1 if there is a checksum
SUM = 8


class BlockError(Exception):
    """A block cannot be read or written; the message says which, why, and what to do."""


class BlockFile:
    """A file of blocks, opened for reading, or also for writing. A file that does not exist is made by the first
    `write`; until then all its blocks are blank.

    Raises BlockError from every method.
    """

    def __init__(self, path: str, disk: FileDisk, writable: bool = True) -> None:
        self.path = path
        self.disk = disk
        self.writable = writable
        self._file: int | None = None
        self._sums: int | None = None
        self._journal: int | None = None
        self._overlay: dict[int, bytes] = {}  # what a complete journal has and the file may not have
        self._has_magic = False  # whether the file of checksums begins as it should
        try:
            self._open()
        except BlockError:
            self._close_handles()
            raise
        except OSError as error:
            self._close_handles()
            raise BlockError(f"{path!r}: {error.strerror or error}") from None

    # --- reading ----------------------------------------------------------------------------------------------------

    @property
    def blocks(self) -> int:
        """How many blocks there are, to the end of the file."""
        if self._file is None:
            return 0
        return -(-self.disk.size(self._file) // BLOCK)

    def read(self, number: int) -> bytes:
        """A block; blanks behind the end of the file."""
        if number in self._overlay:
            return self._overlay[number]
        if self._file is None:
            return BLANK
        try:
            data = self.disk.read(self._file, BLOCK, number * BLOCK)
            expected = self._sum(number)
        except OSError as error:
            raise BlockError(f"block {number} of {self.path!r}: {error.strerror or error}") from None
        data = data.ljust(BLOCK)
        if expected is not None and zlib.crc32(data) != expected:
            raise BlockError(
                f"block {number} of {self.path!r} is damaged: its checksum is {zlib.crc32(data):08x}, and was "
                f"{expected:08x} when it was written here. If another program changed the file, delete "
                f"{self.path + '.sums'!r}; if not, take the block from a copy, or write it anew with BUFFER"
            )
        return data

    def _sum(self, number: int) -> int | None:
        if self._sums is None:
            return None
        entry = self.disk.read(self._sums, SUM, len(SUMS_MAGIC) + number * SUM)
        known = len(entry) == SUM and int.from_bytes(entry[4:], "little") == 1
        return int.from_bytes(entry[:4], "little") if known else None

    # --- writing ----------------------------------------------------------------------------------------------------

    def write(self, blocks: Mapping[int, bytes]) -> None:
        """Write a set of blocks, all or none of them; they are on the disk when this returns.

        When it raises, the blocks may be written later, by the next `write` or the next program that opens the file.
        """
        if not blocks:
            return
        if not self.writable:
            raise BlockError(f"{self.path!r} was opened for reading only")
        try:
            self._make_files()
            self._finish()
            self._write_journal(blocks)
            self._finish()
        except BlockingIOError:
            raise BlockError(self._in_use()) from None
        except OSError as error:
            numbers = ", ".join(map(str, sorted(blocks)[:5])) + (" ..." if len(blocks) > 5 else "")
            raise BlockError(f"blocks {numbers} of {self.path!r}: {error.strerror or error}") from None

    def _make_files(self) -> None:
        """Let all three files be there."""
        disk = self.disk
        if self._file is not None and self._sums is not None and self._journal is not None:
            return
        if self._file is None:
            self._file = disk.open(self.path, True, True)
            disk.lock(self._file, True)
        if self._sums is None:
            self._sums = disk.open(self.path + ".sums", True, True)
        if self._journal is None:
            self._journal = disk.open(self.path + ".journal", True, True)
        disk.sync_folder(self.path)

    def _write_journal(self, blocks: Mapping[int, bytes]) -> None:
        assert self._journal is not None
        entries = b"".join(number.to_bytes(8, "little") + data for number, data in sorted(blocks.items()))
        self.disk.write(self._journal, journal_head(len(blocks), entries) + entries, 0)
        self.disk.sync(self._journal)
        self._overlay = dict(blocks)

    def _finish(self) -> None:
        """Write in place what the journal has, and cut it to nothing."""
        disk = self.disk
        if not self._overlay:
            return
        assert self._file is not None and self._sums is not None and self._journal is not None
        if not self._has_magic:
            disk.write(self._sums, SUMS_MAGIC, 0)
        for number, data in sorted(self._overlay.items()):
            self._fill_gap(number * BLOCK)
            disk.write(self._file, data, number * BLOCK)
            entry = zlib.crc32(data).to_bytes(4, "little") + (1).to_bytes(4, "little")
            disk.write(self._sums, entry, len(SUMS_MAGIC) + number * SUM)
        disk.sync(self._file)
        disk.sync(self._sums)
        disk.truncate(self._journal, 0)
        self._overlay = {}
        self._has_magic = True

    def _fill_gap(self, start: int) -> None:
        """Let there be blanks between the end of the file and a block that begins behind it."""
        assert self._file is not None
        size = self.disk.size(self._file)
        while size < start:
            piece = min(GAP, start - size)
            self.disk.write(self._file, b" " * piece, size)
            size += piece

    # --- opening and closing ----------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._file = self._open_old(self.path)
        if self._file is not None:
            try:
                self.disk.lock(self._file, self.writable)
            except BlockingIOError:
                raise BlockError(self._in_use()) from None
        self._sums = self._open_old(self.path + ".sums")
        self._journal = self._open_old(self.path + ".journal")
        if self._journal is not None:
            self._replay()
        if self._sums is not None and not self._has_magic and not self._overlay:
            self._check_sums()

    def _in_use(self) -> str:
        return f"{self.path!r} is in use by another program, or by another system of this one"

    def _open_old(self, path: str) -> int | None:
        try:
            return self.disk.open(path, self.writable, False)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno not in (EACCES, EROFS) or not self.writable:
                raise
            self.writable = False
            return self._open_old(path)

    def _check_sums(self) -> None:
        assert self._sums is not None
        magic = self.disk.read(self._sums, len(SUMS_MAGIC), 0)
        self._has_magic = magic == SUMS_MAGIC
        if magic and not self._has_magic:
            raise BlockError(
                f"{self.path + '.sums'!r} does not hold checksums of blocks, or of another version: delete it"
            )

    def _replay(self) -> None:
        """Write what a complete journal has; forget one that is not."""
        assert self._journal is not None
        disk = self.disk
        self._overlay = read_journal(disk.read(self._journal, disk.size(self._journal), 0))
        if self.writable and self._overlay:
            self._make_files()
            self._finish()
        elif self.writable:
            disk.truncate(self._journal, 0)

    def close(self) -> None:
        """Take the journal away and close all. Raises BlockError; everything is closed all the same."""
        try:
            if self._journal is not None and self.writable and self.disk.size(self._journal) == 0:
                self.disk.remove(self.path + ".journal")
                self.disk.sync_folder(self.path)
        except OSError as error:
            raise BlockError(f"{self.path + '.journal'!r}: {error.strerror or error}") from None
        finally:
            self._close_handles()

    def _close_handles(self) -> None:
        for handle in (self._file, self._sums, self._journal):
            if handle is not None:
                self.disk.close(handle)
        self._file = self._sums = self._journal = None


def journal_head(count: int, entries: bytes) -> bytes:
    """What stands before the entries of a journal."""
    from hashlib import blake2b

    head = JOURNAL_MAGIC + count.to_bytes(4, "little") + bytes(4)
    return head + blake2b(head + entries, digest_size=16).digest()


def read_journal(data: bytes) -> dict[int, bytes]:
    """The blocks of a complete journal; none if it is not complete."""
    count = int.from_bytes(data[8:12], "little")
    entries = data[JOURNAL_HEAD : JOURNAL_HEAD + count * ENTRY]
    if len(entries) != count * ENTRY or data[:JOURNAL_HEAD] != journal_head(count, entries):
        return {}
    rows = (entries[at : at + ENTRY] for at in range(0, len(entries), ENTRY))
    return {int.from_bytes(row[:8], "little"): row[8:] for row in rows}
