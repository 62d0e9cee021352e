"""A Lua system for a Python program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from ctypes import ArgumentError
from typing import TYPE_CHECKING, Any

from cupola.language.limits import Interrupted, LimitReached, RunError, Thresholds
from cupola.language.values import NIL, STRING, bytes_of, from_address, tag_of
from cupola.languages.lua.constants import STUB_UPCALL
from cupola.languages.lua.driver import library, throwing
from cupola.languages.lua.driver.errors import LuaError, Problem, Thrown
from cupola.languages.lua.driver.library.calling import own_value, running_function
from cupola.languages.lua.driver.vm import LuaVM
from cupola.languages.lua.embedding.conversion import Opaque, to_lua, to_python
from cupola.languages.lua.embedding.edge import Edge
from cupola.languages.lua.embedding.handles import Handles
from cupola.languages.lua.embedding.limits import LimitedOutput, Limits
from cupola.languages.lua.embedding.objects import LuaFunction, LuaObject, LuaTable

if TYPE_CHECKING:
    from cupola.language.limits import Limits as CommonLimits

OUT_OF_MEMORY = b"not enough memory"
HELPERS = b"return function(t, k) return t[k] end, function(t, k, v) t[k] = v end, function(t) return #t end"
CALLABLE = b"_CALLABLE"  # the metatable of what Python's functions hold
EXCEPTION = b"_EXCEPTION"  # the metatable of Python's exceptions

SOME, MANY = 10, 50  # calls of Python inside each other that objects of Lua need, and a run


def has_room(calls: int) -> None:
    """Raises RecursionError if so many calls cannot be inside each other here: better before something is begun."""
    if calls:
        has_room(calls - 1)


class Runtime:
    """A Lua system of its own; use it from one thread at a time.

    `limits` hold for each call from Python, except for memory. `libraries` are those that programs find: by default
    "string", "table", "math", "utf8", "coroutine" and the basic functions but dofile, loadfile and require, with which
    nothing outside can be reached; "io", "os", "debug" and "package" are granted by name. `encoding` is that of
    strings; with None they come to Python as bytes. `output` is a stream that gets what is printed; without one it is
    kept for `take_output`. `tier`, `thresholds`: as for `cupola.VM`.
    """

    def __init__(
        self,
        *,
        limits: CommonLimits | None = None,
        libraries: Sequence[str] = library.SAFE,
        encoding: str | None = "utf-8",
        output: Any = None,
        tier: str = "auto",
        thresholds: Thresholds | None = None,
    ) -> None:
        self.encoding = encoding
        self.vm = LuaVM(tier, thresholds, limits or Limits(), output, libraries=libraries)
        most = getattr(limits, "output", None)
        if most is not None:
            self.vm.output = LimitedOutput(output, most)
        self.handles = Handles(self.vm)
        self._service = self._call_python
        self.edge = Edge(self)
        self.edge.serves(library.number_of(self.vm, self._service))
        self.vm.raised = self._raised
        self._index, self._set_index, self._length = self._helpers()

    def _helpers(self) -> list[int]:
        """Functions of the guest that use metamethods; their handles live as long as the runtime."""
        values = self.vm.call(self.vm.load(HELPERS, b"=[C]"))
        self._kept = [LuaFunction(self, value) for value in values]
        return values

    def close(self) -> None:
        """Give the memory back. The runtime cannot be used any more, nor can its objects."""
        self.edge.close()
        self.vm.close()
        self.handles.close()

    def __enter__(self) -> Runtime:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _ready(self) -> None:
        """Before values are made outside of calls: collect if it is time."""
        vm = self.vm
        if vm.closed:
            raise ValueError("this runtime is closed: make a new one")
        has_room(SOME)
        if vm.wants_collection and not vm.vm.level:
            vm.collect()
            vm.hosts.let_go_dead()

    # --- programs ---------------------------------------------------------------------------------------------------

    def execute(self, source: str | bytes, name: str = "<string>") -> Any:
        """Run a chunk; what it returns, as calls of functions do."""
        return self.call(self._loaded(source, name), ())

    def eval(self, expression: str | bytes) -> Any:
        """The value of an expression; a tuple of several."""
        text = expression.encode() if isinstance(expression, str) else expression
        return self.call(self._loaded(b"return " + text, "<expression>"), ())

    def compile(self, source: str | bytes, name: str = "<string>") -> LuaFunction:
        """A chunk as a function, which has not run yet."""
        return LuaFunction(self, self._loaded(source, name))

    def _loaded(self, source: str | bytes, name: str) -> int:
        from cupola.languages.lua.driver.program import chunk_name
        from cupola.languages.lua.front import SyntaxProblem

        self._ready()
        text = source.encode("utf-8", "surrogateescape") if isinstance(source, str) else source
        try:
            return self.vm.load(text, chunk_name(name))
        except SyntaxProblem as problem:
            message = problem.message.decode("utf-8", "replace")
            raise LuaError(message, message) from None

    @property
    def globals(self) -> LuaTable:
        """The table of global variables."""
        return LuaTable(self, self.vm.objects.globals)

    def take_output(self) -> str:
        """What was printed and kept, which is then forgotten."""
        return self.vm.take_output()

    def interrupt(self) -> None:
        """End the present call soon, from another thread: it raises Interrupted. Without one, nothing happens."""
        if not self.vm.closed and self.vm.vm.level:
            self.vm.interrupt()

    # --- calls ------------------------------------------------------------------------------------------------------

    def call(self, function: int, arguments: Iterable[Any]) -> Any:
        """Call a value of the guest with Python values; as `LuaFunction` does."""
        self._ready()
        return self.given(self._results(function, [to_lua(self, each) for each in arguments]))

    def given(self, results: Sequence[int]) -> Any:
        """What a call returns to Python."""
        if not results:
            return None
        if len(results) == 1:
            return to_python(self, results[0])
        return tuple([to_python(self, each) for each in results])

    def _results(self, function: int, arguments: Sequence[int]) -> list[int]:
        vm = self.vm
        has_room(MANY)
        if vm.vm.level:  # a Python function that Lua called calls Lua again
            try:
                return vm.call_inside(function, arguments)
            except Thrown as thrown:
                raise self._error(thrown.value, "") from None
            except Problem as problem:  # too many runs are inside each other for one more
                message = problem.message.decode()
                raise LuaError(message, message) from None
        try:
            return vm.call(function, arguments)
        except LuaError as error:
            raise self._uncaught(error) from None
        finally:
            self._end_run()

    def finished(self, reason: int) -> Any:
        """What a call returns that native code has begun, and that came back for a reason: it goes on as any other."""
        has_room(MANY)
        try:
            results = self.vm.go_on(reason, self.edge.began)
        except LuaError as error:
            raise self._uncaught(error) from None
        finally:
            self._end_run()
        return self.given(results)

    def flush(self) -> None:
        """At the end of a run that native code has done: write what it has printed."""
        has_room(SOME)
        try:
            self.vm.flush()
        finally:
            self._end_run()

    def _end_run(self) -> None:
        """The next run may print as much as this one."""
        if isinstance(self.vm.output, LimitedOutput):
            self.vm.output.begin()

    def _uncaught(self, error: LuaError) -> BaseException:
        if not isinstance(self.vm.hosts.get(error.value if isinstance(error.value, int) else NIL), Opaque):
            traceback = error.traceback  # which the command does not tell where there is `__tostring`
            error = throwing.told(self.vm, error)
            error.traceback = error.traceback or traceback
        value = error.value
        return self._error(value if isinstance(value, int) else NIL, error.traceback, error.message)

    def _error(self, value: int, traceback: str, message: str | None = None) -> BaseException:
        """The exception for a thrown value: what Python raised itself, or LuaError with the value as Python sees it."""
        thing = self.vm.hosts.get(value)
        if isinstance(thing, Opaque) and isinstance(thing.thing, BaseException):
            if traceback:
                thing.thing.add_note(f"raised in Lua; {traceback}")
            return thing.thing
        if tag_of(value) == STRING and bytes_of(value).endswith(OUT_OF_MEMORY):
            return LimitReached("memory", "the memory limit of this runtime is reached")
        if message is None:
            from cupola.languages.lua.driver.messages import text_of_error

            message = text_of_error(self.vm, value)
        error = LuaError(message, to_python(self, value), traceback)
        error.raw = value
        return error

    # --- what Python gives to Lua -----------------------------------------------------------------------------------

    def function(self, callable: Callable[..., Any], name: str | None = None) -> LuaFunction:
        """A Python function for Lua. It gets its arguments as Python values; a tuple is several results."""
        self._ready()
        shown = str(name or getattr(callable, "__name__", "function"))
        empty = library.subtable(self.vm, self.vm.objects.root(0), CALLABLE, 0)
        holder = LuaObject(self, self.vm.hosts.make(Opaque(callable), empty, NIL))
        values = [holder.value, from_address(id(callable))]  # the second one is for native code
        return LuaFunction(self, library.function(self.vm, shown.encode(), self._service, values))

    def _call_python(self, vm: LuaVM, arguments: list[int]) -> Sequence[int]:
        """What all functions of Python are for Lua: the one that is meant belongs to the function that is called."""
        return self._serve(vm.hosts.get(own_value(vm, running_function(vm), 0)).thing, arguments)

    def python_function(self, function: int) -> Any:
        """The Python function that a function of Lua is; None for others."""
        objects = self.vm.objects
        is_ours = (
            objects.code_of(function) == self.vm.stubs[STUB_UPCALL]
            and self.vm.services[objects.number_of(function)] == self._service
        )
        return self.vm.hosts.get(own_value(self.vm, function, 0)).thing if is_ours else None

    def _serve(self, callable: Callable[..., Any], arguments: Sequence[int]) -> Sequence[int]:
        """Call a Python function for Lua; what it raises becomes an error that Lua may catch."""
        try:
            return self._values(callable(*[to_python(self, each) for each in arguments]))
        except BaseException as error:
            raise self._as_thrown(error) from error

    def _values(self, result: Any) -> Sequence[int]:
        """What a Python function returns as values."""
        if result is None:
            return ()
        if result.__class__ is tuple:
            return [to_lua(self, each) for each in result]
        return (to_lua(self, result),)

    def returned(self, result: Any) -> None:
        """A Python function that native code has called has returned what is not plain."""
        has_room(SOME)
        self.vm.give_back(self._values(result))

    def _raised(self) -> BaseException:
        """What is raised in the driver when a Python function that native code has called has raised something."""
        error, self.edge.exception = self.edge.exception, None
        if error is None:
            return RecursionError("there was no room to tell what a function of Python raised")
        raised = self._as_thrown(error)
        if raised is not error:
            raised.__cause__ = error
        return raised

    def _as_thrown(self, error: BaseException) -> BaseException:
        """What an exception of a Python function becomes: an error that Lua may catch, if it is of that kind."""
        if isinstance(error, LuaError):
            return Thrown(self._thrown(error))
        if isinstance(error, (RunError, Interrupted, MemoryError, RecursionError)):
            return error
        return Thrown(self._exception(error)) if isinstance(error, Exception) else error

    def _thrown(self, error: LuaError) -> int:
        raw = getattr(error, "raw", None)
        return self.vm.objects.string(error.message.encode()) if raw is None else raw

    def _exception(self, error: Exception) -> int:
        """A Python exception as an error value, which `tostring` shows as Python does."""
        metatable = library.subtable(self.vm, self.vm.objects.root(0), EXCEPTION)
        if self.vm.objects.get(metatable, b"__tostring") == NIL:
            self._prepare(metatable, b"exception")
            shown = library.function(self.vm, b"tostring", self._shown)
            self.vm.objects.set(metatable, b"__tostring", shown)
        return self.vm.hosts.make(Opaque(error), metatable, NIL)

    def _shown(self, vm: LuaVM, arguments: list[int]) -> Sequence[int]:
        thing = vm.hosts.get(arguments[0]) if arguments else None
        if not isinstance(thing, Opaque):
            return (vm.objects.string(b"?"),)
        text = f"{type(thing.thing).__name__}: {thing.thing}"
        return (vm.objects.string(text.encode("utf-8", "replace")),)

    def _prepare(self, metatable: int, name: bytes) -> None:
        objects = self.vm.objects
        objects.set(metatable, b"__name", objects.string(name))
        objects.set(metatable, b"__metatable", objects.value(False))

    def opaque(self, thing: Any, interface: Mapping[str, Callable[..., Any]] | None = None) -> LuaObject:
        """A Python object for Lua, which can hold it, compare it, and give it back.

        `interface` has the functions that Lua finds in it: `thing:name(...)` calls `interface["name"](thing, ...)`.
        """
        self._ready()
        metatable = self.vm.objects.table(0, 4)
        kept = LuaObject(self, metatable)
        self._prepare(metatable, type(thing).__name__.encode())
        if interface is not None:
            methods = self.table({name: self.function(each, name) for name, each in interface.items()})
            self.vm.objects.set(metatable, b"__index", methods.value)
        made = LuaObject(self, self.vm.hosts.make(Opaque(thing), metatable, NIL))
        del kept
        return made

    def table(self, content: Mapping[Any, Any] | Iterable[Any] = ()) -> LuaTable:
        """A new table: of a mapping, or of an iterable, whose items get the keys 1, 2, ... Mappings, lists and tuples
        inside become tables, too."""
        self._ready()
        made = LuaTable(self, self.vm.objects.table())
        pairs = content.items() if isinstance(content, Mapping) else enumerate(content, 1)
        for key, value in pairs:
            inner = isinstance(value, (Mapping, list, tuple)) and not isinstance(value, LuaTable)
            made[key] = self.table(value) if inner else value
        return made

    # --- values -----------------------------------------------------------------------------------------------------

    def encoded(self, text: str) -> bytes:
        """A text as Lua has it."""
        return text.encode(self.encoding or "utf-8", "surrogateescape")

    def decoded(self, data: bytes) -> str | bytes:
        """A string of Lua as Python has it; what is not in the encoding survives as surrogates."""
        return data if self.encoding is None else data.decode(self.encoding, "surrogateescape")

    def to_python(self, value: int) -> Any:
        """A value of the guest as Python sees it."""
        try:
            return to_python(self, value)
        except (
            ArgumentError
        ):  # so ctypes says that Python's stack is full; asking before takes as long as the rest
            raise RecursionError("there was no room to tell what a function of Lua gave") from None

    def index(self, table: int, key: Any) -> int:
        """A field of a table, with metamethods; a value of the guest."""
        self._ready()
        wanted = to_lua(self, key)
        if self.vm.objects.metatable(table) == NIL:
            return self.vm.objects.get(table, wanted)
        results = self._results(self._index, [table, wanted])
        return results[0] if results else NIL

    def set_index(self, table: int, key: Any, value: Any) -> None:
        """Set a field of a table, with metamethods."""
        self._ready()
        wanted, given = to_lua(self, key), to_lua(self, value)
        self._results(self._set_index, [table, wanted, given])

    def length(self, table: int) -> int:
        """The length of a table, as `#` tells it."""
        found = self._results(self._length, [table])[0]
        number = self.vm.objects.number(found)
        return int(number)
