"""What only the driver can do for a Forth program: lines and keys, arguments, the clock. Files are in
`open_files`, what is included in `loading`.

Native code leaves with a reason, and what it wants in `request`; a function here serves it, and the VM is entered
again. Results are pushed on the data stack, or go into `request`.
"""

from __future__ import annotations

import time

from cupola.languages.forth import constants
from cupola.languages.forth.driver.loading import LoadError, include, load

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable

    from cupola.languages.forth.vm import ForthVM


def flush(vm: ForthVM) -> None:
    """The output buffer is full."""
    vm.drain()


def key(vm: ForthVM) -> None:
    """KEY: wait for a character."""
    vm.drain()
    vm.output.flush()
    vm.push(vm.input.key())


def accept(vm: ForthVM) -> None:
    """ACCEPT: read a line, as much of it as there is room for."""
    vm.drain()
    vm.output.flush()
    address, most = vm.request(2)
    line = (vm.input.line() or b"")[:most]
    vm.write(address, line)
    vm.push(len(line))


def refill(vm: ForthVM) -> None:
    """REFILL of the user's input: `request` says where the next line is, or -1 as its length."""
    vm.drain()
    vm.output.flush()
    line = vm.input.line()
    if line is None:
        vm.answer(0, -1)
        return
    try:
        start, length, _ = load(vm, line, "<input>")
    except LoadError:
        vm.answer(0, -1)
        return
    vm.answer(start, length)


def argument(vm: ForthVM) -> None:
    """NEXT-ARG: the next argument of the command line, or an empty one."""
    if not vm.arguments:
        vm.push(0, 0)
        return
    text = vm.arguments.pop(0).encode("utf-8", "surrogateescape")
    try:
        start, length, _ = load(vm, text, "<argument>")
    except LoadError:
        vm.push(0, 0)
        return
    vm.push(start, length)


def clock(vm: ForthVM) -> None:
    """UTIME: microseconds since 1970, as a double."""
    vm.push(time.time_ns() // 1000, 0)


def terminal(vm: ForthVM) -> None:
    """A word of FACILITY, or one on the arguments."""
    from cupola.languages.forth.driver.facility import serve

    serve(vm)


def file_operation(vm: ForthVM) -> None:
    """A word on files that the buffers in native memory cannot do alone."""
    from cupola.languages.forth.storage.open_files import serve

    serve(vm)


def block_operation(vm: ForthVM) -> None:
    """A block that is in no buffer, or what is to be done with all buffers."""
    from cupola.languages.forth.storage.block_store import serve

    serve(vm)


def driver_call(vm: ForthVM) -> None:
    """DRIVER-CALL: a service by its name."""
    from cupola.languages.forth.driver.services import serve

    serve(vm)


def physics(vm: ForthVM) -> None:
    """A word of the physics."""
    from cupola.languages.forth.physics.services import serve

    serve(vm)


# What serves each reason to leave.
SERVICES: dict[int, Callable[[ForthVM], None]] = {
    constants.UPCALL_FLUSH: flush,
    constants.UPCALL_KEY: key,
    constants.UPCALL_ACCEPT: accept,
    constants.UPCALL_REFILL: refill,
    constants.UPCALL_INCLUDE: include,
    constants.UPCALL_ARGUMENT: argument,
    constants.UPCALL_TIME: clock,
    constants.UPCALL_FILE: file_operation,
    constants.UPCALL_BLOCK: block_operation,
    constants.UPCALL_DRIVER: driver_call,
    constants.UPCALL_TERMINAL: terminal,
    constants.UPCALL_PHYSICS: physics,
}
