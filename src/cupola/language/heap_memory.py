"""Memory for the heap of a VM that has one, and how much of it there must be."""

from __future__ import annotations

import os

from cupola.machine.memory import map_anywhere

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.language.driver import Driver
    from cupola.machine.memory import WideMemory

PAGE = 4096
LEAST_HEAP = 1 << 20  # bytes


def make_heap(vm: Driver, limit: int, language: str = "") -> WideMemory:
    """Set up the heap of a VM, for `limit` bytes of objects; its memory. Raises ValueError if that is too little,
    which says that it is for `language`, if that is given."""
    entry = vm.engine.entry
    if limit < LEAST_HEAP:
        of = language and f" of {language}"
        raise ValueError(f"the memory limit{of} must be at least {LEAST_HEAP:,} bytes, found {limit:,}")
    size: int = entry("space_wanted", "i64", "i64")(limit)
    memory = map_anywhere(size)
    made = entry("set_up_heap", "i64", "ptr", "i64", "i64", "i64")(
        vm.address, memory.address, memory.size, limit
    )
    seed = int.from_bytes(os.urandom(7), "little")
    if not made or not entry("set_up_objects", "i64", "ptr", "i64")(vm.address, seed):
        raise ValueError(f"a heap of {limit:,} bytes is too small{language and f' for {language}'}")
    return memory


def pages(size: int) -> int:
    """So many bytes, and what is missing to whole pages."""
    return -(-size // PAGE) * PAGE
