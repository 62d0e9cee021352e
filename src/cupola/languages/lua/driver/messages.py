"""What errors say: texts of failures with positions and names, tracebacks."""

from __future__ import annotations

from itertools import dropwhile, islice

from cupola.language.limits import Frame
from cupola.language.values import (
    STRING,
    bytes_of,
    cell,
    tag_of,
)
from cupola.languages.lua import failures as f
from cupola.languages.lua.constants import DETAILS
from cupola.languages.lua.driver import names
from cupola.languages.lua.driver.errors import Thrown

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.stack import Level
    from cupola.languages.lua.driver.vm import LuaVM

SHOWN, FIRST_LEVELS, LAST_LEVELS = 22, 10, 11  # levels of a traceback: of more, some first and some last ones

# Failures without details.
PLAIN = {
    f.DIVIDE_BY_ZERO: b"attempt to divide by zero",
    f.MODULO_BY_ZERO: b"attempt to perform 'n%0'",
    f.FOR_STEP_ZERO: b"'for' step is zero",
    f.INDEX_CHAIN: b"'__index' chain too long; possible loop",
    f.SET_INDEX_CHAIN: b"'__newindex' chain too long; possible loop",
    f.NIL_INDEX: b"table index is nil",
    f.NAN_INDEX: b"table index is NaN",
    f.NESTED_DEEP: b"C stack overflow",
    f.DEAD_COROUTINE: b"cannot resume dead coroutine",
    f.NOT_SUSPENDED: b"cannot resume non-suspended coroutine",
    f.OUTSIDE_COROUTINE: b"attempt to yield from outside a coroutine",
    f.YIELD_ACROSS_DRIVER: b"attempt to yield across a C-call boundary",
}
RUNNING = 1  # a status of coroutines, as in `runtime.objects`
OF_WRAP = (f.NESTED_DEEP, f.DEAD_COROUTINE, f.NOT_SUSPENDED)
OF_ARGUMENTS = (f.NOT_A_COROUTINE, f.NO_ARGUMENT, f.NO_HANDLER)
FOR = {f.FOR_INITIAL: b"initial value", f.FOR_LIMIT: b"limit", f.FOR_STEP: b"step"}


def failure(vm: LuaVM) -> int:
    """The error value of what `vm.failure` says."""
    number = vm.vm.failure
    start = vm.address + vm.offsets["details"][0]
    details = [cell(start + 8 * at) for at in range(DETAILS)]
    base, pc = vm.register("base"), vm.register("pc")
    here = list(islice(vm.stack.levels(base, pc), 3))
    if number >= f.FIRST_OF_LIBRARY:
        return _of_library(vm, number, details, here)
    if number == f.RETHROW:
        return _out_of_wrap(vm, here)
    if number == f.CLOSE_METHOD:  # while an error goes through: no function runs any more
        return vm.objects.string(b"attempt to call a " + vm.objects.type_name(details[0]) + b" value")
    if number == f.NOT_CLOSED:
        status = b"running" if details[1] == RUNNING else b"normal"
        return vm.objects.string(_place(vm, here, 1) + b"cannot close a " + status + b" coroutine")
    if number in OF_WRAP:
        return vm.objects.string(_place(vm, here, 1) + PLAIN[number])
    if number in OF_ARGUMENTS:
        return vm.objects.string(_place(vm, here, 1) + _of_arguments(vm, number, details, here))
    text = PLAIN.get(number) or _with_names(vm, number, details, here)
    return vm.objects.string(_place(vm, here, 0) + text)


def _of_library(vm: LuaVM, number: int, details: Sequence[int], here: Sequence[Level]) -> int:
    """A failure of a native function, which is on top of the stack."""
    from cupola.languages.lua.library import failures as library

    if number == library.THROWN:
        value = vm.vm.error
        if tag_of(value) == STRING and details[0] != 0:
            levels = outside(vm) if details[0] == library.OUTSIDE else here_at(vm, details[0])
            return vm.objects.string(_place(vm, levels, 0) + bytes_of(value))
        raise Thrown(value)
    function, is_method = names.called(vm, here)
    text = library.message(number, details, function.decode("latin-1"), vm.objects, is_method)
    if library.FAILURES[number - library.FIRST].placed:
        text = _place(vm, here, 1) + text
    return vm.objects.string(text)


def _out_of_wrap(vm: LuaVM, here: Sequence[Level]) -> int:
    """What becomes of an error that ended the coroutine of `coroutine.wrap`'s function, which is on top."""
    value = vm.vm.error
    if tag_of(value) != STRING:
        raise Thrown(value)
    return vm.objects.string(_place(vm, here, 1) + bytes_of(value))


def here_at(vm: LuaVM, level: int) -> list[Level]:
    """The level with that number of the stack as it is, and no other; 0 is the innermost."""
    return list(islice(vm.stack.levels(vm.register("base"), vm.register("pc")), level, level + 1))


def outside(vm: LuaVM) -> list[Level]:
    """The innermost level below that of the native function on top that is not of the prelude."""
    levels = islice(vm.stack.levels(vm.register("base"), vm.register("pc")), 1, None)
    outer = dropwhile(lambda each: each.loaded is not None and each.loaded.code.source == b"=[C]", levels)
    return list(islice(outer, 1))


def _with_names(vm: LuaVM, number: int, details: Sequence[int], here: Sequence[Level]) -> bytes:
    """Failures of instructions that tell types and names of values."""
    kind = vm.objects.type_name
    x, y = details[0], details[1]
    if number in FOR:
        return b"bad 'for' " + FOR[number] + b" (number expected, got " + kind(x) + b")"
    if number == f.COMPARE:
        one, other = kind(x), kind(y)
        if one == other:
            return b"attempt to compare two " + one + b" values"
        return b"attempt to compare " + one + b" with " + other
    if number in (f.INDEX, f.SET_INDEX):
        return b"attempt to index a " + kind(x) + b" value" + names.indexed(here[0], x)
    if number == f.CALL:
        return b"attempt to call a " + kind(x) + b" value" + (names.of_called(here[0], x) if here else b"")
    if number == f.LENGTH:
        return b"attempt to get length of a " + kind(x) + b" value" + names.of_operand(here[0], x, x, False)
    if number == f.CONCATENATE:
        wrong = y if vm.objects.is_number(x) or tag_of(x) == STRING else x
        return (
            b"attempt to concatenate a "
            + kind(wrong)
            + b" value"
            + names.of_operand(here[0], wrong, x, wrong is y)
        )
    if number == f.ARITHMETIC:
        if STRING in (tag_of(x), tag_of(y)):
            event = names.event_of(here[0])
            return b"attempt to " + event + b" a '" + kind(x) + b"' with a '" + kind(y) + b"'"
        wrong = y if vm.objects.is_number(x) else x
        return (
            b"attempt to perform arithmetic on a "
            + kind(wrong)
            + b" value"
            + names.of_operand(here[0], wrong, x, wrong is y)
        )
    if number == f.BITWISE:
        wrong = y if vm.objects.is_number(x) else x
        text = b"attempt to perform bitwise operation on a " + kind(wrong) + b" value"
        return text + names.of_operand(here[0], wrong, x, wrong is y)
    if number == f.NO_INTEGER:
        wrong = y if names.is_whole(vm, x) else x
        return b"number" + names.of_operand(here[0], wrong, x, wrong is y) + b" has no integer representation"
    if number == f.NOT_CLOSABLE:
        return b"variable '" + names.of_local(here[0], y) + b"' got a non-closable value"
    raise AssertionError(f"instructions fail with {number}, for which there is no message")


def _of_arguments(vm: LuaVM, number: int, details: Sequence[int], here: Sequence[Level]) -> bytes:
    """Failures of functions that are stubs: what they need is missing, or of another type."""
    function = names.called(vm, here)[0]
    if number == f.NOT_A_COROUTINE:
        got = b"no value" if details[1] == 0 else vm.objects.type_name(details[0])
        return b"bad argument #1 to '" + function + b"' (thread expected, got " + got + b")"
    if number == f.NO_HANDLER:
        got = b"no value" if details[1] == 0 else vm.objects.type_name(details[0])
        return b"bad argument #2 to '" + function + b"' (function expected, got " + got + b")"
    return b"bad argument #1 to '" + function + b"' (value expected)"


def positioned(vm: LuaVM, text: bytes, level: int) -> bytes:
    """A message with the position of a level in front; level 0 is none, 1 is who called the function on top."""
    return placed(vm, text, level) if level else text


def placed(vm: LuaVM, text: bytes, level: int) -> bytes:
    """The same, where level 0 is the function on top."""
    return _place(vm, here_at(vm, level), 0) + text


def _place(vm: LuaVM, levels: Sequence[Level], number: int) -> bytes:
    """The position of one of some levels, as messages begin with it; nothing for native functions."""
    if number >= len(levels) or levels[number].loaded is None:
        return b""
    level = levels[number]
    assert level.loaded is not None
    if level.loaded.code.source == b"=[C]":  # of the prelude
        return b""
    return names.short_source(level.loaded.code.source) + b":%d: " % level.line


def text_of_error(vm: LuaVM, value: int) -> str:
    """An error value as the command line shows it."""
    if tag_of(value) == STRING:
        return bytes_of(value).decode("utf-8", "replace")
    if vm.objects.is_number(value):
        from cupola.languages.lua.driver.world import plain_text

        return plain_text(vm, value).decode()
    return f"(error object is a {vm.objects.plain_type(value).decode()} value)"


def frames(vm: LuaVM, base: int, pc: int) -> list[Frame]:
    """The functions that run, for the backtrace of an error; none where nothing runs any more."""
    if not vm.vm.level or not base or tag_of(cell(base - 24)) != -3:
        return []
    return [
        Frame(names.of_function(vm, each, None).decode("utf-8", "replace"), None)
        for each in islice(vm.stack.levels(base, pc), 200)
        if each.loaded is not None
    ]


def traceback(vm: LuaVM, base: int, pc: int) -> str:
    """The traceback from a frame on, as the command `lua` prints it."""
    return listed(vm, list(vm.stack.levels(base, pc)), ends=True)


def listed(vm: LuaVM, levels: Sequence[Level], *, ends: bool) -> str:
    """Some levels as a traceback; `ends`: the outermost is what the driver called."""
    lines = ["stack traceback:"]
    count = len(levels) + ends
    for number, level in enumerate(levels):
        if count > SHOWN and FIRST_LEVELS <= number < count - LAST_LEVELS:
            if number == FIRST_LEVELS:
                lines.append(f"\t...\t(skipping {count - SHOWN} levels)")
            continue
        outer = levels[number + 1] if number + 1 < len(levels) else None
        where = (
            b"[C]:"
            if level.loaded is None or level.is_prelude
            else names.short_source(level.loaded.code.source) + b":%d:" % level.line
        )
        text = where + b" in " + names.of_function(vm, level, outer)
        lines.append("\t" + text.decode("utf-8", "replace"))
        if level.is_tail:
            lines.append("\t(...tail calls...)")
    if ends:
        lines.append("\t[C]: in ?")
    return "\n".join(lines)
