"""The services of DRIVER-CALL: what words written in Forth may ask of the driver, each by its name.

A service takes the VM, pops its arguments and pushes its results; `Throw` is an error of the program. Whatever a
program does with DRIVER-CALL, a service checks what it is given. A new service is a function in the module that it
belongs to, and a row in `SERVICES`.
"""

from __future__ import annotations

from cupola.languages.forth.driver.messages import message

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.forth.vm import ForthVM

UNDERFLOW, BAD_ADDRESS, UNSUPPORTED = -4, -9, -21
FOLDER = "cupola.languages.forth"
# Name -> module below the folder, and function.
SERVICES = {
    "save-system": ("making.images", "save_system"),
    "see": ("seeing.showing", "see"),
    "see-native": ("seeing.showing", "see_native"),
    "locate": ("seeing.showing", "locate"),
    "where": ("seeing.showing", "where"),
    "open-library": ("driver.foreign", "open_library"),
    "declare-function": ("driver.foreign", "declare_function"),
    "call-function": ("driver.foreign", "call_function"),
    "errno": ("driver.foreign", "push_errno"),
}


class Throw(Exception):
    """A THROW code for the program, and what the system says besides its message if nobody catches it."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(reason or message(code))
        self.code = code
        self.reason = reason


def serve(vm: ForthVM) -> None:
    """Do what DRIVER-CALL asks for; the answer is the code to throw, or 0."""
    import importlib

    address, length = vm.request(2)
    name = vm.read(address, length).decode("utf-8", "replace")
    try:
        if name not in SERVICES:
            raise Throw(UNSUPPORTED, f"the driver has no service {name!r}")
        module, function = SERVICES[name]
        getattr(importlib.import_module(f"{FOLDER}.{module}"), function)(vm)
    except Throw as error:
        if error.reason:
            vm.reasons[error.code] = error.reason
        else:
            vm.reasons.pop(error.code, None)
        vm.answer(error.code)
        return
    vm.answer(0)


def pop(vm: ForthVM, count: int) -> list[int]:
    """Take that many cells, the deepest first. Throws "stack underflow"."""
    sp, bottom = vm.register("sp"), vm.vm.stack_bottom
    if (bottom - sp) // 8 < count:
        raise Throw(UNDERFLOW)
    vm.set_register("sp", sp + 8 * count)
    return vm.cells(sp, count)[::-1]


def pop_text(vm: ForthVM) -> str:
    """Take a text, given as address and length."""
    address, length = pop(vm, 2)
    return good_bytes(vm, address, length).decode("utf-8", "surrogateescape")


def good_bytes(vm: ForthVM, address: int, length: int) -> bytes:
    """Bytes of the data space. Throws "invalid memory address" if they are not all there."""
    found = vm.read(address, length)
    if length < 0 or len(found) != length:
        raise Throw(BAD_ADDRESS)
    return found


def say(vm: ForthVM, text: str) -> None:
    """Print, in order with what the program prints."""
    vm.drain()
    vm.output.write(text.encode("utf-8", "surrogateescape"))
