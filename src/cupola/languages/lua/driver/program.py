"""A program as the command `lua` runs it: what comes before it, its arguments, its exit status."""

from __future__ import annotations

from cupola.language.values import (
    FALSE,
    FUNCTION,
    NIL,
    STRING,
    TABLE,
    TRUE,
    bytes_of,
    is_double,
    tag_of,
)
from cupola.languages.lua.driver import throwing
from cupola.languages.lua.driver.errors import Exit, LuaError
from cupola.languages.lua.driver.names import short_source

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cupola.languages.lua.driver.vm import LuaVM

SHOWN = 40  # bytes of a string in listings
COMMAND = (b"cupola", b"run")  # what stands before the program's name in `arg`
NAMES = {"<command line>": b"=(command line)", "<standard input>": b"=stdin", "<terminal>": b"=stdin"}


def chunk_name(name: str) -> bytes:
    """What Lua calls a source that the toolkit calls `name`."""
    if name in NAMES:
        return NAMES[name]
    encoded = name.encode("utf-8", "surrogateescape")
    if name[:1] in ("@", "="):
        return encoded
    return (b"=" if name[:1] in ("<", "[") else b"@") + encoded


def file_name(source: bytes) -> str:
    """What tools call a source: the path of a file, or as messages do."""
    if source.startswith(b"@"):
        return source[1:].decode("utf-8", "replace")
    return short_source(source).decode("utf-8", "replace")


def run(
    vm: LuaVM, steps: Sequence[tuple[str, str]], name: str, text: str | None, arguments: Sequence[str]
) -> int:
    """Run pieces of program and modules, and then the program, if there is a text; the exit status. Raises LuaError."""
    given = [each.encode("utf-8", "surrogateescape") for each in arguments]
    own = None if text is None else "-" if name == "<standard input>" else name
    _make_arg(vm, own, given)
    try:
        for kind, step in steps:
            if kind == "module":
                _require(vm, step)
            else:
                _run_text(vm, step, "<command line>", [])
        if text is not None:
            _run_text(vm, text, name, given)
        vm.finalizers.run_all()
    except LuaError as error:
        shown = throwing.told(vm, error)
        vm.finalizers.run_all()
        raise shown from None
    except Exit as end:
        vm.flush()
        return end.status
    return 0


def _make_arg(vm: LuaVM, name: str | None, given: Sequence[bytes]) -> None:
    """The global table `arg`: the program's name at 0, what it was given above, the command below."""
    objects = vm.objects
    table = objects.table(len(given), 4)
    objects.set(vm.objects.globals, b"arg", table)
    command = list(COMMAND) if name is None else [*COMMAND, name.encode("utf-8", "surrogateescape")]
    for place, each in enumerate(command, 1 - len(command)):
        objects.set(table, objects.integer(place), objects.string(each))
    for place, each in enumerate(given, 1):
        objects.set(table, objects.integer(place), objects.string(each))


def _run_text(vm: LuaVM, text: str, name: str, given: Sequence[bytes]) -> None:
    from cupola.languages.lua.front import SyntaxProblem

    try:
        function = vm.load(text.encode("utf-8", "surrogateescape"), chunk_name(name))
    except SyntaxProblem as problem:
        raise LuaError(problem.message.decode("utf-8", "replace")) from None
    vm.call(function, [vm.objects.string(each) for each in given])


def call_named(vm: LuaVM, name: str, arguments: Sequence[Any]) -> tuple[Any, ...]:
    """Call a global function, or one in tables, with None, bools, numbers and bytes; so are its results, but for other
    objects, which are values of the guest."""
    objects = vm.objects
    function = objects.globals
    for part in name.split("."):
        function = objects.get(function, part.encode()) if tag_of(function) == TABLE else NIL
    if is_double(function) or tag_of(function) != FUNCTION:
        raise LuaError(f"there is no function {name!r}")
    results = vm.call(function, [objects.value(each) for each in arguments])
    return tuple(_shown(vm, each) for each in results)


def _shown(vm: LuaVM, value: int) -> Any:
    if value in (NIL, TRUE, FALSE):
        return None if value == NIL else value == TRUE
    if vm.objects.is_number(value):
        return vm.objects.number(value)
    return bytes_of(value) if tag_of(value) == STRING else value


def _require(vm: LuaVM, wanted: str) -> None:
    """`-l name` or `-l global=name`: require a module, and keep it in a global variable."""
    variable, sign, module = wanted.partition("=")
    if not sign:
        module = wanted
    objects = vm.objects
    function = objects.get(objects.globals, b"require")
    if function == NIL:
        raise LuaError("there is no 'require' to load a module with")
    results = vm.call(function, [objects.string(module.encode())])
    objects.set(objects.globals, variable.partition("-")[0].encode(), results[0] if results else NIL)


def constant_text(vm: LuaVM, number: int) -> str | None:
    """A constant of guest code as a program would write it; None for what is no value of the program."""
    if 0 <= number < 1 << 32:  # a place, not a double
        return None
    if tag_of(number) == STRING:
        text = bytes_of(number)
        return repr(text[:SHOWN].decode("utf-8", "replace")) + ("..." if len(text) > SHOWN else "")
    if number in (NIL, TRUE, FALSE) or vm.objects.is_number(number):
        from cupola.languages.lua.driver.world import plain_text

        return plain_text(vm, number).decode()
    return None
