"""Machine instructions of this process, counted by the processor, where the system allows that.

Linux's perf_event_open, by the raw system call: the C library has no function for it. Virtual machines often have no
counters, and systems may forbid them (perf_event_paranoid): then there is no number, never an estimate.
"""

from __future__ import annotations

import ctypes
import os
import struct

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

NUMBERS = {"x86_64": 298, "aarch64": 241}  # of the system call
HARDWARE, SOFTWARE = 0, 1
INSTRUCTIONS = 1  # of HARDWARE
PAGE_FAULTS = 2  # of SOFTWARE: every Linux counts these
SIZE = 112  # of struct perf_event_attr in its version 5
INHERIT, NO_KERNEL, NO_HYPERVISOR = 1 << 1, 1 << 5, 1 << 6


class Counter:
    """A counter of one event for this process and those that it starts; `close` gives it back."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def read(self) -> int:
        """How often the event has happened since the counter was made."""
        return int.from_bytes(os.read(self.descriptor, 8), "little")

    def close(self) -> None:
        os.close(self.descriptor)


def count(kind: int = HARDWARE, event: int = INSTRUCTIONS) -> Counter | None:
    """Begin to count; None where the machine cannot, or the system does not allow it."""
    number = NUMBERS.get(os.uname().machine)
    if number is None:
        return None
    attributes = bytearray(SIZE)
    struct.pack_into("<IIQ", attributes, 0, kind, SIZE, event)
    struct.pack_into("<Q", attributes, 40, INHERIT | NO_KERNEL | NO_HYPERVISOR)
    system: Any = ctypes.CDLL(None, use_errno=True).syscall
    given = (ctypes.c_char * SIZE).from_buffer(attributes)
    this_process, any_processor, no_group, no_flags = 0, -1, -1, 0
    descriptor: int = system(number, given, this_process, any_processor, no_group, no_flags)
    return Counter(descriptor) if descriptor >= 0 else None
