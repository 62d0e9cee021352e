"""load, loadfile, dofile, string.dump"""

from __future__ import annotations

from cupola.language.values import NIL, STRING, tag_of
from cupola.languages.lua.driver.errors import Problem, Thrown
from cupola.languages.lua.driver.library import access
from cupola.languages.lua.driver.library import arguments as a
from cupola.languages.lua.driver.library.calling import own_count

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cupola.languages.lua.driver.vm import LuaVM
    from cupola.languages.lua.front.code import FunctionCode


class Refused(Exception):
    """A chunk cannot be loaded; the message is what `load` returns."""

    def __init__(self, message: bytes) -> None:
        super().__init__(message)
        self.message = message


def load(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Compile a chunk: a string, or what a function gives piece by piece."""
    mode = a.optional_name(vm, arguments, 2, b"bt")
    environment = arguments[3] if len(arguments) > 3 else None
    chunk = a.value_or_nil(arguments, 0)
    try:
        if tag_of(chunk) == STRING or vm.objects.is_number(chunk):
            source = a.text(vm, arguments, 0)
            name = a.optional_name(vm, arguments, 1, a.name(vm, arguments, 0))
        else:
            name = a.optional_name(vm, arguments, 1, b"=(load)")
            source = _pieces(vm, a.function(vm, arguments, 0))
        return (loaded(vm, source, name, mode, environment),)
    except Refused as refused:
        return NIL, vm.objects.string(refused.message)
    except Thrown as thrown:  # by the reader
        return NIL, thrown.value


def _pieces(vm: LuaVM, reader: int) -> bytes:
    """All that a reader gives until it gives nil or an empty string. Raises Refused."""
    pieces = []
    left = access.most_bytes(vm)
    while True:
        results = vm.call_inside(reader, [])
        piece = results[0] if results else NIL
        if piece == NIL:
            break
        if tag_of(piece) != STRING and not vm.objects.is_number(piece):
            raise Refused(b"reader function must return a string")
        text = a.text(vm, results, 0)
        if not text:
            break
        left -= len(text)
        if left < 0:
            raise Refused(b"not enough memory")
        pieces.append(text)
    return b"".join(pieces)


def loaded(vm: LuaVM, source: bytes, name: bytes, mode: bytes, environment: int | None) -> int:
    """The function of a chunk: a source, or a dump. Raises Refused."""
    prototype = vm.texts.find(source, name, environment is not None) if b"t" in mode else None
    if prototype is None:
        code = code_of(source, name, mode, vm.look_around)
        prototype = vm.functions.load(code)
        if not source.startswith(b"\x1b"):
            vm.texts.keep(source, name, prototype, environment is not None)
    made = vm.closure_of(prototype, None)
    if environment is not None and own_count(made):
        from cupola.languages.lua.driver.library.upvalues import set_upvalue

        set_upvalue(vm, made, 0, environment)
    return made


def code_of(source: bytes, name: bytes, mode: bytes, watch: Callable[[], object]) -> FunctionCode:
    """The code of a chunk; `watch` is called now and then. Raises Refused."""
    from cupola.languages.lua.front import SyntaxProblem, compile_source

    if source.startswith(b"\x1b"):
        from cupola.languages.lua.driver import dumps

        if b"b" not in mode:
            raise Refused(_wrong_mode(b"binary", mode))
        try:
            return dumps.undump(source)
        except dumps.BadDump as problem:
            from cupola.languages.lua.front import short_source

            raise Refused(b"%s: %s" % (short_source(name), str(problem).encode())) from None
    if b"t" not in mode:
        raise Refused(_wrong_mode(b"text", mode))
    try:
        return compile_source(source, name, watch)
    except SyntaxProblem as problem:
        raise Refused(problem.message) from None


def _wrong_mode(kind: bytes, mode: bytes) -> bytes:
    return b"attempt to load a %s chunk (mode is '%s')" % (kind, mode)


# --- files ----------------------------------------------------------------------------------------------------------


def loadfile(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Compile a file; standard input without a name."""
    path = a.name(vm, arguments, 0) if a.given(arguments, 0) else None
    mode = a.optional_name(vm, arguments, 1, b"bt")
    environment = arguments[2] if len(arguments) > 2 else None
    try:
        return (from_file(vm, path, mode, environment),)
    except Refused as refused:
        return NIL, vm.objects.string(refused.message)


def file_loaded(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Compile a file for dofile."""
    path = a.name(vm, arguments, 0) if a.given(arguments, 0) else None
    try:
        return (from_file(vm, path, b"bt", None),)
    except Refused as refused:
        raise Problem(refused.message, 0) from None


def from_file(vm: LuaVM, path: bytes | None, mode: bytes, environment: int | None) -> int:
    """The function of a file, or of standard input. Raises Refused."""
    if path is None:
        from cupola.languages.lua.driver.library import streams

        return loaded(vm, without_first_line(streams.standard_input(vm).all()), b"=stdin", mode, environment)
    try:
        source = access.contents(vm, path)
    except OSError as error:
        raise Refused(b"cannot open %s" % path + access.because(error, b": %s")) from None
    return loaded(vm, without_first_line(source), b"@" + path, mode, environment)


def without_first_line(source: bytes) -> bytes:
    """A dump may follow a line for the shell, which is skipped in sources later."""
    from cupola.languages.lua.front.compiling import without_first_line as without

    rest = without(source)
    return rest[1:] if rest.startswith(b"\n\x1b") else source


# --- dumps ----------------------------------------------------------------------------------------------------------


def dump(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """A function of the guest as a string that `load` takes."""
    from cupola.languages.lua.driver import dumps

    function = a.function(vm, arguments, 0)
    found = vm.stack.loaded(function)
    if found is None:
        raise Problem(b"unable to dump given function")
    return (vm.objects.string(dumps.dump(found.code, a.truth(arguments, 1))),)
