"""C functions: LIBRARY opens a shared library, FUNCTION: makes a word of one of its functions.

A declaration is a text, `library name types`, which lies in the data space: it survives in images, and the function is
looked up where it is first called. Types, from the deepest cell on:

    n u      a cell, with and without sign            r        a float (C: double)
    i ui     the same, of 32 bits (C: int)            sf       a float (C: float)
    d        a double cell (C: long long)             addr     a place in the data space, as a pointer
    str      c-addr u, as a copy with a zero behind   buf      addr u, as a pointer and a size, all in the data space
    void     no result                                ...      what follows is variadic

What a C function does with a pointer nobody checks: a wrong declaration can do anything to the process.
"""

from __future__ import annotations

import ctypes

from cupola.languages.forth import constants
from cupola.languages.forth.constants import DATA_OFFSET, LOW
from cupola.languages.forth.driver.loading import LoadError, load
from cupola.languages.forth.driver.services import BAD_ADDRESS, Throw, good_bytes, pop, pop_text

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

    from cupola.languages.forth.vm import ForthVM

FOREIGN, OUT_OF_RANGE, FLOAT_OVERFLOW, FLOAT_UNDERFLOW = -261, -11, -44, -45
# Type -> the types of its C arguments, and how many cells it takes.
ARGUMENTS: dict[str, tuple[tuple[Any, ...], int]] = {
    "n": ((ctypes.c_int64,), 1),
    "u": ((ctypes.c_uint64,), 1),
    "i": ((ctypes.c_int32,), 1),
    "ui": ((ctypes.c_uint32,), 1),
    "d": ((ctypes.c_longlong,), 2),
    "r": ((ctypes.c_double,), 0),
    "sf": ((ctypes.c_float,), 0),
    "addr": ((ctypes.c_void_p,), 1),
    "buf": ((ctypes.c_void_p, ctypes.c_size_t), 2),
    "str": ((ctypes.c_char_p,), 2),
}
# A pointer comes back as a number: ctypes makes other things of pointers.
RESULTS = {name: types[0] for name, (types, _) in ARGUMENTS.items() if name != "buf"}
RESULTS |= {"addr": ctypes.c_size_t, "void": None}
FLOATS = ("r", "sf")

_libraries: dict[str, Any] = {}


class Function:
    """A declared C function: its library and name, the types of its arguments, that of its result."""

    def __init__(self, text: str) -> None:
        self.library, _, rest = text.partition(" ")
        self.name, _, types = rest.partition(" ")
        before, arrow, after = types.partition("--")
        if not arrow:
            raise Throw(FOREIGN, f"{self.name}: expected types as in ( n n -- n ), found ({types})")
        self.arguments = [each for each in before.lower().split() if each != "..."]
        results = after.lower().split() or ["void"]
        if len(results) > 1:
            raise Throw(FOREIGN, f"{self.name}: a C function has one result, found {after.strip()}")
        self.result = results[0]
        self._check_types()
        self.call = self._find()

    def _check_types(self) -> None:
        for each, known in [*((each, ARGUMENTS) for each in self.arguments), (self.result, RESULTS)]:
            if each not in known:
                raise Throw(
                    FOREIGN, f"{self.name}: unknown type {each!r}, expected one of {' '.join(sorted(known))}"
                )

    def _find(self) -> Any:
        try:
            found = library(self.library)[self.name]
        except AttributeError:
            raise Throw(FOREIGN, f"{self.library} has no function {self.name!r}") from None
        found.argtypes = [each for name in self.arguments for each in ARGUMENTS[name][0]]
        found.restype = RESULTS[self.result]
        return found


def library(name: str) -> Any:
    """An open shared library. Throws if there is none of that name."""
    if not name:
        raise Throw(FOREIGN, "say LIBRARY with the name of a shared library first")
    if name not in _libraries:
        try:
            _libraries[name] = ctypes.CDLL(name, use_errno=True)
        except OSError as error:
            raise Throw(FOREIGN, f"cannot open the library {name!r}: {error}") from None
    return _libraries[name]


def check_allowed(vm: ForthVM) -> None:
    """Throw if this VM may not call C."""
    if not vm.limits.foreign_allowed:
        raise Throw(
            FOREIGN,
            "C functions may not be called in this run (by --no-foreign, or since other limits are set, which C "
            "functions do not keep)",
        )


# --- the services -------------------------------------------------------------------------------------------------


def open_library(vm: ForthVM) -> None:
    """( c-addr u -- ) LIBRARY"""
    name = pop_text(vm)
    check_allowed(vm)
    library(name)


def declare_function(vm: ForthVM) -> None:
    """( c-addr u -- ) FUNCTION: find the function, look at its types."""
    text = pop_text(vm)
    check_allowed(vm)
    vm.functions[text] = Function(text)


def call_function(vm: ForthVM) -> None:
    """( i*x c-addr u -- j*x ) Call the function that a text declares."""
    text = pop_text(vm)
    check_allowed(vm)
    function = vm.functions.get(text)
    if function is None:
        function = vm.functions[text] = Function(text)
    given = _take(vm, function)
    vm.drain()
    vm.output.flush()
    ctypes.set_errno(0)
    result = function.call(*given)
    vm.errno = ctypes.get_errno()
    _give(vm, function, result)


def push_errno(vm: ForthVM) -> None:
    """( -- n ) ERRNO"""
    vm.push(vm.errno)


# --- arguments and results ----------------------------------------------------------------------------------------


def _take(vm: ForthVM, function: Function) -> list[Any]:
    """The arguments for a call, off the stacks."""
    cells = pop(vm, sum(ARGUMENTS[each][1] for each in function.arguments))
    floats = _pop_floats(vm, sum(each in FLOATS for each in function.arguments))
    given: list[Any] = []
    for each in function.arguments:
        count = ARGUMENTS[each][1]
        mine, cells = cells[:count], cells[count:]
        if each in FLOATS:
            given.append(floats.pop(0))
        elif each == "d":
            if mine[1] != mine[0] >> 63:
                raise Throw(OUT_OF_RANGE)
            given.append(mine[0])
        elif each == "str":
            given.append(good_bytes(vm, *mine))
        elif each == "buf":
            good_bytes(vm, *mine)
            given += [_pointer(vm, mine[0]), mine[1]]
        else:
            given.append(_pointer(vm, mine[0]) if each == "addr" else mine[0])
    return given


def _pop_floats(vm: ForthVM, count: int) -> list[float]:
    """Take that many floats, the deepest first. Throws "floating-point stack underflow"."""
    if count == 0:
        return []
    floats = vm.float_stack
    if len(floats) < count:
        raise Throw(FLOAT_UNDERFLOW)
    vm.float_stack = floats[:-count]
    return list(floats[-count:])


def _pointer(vm: ForthVM, address: int) -> int:
    """Where a byte of the data space lies in the process; 0 is the null pointer."""
    if address == 0:
        return 0
    if not 0 <= address - LOW <= vm.vm.byte_limit:
        raise Throw(BAD_ADDRESS)
    return vm.address + DATA_OFFSET + address - LOW


def _give(vm: ForthVM, function: Function, result: Any) -> None:
    """Push what a function returned."""
    if function.result in FLOATS:
        if len(vm.float_stack) >= constants.MAX_FLOATS:
            raise Throw(FLOAT_OVERFLOW)
        vm.float_stack = (*vm.float_stack, result)
    elif function.result == "d":
        vm.push(result, result >> 63)
    elif function.result == "str":
        _give_text(vm, result)
    elif function.result == "addr":
        _give_address(vm, function, result)
    elif function.result != "void":
        vm.push(result)


def _give_text(vm: ForthVM, text: bytes | None) -> None:
    """A copy at the top of the data space, which stays until the source that is being read ends; 0 0 for none."""
    if text is None:
        vm.push(0, 0)
        return
    try:
        start, length, _ = load(vm, text, "<C>")
    except LoadError as error:
        raise Throw(error.code) from None
    vm.push(start, length)


def _give_address(vm: ForthVM, function: Function, result: int) -> None:
    if result == 0:
        vm.push(0)
        return
    address = result - vm.address - DATA_OFFSET + LOW
    if not 0 <= address - LOW <= vm.vm.byte_limit:
        raise Throw(
            FOREIGN,
            f"{function.name} returned a pointer to memory that is not the data space: declare it as n",
        )
    vm.push(address)
