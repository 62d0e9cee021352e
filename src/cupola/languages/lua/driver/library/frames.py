"""What the library `debug` tells of functions and of those that run: getinfo, getlocal, setlocal, traceback."""

from __future__ import annotations

from itertools import islice

from cupola.language.values import (
    FALSE,
    MASK,
    NIL,
    OTHER,
    STRING,
    TRUE,
    address_in,
    cell,
    kind_of,
    set_cell,
    tag_of,
)
from cupola.languages.lua.constants import STUB_DONE, VARARG_CELLS, VARARGS
from cupola.languages.lua.driver import messages, names
from cupola.languages.lua.driver.library import arguments as a
from cupola.languages.lua.driver.objects import COROUTINE
from cupola.languages.lua.root_numbers import MAIN

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.stack import Level
    from cupola.languages.lua.driver.vm import LuaVM
    from cupola.languages.lua.front.code import FunctionCode

OPTIONS = b"SlnrutLf"
USUAL = b"flnSrtu"  # what is told if nothing is asked for
OF_SYSTEM = b"=[C]"


def _coroutine(vm: LuaVM, arguments: Sequence[int]) -> tuple[int, int]:
    """The coroutine that is meant (0: the running one), and how many arguments that took."""
    if arguments and tag_of(arguments[0]) == OTHER and kind_of(arguments[0]) == COROUTINE:
        found = address_in(arguments[0])
        return (0 if found == vm.heap.current & (1 << 48) - 1 else found), 1
    return 0, 0


def _levels(vm: LuaVM, coroutine: int, first: int, count: int = 2) -> list[Level]:
    """Some levels of a stack; 0 is the innermost function."""
    if first < 0:
        return []
    if not coroutine:
        base, pc = vm.register("base"), vm.register("pc")
    else:
        fields = vm.engine.structs["Coroutine"]
        base, pc = cell(coroutine + fields["base"][0]), cell(coroutine + fields["pc"][0])
        is_dead = cell(coroutine) >> 16 & 0xFFFF == 3
        if not base or (is_dead and not pc):  # it has not begun, or has ended without an error
            return []
    return list(islice(vm.stack.levels(base, pc), first, first + count))


# --- getinfo --------------------------------------------------------------------------------------------------------


def getinfo(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """A table of what is known of a function, or of one that runs."""
    coroutine, skip = _coroutine(vm, arguments)
    options = a.optional_name(vm, arguments, skip + 1, USUAL)
    if options.startswith(b">"):
        raise a.bad(vm, skip + 1, b"invalid option '>'")
    level = outer = None
    if a.is_function(arguments, skip):
        function = arguments[skip]
    else:
        levels = _levels(vm, coroutine, a.whole(vm, arguments, skip))
        if not levels:
            return (NIL,)
        level, outer = levels[0], levels[1] if len(levels) > 1 else None
        function = level.function
    if options.strip(OPTIONS):
        raise a.bad(vm, skip + 1, b"invalid option")
    table = vm.objects.table(0, 16)
    _Describer(vm, table, function, level, outer).describe(options)
    return (table,)


class _Describer:
    """Fills a table with what options ask for."""

    def __init__(
        self, vm: LuaVM, table: int, function: int, level: Level | None, outer: Level | None
    ) -> None:
        self.vm = vm
        self.table = table
        self.function = function
        self.level = level
        self.outer = outer
        found = vm.stack.loaded(function)
        self.code: FunctionCode | None = None
        if found is not None and found.code.source != OF_SYSTEM:
            self.code = found.code

    def describe(self, options: bytes) -> None:
        objects = self.vm.objects
        if b"S" in options:
            self._source()
        if b"l" in options:
            self.number(
                b"currentline", self.level.line if self.level is not None and self.code is not None else -1
            )
        if b"u" in options:
            code = self.code
            self.number(b"nups", self._upvalues())
            self.number(b"nparams", 0 if code is None else code.parameters)
            self.set(b"isvararg", TRUE if code is None or code.is_vararg else FALSE)
        if b"n" in options:
            name = self._name()
            self.set(b"namewhat", objects.string(b"" if name is None else name[0]))
            if name is not None:
                self.set(b"name", objects.string(name[1]))
        if b"t" in options:
            self.set(b"istailcall", TRUE if self.level is not None and self.level.is_tail else FALSE)
        if b"r" in options:
            self.number(b"ftransfer", 0)
            self.number(b"ntransfer", 0)
        if b"L" in options and self.code is not None:
            lines = objects.table()
            active = {*self.code.lines[1:], self.code.last_line}  # the first one only enters
            for line in (
                active - {0, -1} if self.code.lines[0] > 0 else ()
            ):  # there are none in a stripped one
                objects.set(lines, objects.integer(line), TRUE)
            self.set(b"activelines", lines)
        if b"f" in options:
            self.set(b"func", self.function)

    def _name(self) -> tuple[bytes, bytes] | None:
        """What the function is called where it was called: a kind and a name."""
        if self.level is None:
            return None
        if self.vm.hooks is not None and self.vm.hooks.called_at(self.level.base):
            return b"hook", b"?"
        if self.level.stub == STUB_DONE and self.vm.heap.is_finalizing:
            return b"metamethod", b"__gc"
        is_named = self.level.stub in names.NAMED_STUBS and not self.level.is_tail
        return called_as(self.outer) if is_named else None

    def _source(self) -> None:
        from cupola.languages.lua.front.problems import short_source

        code = self.code
        source = OF_SYSTEM if code is None else code.source
        what = b"C" if code is None else b"Lua" if code.line_defined else b"main"
        strings = {b"source": source, b"short_src": short_source(source), b"what": what}
        for name, text in strings.items():
            self.set(name, self.vm.objects.string(text))
        self.number(b"linedefined", -1 if code is None else code.line_defined)
        self.number(b"lastlinedefined", -1 if code is None else code.last_line if code.line_defined else -1)

    def _upvalues(self) -> int:
        if self.code is not None:
            return len(self.code.upvalues)
        if self.vm.stack.loaded(self.function) is not None:
            return 0
        from cupola.languages.lua.driver.library.upvalues import values_of_native

        return values_of_native(self.vm, self.function)

    def number(self, name: bytes, value: int) -> None:
        self.set(name, self.vm.objects.integer(value))

    def set(self, name: bytes, value: int) -> None:
        self.vm.objects.set(self.table, name, value)


def called_as(outer: Level | None) -> tuple[bytes, bytes] | None:
    """What the caller calls the function that it has called: a kind and a name."""
    if outer is None or outer.loaded is None or outer.is_prelude:
        return None
    from cupola.languages.lua.front import naming

    found = naming.of_callee(outer.loaded.code, outer.loaded.instruction_at(outer.pc))
    return None if found is None else (found.kind.encode(), found.text)


# --- local variables ------------------------------------------------------------------------------------------------


def getlocal(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The name and the value of a local variable of a function that runs; of any other, a parameter's name."""
    coroutine, skip = _coroutine(vm, arguments)
    number = a.whole(vm, arguments, skip + 1)
    if a.is_function(arguments, skip):
        found = vm.stack.loaded(arguments[skip])
        if found is None or not 0 < number <= found.code.parameters:
            return (NIL,)
        return (vm.objects.string(found.code.locals[number - 1].name),)
    levels = _levels(vm, coroutine, a.whole(vm, arguments, skip), 1)
    if not levels:
        raise a.bad(vm, skip, b"level out of range")
    place = _place(levels[0], number)
    return (NIL,) if place is None else (vm.objects.string(place[0]), cell(place[1]))


def setlocal(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Set a local variable of a function that runs; its name."""
    coroutine, skip = _coroutine(vm, arguments)
    number = a.whole(vm, arguments, skip + 1)
    levels = _levels(vm, coroutine, a.whole(vm, arguments, skip), 1)
    if not levels:
        raise a.bad(vm, skip, b"level out of range")
    value = a.value(vm, arguments, skip + 2)
    place = _place(levels[0], number)
    if place is None:
        return (NIL,)
    loaded = levels[0].loaded
    if loaded is not None and not loaded.code.line_defined:  # functions may rely on its variables
        vm.source_varies(loaded.start)
    set_cell(place[1], value)
    return (vm.objects.string(place[0]),)


def _place(level: Level, number: int) -> tuple[bytes, int] | None:
    """The name of a local variable, and the address of its register; of a negative number, one of `...`."""
    if level.loaded is None:
        return None
    code = level.loaded.code
    if number < 0:
        if not code.is_vararg:
            return None
        count = cell(level.base + 8 * VARARGS)
        if -number > count - code.parameters:
            return None
        first = level.base - 8 * (count + VARARG_CELLS)
        return b"(vararg)", first + 8 * (code.parameters - number - 1)
    at = level.loaded.instruction_at(level.pc) if level.pc else 0
    active = [each for each in code.locals if each.first <= at < each.last]
    if not 0 < number <= len(active):
        return None
    found = active[number - 1]
    return found.name, level.base + 8 * found.register


# --- traceback ------------------------------------------------------------------------------------------------------


def traceback(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """A message with the functions that run; a message that is no string comes back as it is."""
    coroutine, skip = _coroutine(vm, arguments)
    message = a.value_or_nil(arguments, skip)
    if message != NIL and tag_of(message) != STRING and not vm.objects.is_number(message):
        return (message,)
    first = a.optional_whole(vm, arguments, skip + 1, 0 if coroutine else 1)
    text = b"" if message == NIL else a.name(vm, arguments, skip) + b"\n"
    levels = _levels(vm, coroutine, 0, 1 << 30)
    is_main = not coroutine and address_in(vm.objects.root(MAIN)) == vm.heap.current & MASK
    wanted = levels[first:] if first >= 0 else []
    ends = is_main and 0 <= first <= len(levels)  # behind all others there is one more
    shown = messages.listed(vm, wanted, ends=ends).encode("utf-8", "surrogateescape")
    return (vm.objects.string(text + shown),)
