"""The cells in which native code says what it wants of the driver, and in which some answers go back."""

from __future__ import annotations

from cupola.languages.forth.constants import MASK

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.forth.vm import ForthVM


def request(vm: ForthVM, count: int) -> list[int]:
    """The first cells of what native code wants."""
    return vm.cells(vm.address + vm.request_offset, count)


def set_request(vm: ForthVM, *values: int) -> None:
    """Answer in the same cells."""
    data = b"".join((value & MASK).to_bytes(8, "little") for value in values)
    vm.memory.write(vm.request_offset, data)
