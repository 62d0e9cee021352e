"""The library `debug`, but for upvalues and what looks into running functions (`frames`)."""

from __future__ import annotations

from cupola.language.values import (
    NIL,
    OTHER,
    TABLE,
    address_in,
    kind_of,
    set_cell,
    tag_of,
)
from cupola.languages.lua.driver import library
from cupola.languages.lua.driver.library import arguments as a
from cupola.languages.lua.driver.objects import COROUTINE, HOST
from cupola.languages.lua.root_numbers import METATABLES, REGISTRY, SYSTEM

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM

TYPE_NUMBERS = (b"nil", b"boolean", b"number", b"string", b"function", b"thread")  # as in `root_numbers`
HOOK = b"_HOOK"
OLD_LIMIT = 200


def getregistry(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The table of what the libraries keep."""
    return (vm.objects.root(REGISTRY),)


def getmetatable(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The metatable of any value."""
    value = a.value(vm, arguments, 0)
    if _has_own(value):
        return (vm.objects.metatable(value),)
    return (vm.objects.root(METATABLES + TYPE_NUMBERS.index(vm.objects.plain_type(value))),)


def setmetatable(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Give any value a metatable, which all others of its type share that are neither tables nor userdata."""
    value, wanted = a.value_or_nil(arguments, 0), a.value_or_nil(arguments, 1)
    objects = vm.objects
    if len(arguments) < 2 or (wanted != NIL and tag_of(wanted) != TABLE):
        raise a.wrong_type(vm, arguments, 1, b"nil or table")
    if tag_of(value) == TABLE:
        set_cell(address_in(value) + objects.metatable_offset, 0)  # it may be a protected one
        native = objects.get(objects.get(objects.root(SYSTEM), b"_native"), b"setmetatable")
        return vm.call_inside(native, [value, wanted])
    if _has_own(value):
        set_cell(address_in(value) + objects.host_metatable, 0 if wanted == NIL else address_in(wanted))
        vm.entry_stored(vm.address, address_in(value))
    else:
        objects.set_root(METATABLES + TYPE_NUMBERS.index(objects.plain_type(value)), wanted)
    return (value,)


def _has_own(value: int) -> bool:
    """Whether a value has a metatable of its own."""
    return tag_of(value) == TABLE or (tag_of(value) == OTHER and kind_of(value) == HOST)


def getuservalue(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """A value that belongs to a userdata: none does, as to files in lua5.4."""
    a.optional_whole(vm, arguments, 1, 1)
    return (NIL,)


def setuservalue(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Set a value that belongs to a userdata: it has none."""
    userdata = a.value_or_nil(arguments, 0)
    if tag_of(userdata) != OTHER or kind_of(userdata) != HOST:
        raise a.wrong_type(vm, arguments, 0, b"userdata")
    a.value(vm, arguments, 1)
    a.optional_whole(vm, arguments, 2, 1)
    return (NIL,)


def sethook(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Let a function be called at events: calls (c), returns (r), lines (l), and after each `count` steps."""
    from cupola.languages.lua.driver.hooks import Hook, Hooks

    coroutine, skip = _coroutine(vm, arguments)
    registry = vm.objects.root(REGISTRY)
    hook = None
    if a.given(arguments, skip):
        mask = a.name(vm, arguments, skip + 1).decode("latin-1")
        function, count = a.function(vm, arguments, skip), a.optional_whole(vm, arguments, skip + 2, 0)
        hook = Hook(function, mask, max(count, 0))
        if not hook.mask and not hook.count:
            hook = None
    if vm.hooks is None:
        if hook is None:
            return ()
        vm.hooks = Hooks(vm)
        vm.vm.request = 0  # compiled code would pass the traps by
    keeper = library.subtable(vm, registry, HOOK, 4)  # it is reachable, as long as it is set
    vm.objects.set(keeper, coroutine | OTHER << 48, NIL if hook is None else hook.function)
    vm.hooks.give(coroutine, hook)
    return ()


def gethook(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """The hook of a coroutine: the function, the letters of its events, the steps."""
    hook = None if vm.hooks is None else vm.hooks.get(_coroutine(vm, arguments)[0])
    if hook is None:
        return (NIL,)
    return hook.function, vm.objects.string(hook.mask.encode()), vm.objects.integer(hook.count)


def _coroutine(vm: LuaVM, arguments: Sequence[int]) -> tuple[int, int]:
    """The address of the coroutine that is meant, and how many arguments that took."""
    if arguments and tag_of(arguments[0]) == OTHER and kind_of(arguments[0]) == COROUTINE:
        return address_in(arguments[0]), 1
    return vm.heap.current, 0


def setcstacklimit(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Nothing, as in lua5.4; what it always returned."""
    a.whole(vm, arguments, 0)
    return (vm.objects.integer(OLD_LIMIT),)


def debug(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Run lines of standard input until one is `cont`."""
    import sys

    from cupola.languages.lua.driver.errors import Thrown
    from cupola.languages.lua.driver.library import loading, streams
    from cupola.languages.lua.driver.messages import text_of_error

    while True:
        vm.flush()
        print("lua_debug> ", end="", file=sys.stderr, flush=True)
        line = streams.standard_input(vm).line(keep=True)
        if not line or line in (b"cont\n", b"cont"):
            return ()
        try:
            vm.call_inside(loading.loaded(vm, line, b"=(debug command)", b"t", None), [])
        except loading.Refused as refused:
            print(refused.message.decode("utf-8", "replace"), file=sys.stderr)
        except Thrown as thrown:
            print(text_of_error(vm, thrown.value), file=sys.stderr)
