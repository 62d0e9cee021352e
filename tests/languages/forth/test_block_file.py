"""The block file: nothing that was flushed is lost, wherever the machine stops; damage is seen, and told."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from cupola.languages.forth.storage.block_file import BLANK, BLOCK, BlockError, BlockFile, read_journal
from cupola.languages.forth.storage.disk import FileDisk
from tests.languages.forth.crashing_disk import CrashingDisk, Stopped

PATH = "folder/blocks.fb"


def content(number: int, version: int) -> bytes:
    """A block that tells which it is."""
    return f"block {number} version {version} ".encode().ljust(
        BLOCK, b"0123456789abcdef"[version : version + 1]
    )


# What a program flushes, one after the other: block numbers, near and behind the end of the file, again and again.
FLUSHES = [(3,), (0, 1, 2), (3, 9), (9, 3, 4, 0), (12,), (1, 12, 30)]


def states() -> list[dict[int, bytes]]:
    """What the file holds after each number of flushes."""
    held: dict[int, bytes] = {}
    found = [dict(held)]
    for version, numbers in enumerate(FLUSHES):
        held.update({number: content(number, version) for number in numbers})
        found.append(dict(held))
    return found


STATES = states()


def run(disk: CrashingDisk) -> int:
    """Do all flushes, in two sessions; how many were done when the machine stopped, or at the end."""
    done = 0
    try:
        for first, last in ((0, 3), (3, len(FLUSHES))):
            file = BlockFile(PATH, disk)
            for version in range(first, last):
                file.write({number: content(number, version) for number in FLUSHES[version]})
                done += 1
            file.close()
    except Stopped:
        pass
    return done


def held(disk: CrashingDisk, writable: bool = True) -> dict[int, bytes]:
    """What a program finds in the file. Reading a damaged block would raise."""
    file = BlockFile(PATH, disk, writable)
    found = {number: file.read(number) for number in range(40)}
    file.close()
    return {number: data for number, data in found.items() if data.strip(b" \0")}


def calls_of_a_run() -> int:
    disk = CrashingDisk()
    assert run(disk) == len(FLUSHES)
    assert held(disk) == STATES[-1]
    return disk.calls


CALLS = calls_of_a_run()


@pytest.mark.parametrize("stop", range(1, CALLS + 1))
def test_a_stop_at_any_system_call_loses_no_flushed_block(stop: int) -> None:
    """All of a flush is there, or nothing; what was flushed is there, in whatever order the disk wrote it."""
    for seed in range(40):
        disk = CrashingDisk(stop)
        done = run(disk)
        found = disk.after_a_stop(random.Random(seed))
        read_only = held(found, writable=False)
        after = held(found)
        assert read_only == after
        assert after in (STATES[done], STATES[min(done + 1, len(FLUSHES))]), (stop, seed)
        assert held(found) == after


@pytest.mark.parametrize("stop", range(1, CALLS + 1, 3))
def test_a_stop_while_a_stop_is_repaired_loses_nothing(stop: int) -> None:
    disk = CrashingDisk(stop)
    done = run(disk)
    for again in range(1, 40):
        found = disk.after_a_stop(random.Random(again))
        found.stop = again
        try:
            BlockFile(PATH, found).close()
        except Stopped:
            found = found.after_a_stop(random.Random(again + 1))
        found.stop = -1
        assert held(found) in (STATES[done], STATES[min(done + 1, len(FLUSHES))]), (stop, again)


@pytest.mark.parametrize("stop", range(1, CALLS + 1))
def test_a_call_that_fails_can_be_repeated(stop: int) -> None:
    """A full disk is told, and flushing again, when there is room, writes all."""
    disk = CrashingDisk(stop, fails=True)
    failures = 0
    file = None
    for version, numbers in enumerate(FLUSHES):
        blocks = {number: content(number, version) for number in numbers}
        while True:
            try:
                file = file or BlockFile(PATH, disk)
                file.write(blocks)
                break
            except BlockError as error:
                assert "No space left on device" in str(error)
                failures += 1
        assert {number: file.read(number) for number in STATES[version + 1]} == STATES[version + 1]
    assert file is not None
    try:
        file.close()
    except BlockError as error:
        assert "No space left on device" in str(error)
        failures += 1
    assert failures == (stop <= disk.calls)
    disk.stop = -1
    assert held(disk) == STATES[-1]


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A file on the real disk with blocks 0 to 4."""
    found = str(tmp_path / "blocks.fb")
    file = BlockFile(found, FileDisk())
    file.write({number: content(number, 1) for number in range(5)})
    file.close()
    return found


def test_the_file_is_plain_and_nothing_else_is_left_but_checksums(path: str) -> None:
    assert Path(path).read_bytes() == b"".join(content(number, 1) for number in range(5))
    assert sorted(each.name for each in Path(path).parent.iterdir()) == ["blocks.fb", "blocks.fb.sums"]


def test_a_file_of_another_system_is_read(tmp_path: Path) -> None:
    other = tmp_path / "other.fb"
    other.write_bytes(b"a" * BLOCK + b"half")
    file = BlockFile(str(other), FileDisk())
    assert (file.read(0), file.read(1), file.read(2)) == (b"a" * BLOCK, b"half".ljust(BLOCK), BLANK)
    file.write({3: content(3, 0)})
    file.close()
    assert other.read_bytes() == b"a" * BLOCK + b"half".ljust(2 * BLOCK) + content(3, 0)


def test_a_damaged_block_is_told(path: str) -> None:
    data = bytearray(Path(path).read_bytes())
    data[2 * BLOCK + 700] ^= 1
    Path(path).write_bytes(data)
    file = BlockFile(path, FileDisk())
    assert file.read(1) == content(1, 1)
    with pytest.raises(
        BlockError,
        match=r"block 2 of '.*' is damaged: its checksum is \w{8}, and was \w{8}.*delete '.*\.sums'",
    ):
        file.read(2)
    file.write({2: content(2, 7)})
    assert file.read(2) == content(2, 7)
    file.close()


def test_without_checksums_a_changed_block_is_what_it_is(path: str) -> None:
    Path(path).write_bytes(b"x" * BLOCK)
    Path(path + ".sums").unlink()
    file = BlockFile(path, FileDisk())
    assert file.read(0) == b"x" * BLOCK
    file.close()


def test_a_file_of_checksums_that_is_none_is_refused(path: str) -> None:
    Path(path + ".sums").write_bytes(b"something else")
    with pytest.raises(
        BlockError, match="does not hold checksums of blocks, or of another version: delete it"
    ):
        BlockFile(path, FileDisk())


def test_a_journal_that_is_not_complete_is_nothing() -> None:
    disk = CrashingDisk()
    file = BlockFile(PATH, disk)
    file._make_files()
    file._write_journal({1: content(1, 1)})
    data = bytes(disk.names[PATH + ".journal"].seen)
    assert read_journal(data) == {1: content(1, 1)}
    shortened = [data[:size] for size in range(len(data))]
    changed = [data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :] for place in range(len(data))]
    for each in (*shortened, *changed):
        assert read_journal(each) == {}


def test_two_programs_cannot_use_one_file(path: str) -> None:
    first = BlockFile(path, FileDisk())
    with pytest.raises(BlockError, match="is in use by another program"):
        BlockFile(path, FileDisk())
    first.close()
    readers = [BlockFile(path, FileDisk(), writable=False) for _ in range(2)]
    with pytest.raises(BlockError, match="was opened for reading only"):
        readers[0].write({1: BLANK})
    for each in readers:
        each.close()
