from __future__ import annotations

import ctypes
import faulthandler
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cupola.machine import memory
from cupola.machine.enter import function
from cupola.machine.errors import AddressTaken, MappingError
from cupola.machine.memory import LOW_LIMIT, PAGE, CodeArena, map_low

RETURN_42 = bytes.fromhex("b82a000000c3")


def mappings() -> list[tuple[int, int, str]]:
    """(start, end, permissions) of every mapping of this process."""
    found = []
    with open("/proc/self/maps") as lines:
        for line in lines:
            span, permissions = line.split()[:2]
            start, end = (int(part, 16) for part in span.split("-"))
            found.append((start, end, permissions))
    return found


def permissions_at(address: int) -> str:
    (found,) = (permissions for start, end, permissions in mappings() if start <= address < end)
    return found


def test_low_memory_is_low_zeroed_and_whole_pages() -> None:
    low = map_low(PAGE + 1)
    assert low.size == 2 * PAGE
    assert low.address > 0 and low.address + low.size <= LOW_LIMIT
    assert low.read(0, low.size) == b"\0" * low.size
    low.close()


def test_low_memory_read_and_write() -> None:
    low = map_low(PAGE)
    low.write(PAGE - 3, b"end")
    low.view[0:5] = b"start"
    assert (low.read(0, 5), low.read(PAGE - 3, 3), low.view.nbytes) == (b"start", b"end", PAGE)
    for offset, size in [(PAGE - 3, 4), (-1, 1), (PAGE + 1, 0), (0, -1)]:
        with pytest.raises(IndexError):
            low.read(offset, size)
    with pytest.raises(IndexError):
        low.write(PAGE - 3, b"long")
    low.close()


def test_decommit_zeroes() -> None:
    low = map_low(4 * PAGE)
    low.write(0, b"x" * low.size)
    low.decommit(PAGE, PAGE)
    assert low.read(0, low.size) == b"x" * PAGE + b"\0" * PAGE + b"x" * 2 * PAGE
    low.decommit()
    assert low.read(0, low.size) == b"\0" * low.size
    with pytest.raises(ValueError, match="whole pages"):
        low.decommit(1)
    low.close()


def test_closed_memory_says_so() -> None:
    low = map_low(PAGE)
    view = low.view
    address = low.address
    low.close()
    low.close()
    assert not any(start <= address < end for start, end, _ in mappings())
    with pytest.raises(MappingError, match="closed"):
        low.read(0, 1)
    with pytest.raises(MappingError, match="closed"):
        _ = low.view
    with pytest.raises(ValueError, match="released"):
        view[0]


def test_dropped_memory_is_unmapped() -> None:
    address = map_low(PAGE).address
    assert not any(start <= address < end and end - start == PAGE for start, end, _ in mappings())


@pytest.mark.parametrize("size", [0, -1])
def test_size_below_one(size: int) -> None:
    with pytest.raises(ValueError, match="at least 1 byte"):
        map_low(size)


def test_more_than_two_gigabytes() -> None:
    with pytest.raises(MappingError, match="do not fit below 2 GB"):
        map_low(LOW_LIMIT + 1)


FILLING = """
import itertools
from cupola.machine.memory import LOW_LIMIT, map_low
blocks = [map_low(256 << 20) for _ in range(5)]  # at most 4 of them lie where MAP_32BIT looks
assert all(block.address + block.size <= LOW_LIMIT for block in blocks)
assert any(block.address < LOW_LIMIT // 2 for block in blocks)
spans = sorted((block.address, block.address + block.size) for block in blocks)
assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
"""


def test_first_gigabyte_is_used_when_the_second_is_full() -> None:
    done = subprocess.run([sys.executable, "-c", FILLING], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")  # in a process that has mapped nothing else


def test_no_room_below_two_gigabytes() -> None:
    blocks = []
    with pytest.raises(MappingError, match="below 2 GB: close other virtual machines"):
        for _ in range(5):
            blocks.append(map_low(512 << 20))
    for block in blocks:
        block.close()


@pytest.mark.parametrize("for_perf", ["0", "1"])
def test_code_arena_runs_what_was_written(for_perf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUPOLA_PERF", for_perf)
    arena = CodeArena(PAGE)
    offset = arena.allocate(len(RETURN_42))
    arena.write(offset, RETURN_42)
    assert function(arena.executable + offset, "i32")() == 42
    assert arena.read(offset, 6) == RETURN_42
    arena.close()


@pytest.mark.parametrize("for_perf", ["0", "1"])
def test_no_page_is_writable_and_executable(for_perf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUPOLA_PERF", for_perf)
    before = {span for span in mappings() if "w" in span[2] and "x" in span[2]}
    arena = CodeArena(PAGE)
    arena.write(0, RETURN_42)
    function(arena.executable, "i32")()
    assert permissions_at(arena.executable) == "r-xs"
    assert permissions_at(arena.writable) == "rw-s"
    assert arena.executable + arena.size <= LOW_LIMIT and arena.writable + arena.size <= LOW_LIMIT
    after = {span for span in mappings() if "w" in span[2] and "x" in span[2]}
    assert after == before
    arena.close()


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")  # the child only exits
def test_write_through_the_executable_view_faults() -> None:
    arena = CodeArena(PAGE)
    child = os.fork()
    if child == 0:
        faulthandler.disable()  # the fault is expected: no traceback for it
        ctypes.memset(arena.executable, 0xC3, 1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == 11
    arena.close()


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")  # the child only exits
def test_forked_child_keeps_code_but_cannot_write() -> None:
    arena = CodeArena(PAGE)
    arena.write(0, RETURN_42)
    child = os.fork()
    if child == 0:
        result = function(arena.executable, "i32")()
        try:
            arena.write(0, b"\0")
        except MappingError:
            os._exit(result)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 42
    assert arena.read(0, 6) == RETURN_42
    arena.close()


def test_arena_allocation() -> None:
    arena = CodeArena(PAGE)
    assert arena.allocate(3) == 0
    assert arena.allocate(3) == 16
    assert arena.allocate(1, 1) == 19
    assert arena.allocate(PAGE - 64, 64) == 64
    with pytest.raises(MappingError, match="arena of 4,096 bytes is full: 4,096 used, 1 wanted"):
        arena.allocate(1, 1)
    assert arena.used == PAGE
    for size, align in [(-1, 16), (1, 0), (1, 24)]:
        with pytest.raises(ValueError, match="cannot allocate"):
            arena.allocate(size, align)
    arena.close()


def test_arena_allocation_from_many_threads() -> None:
    arena = CodeArena(1 << 20)
    found: list[int] = []

    def work() -> None:
        found.extend([arena.allocate(8, 8) for _ in range(2000)])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(0, 8 * 16000, 8))
    arena.close()


def resident(address: int, size: int) -> int:
    """How many pages of a range are in memory."""
    found = (ctypes.c_ubyte * (size // PAGE))()
    assert not ctypes.CDLL(None).mincore(ctypes.c_void_p(address), ctypes.c_size_t(size), found)
    return sum(each & 1 for each in found)


def test_arena_is_made_ready() -> None:
    arena = CodeArena(64 * PAGE)
    assert resident(arena.writable, arena.size) == 0
    arena.prepare(5 * PAGE - 1)
    assert resident(arena.writable, arena.size) == 5
    arena.write(0, b"\xc3")
    with pytest.raises(IndexError, match="leave the code arena"):
        arena.prepare(65 * PAGE)
    arena.close()


def test_arena_bounds_and_close() -> None:
    arena = CodeArena(PAGE)
    for offset in (-1, PAGE - 1):
        with pytest.raises(IndexError):
            arena.write(offset, b"ab")
    bases = arena.writable, arena.executable
    arena.close()
    arena.close()
    assert not any(start <= base < end for base in bases for start, end, _ in mappings())
    with pytest.raises(MappingError, match="closed"):
        arena.write(0, b"a")


def test_code_for_perf_lies_in_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUPOLA_PERF", "1")
    arena = CodeArena(2 * PAGE)
    again = arena.executable
    lines = Path("/proc/self/maps").read_text().splitlines()
    (line,) = (each for each in lines if each.startswith(f"{again:08x}-"))
    assert line.split(maxsplit=5)[5].startswith("/dev/zero")  # what perf takes for memory without a file
    arena.close()
    other = CodeArena(2 * PAGE, at=again)
    assert other.executable == again
    with pytest.raises(AddressTaken):
        CodeArena(2 * PAGE, at=again)
    other.close()


def test_arena_at_an_address() -> None:
    first = CodeArena(2 * PAGE)
    wanted = first.executable
    with pytest.raises(AddressTaken, match=f"at {wanted:#x} are not free"):
        CodeArena(2 * PAGE, at=wanted)
    with pytest.raises(AddressTaken):
        CodeArena(PAGE, at=wanted + PAGE)
    first.close()
    second = CodeArena(2 * PAGE, at=wanted)
    assert second.executable == wanted
    second.close()


@pytest.mark.parametrize("at", [0, 0x4000_0001, LOW_LIMIT, LOW_LIMIT - PAGE])
def test_arena_at_an_impossible_address(at: int) -> None:
    with pytest.raises(ValueError, match="page border below 2 GB"):
        CodeArena(2 * PAGE, at=at)


def test_failed_arena_leaves_nothing_behind() -> None:
    taken = CodeArena(PAGE)
    files = len(os.listdir("/proc/self/fd"))
    before = len(mappings())
    for _ in range(20):
        with pytest.raises(AddressTaken):
            CodeArena(PAGE, at=taken.executable)
    assert len(os.listdir("/proc/self/fd")) == files
    assert len(mappings()) <= before + 1  # the heap of Python itself may grow by one
    taken.close()


@pytest.mark.parametrize("code", [1, 13, 38])
def test_system_without_executable_memory(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(name: str, flags: int = 0) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "memfd_create", refuse)
    with pytest.raises(MappingError, match=r"gives no executable memory \(memfd_create: .*vm.memfd_noexec"):
        CodeArena(PAGE)


def test_system_that_forbids_to_map_it_executable(monkeypatch: pytest.MonkeyPatch) -> None:
    real = memory._try_map

    def refuse(address: int, size: int, protection: int, flags: int, fd: int) -> int:
        if protection & 4:
            raise MappingError(1, "mmap: Operation not permitted")
        return real(address, size, protection, flags, fd)

    monkeypatch.setattr(memory, "_try_map", refuse)
    with pytest.raises(MappingError, match=r"gives no executable memory.*SELinux"):
        CodeArena(PAGE)


def test_kernel_without_the_flag_for_executable_files(monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.memfd_create

    def old_kernel(name: str, flags: int = 0) -> int:
        if flags & 0x10:
            raise OSError(22, "Invalid argument")
        return real(name, flags)

    monkeypatch.setattr(os, "memfd_create", old_kernel)
    arena = CodeArena(PAGE)
    arena.write(0, RETURN_42)
    assert function(arena.executable, "i32")() == 42
    arena.close()
