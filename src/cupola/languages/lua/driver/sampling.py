"""Samples of a running program: the functions that run when one is wanted, named as people know them."""

from __future__ import annotations

from itertools import islice

from cupola.language.spots import Spot
from cupola.language.values import FUNCTION, STRING, TABLE, address_in, bytes_of, cell, tag_of
from cupola.languages.lua.constants import COLLECTOR, STUB_WRAP
from cupola.languages.lua.driver import names
from cupola.languages.lua.driver.program import file_name

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cupola.languages.lua.driver.stack import Level
    from cupola.languages.lua.driver.vm import LuaVM

MOST_SPOTS = 250  # of a sample: the innermost ones
COLLECTING = Spot("(garbage collector)", "", 0, 0)
DEEPER = Spot("(further out)", "", 0, 0)


class Sampling:
    """Tells where a VM that was made for it is, each time that it has stopped for a sample."""

    def __init__(self, vm: LuaVM) -> None:
        self.vm = vm
        self.wrap = vm.stubs[STUB_WRAP]
        native = vm.engine.structs["Native"]
        self.function_offset, self.number_offset = native["function"][0], native["number"][0]
        coroutine = vm.engine.structs["Coroutine"]
        self.resumer_offset, self.base_offset = coroutine["resumer"][0], coroutine["base"][0]
        self.known: dict[tuple[int, int], Spot] = {}
        self.library: dict[tuple[int, ...], str] = {}
        for function, name in _of_libraries(vm):
            self.library.setdefault(self._identity(function), name)

    def spots(self) -> tuple[Spot, ...]:
        """Where the program is, the outermost function first; the last may be a native function that has just ended."""
        vm = self.vm
        found = [self._spot(each) for each in islice(self._levels(), MOST_SPOTS + 1)]
        if len(found) > MOST_SPOTS:
            found[-1] = DEEPER
        found.reverse()
        sampled = vm.vm.sampled
        if sampled == COLLECTOR:
            found.append(COLLECTING)
        elif sampled and sampled not in vm.stack.internal:
            found.append(self._native(sampled))
        return tuple(found)

    def _levels(self) -> Iterator[Level]:
        """All functions that run, those of the coroutines that wait for this one too, the innermost first."""
        vm = self.vm
        yield from vm.stack.levels(vm.register("base"), vm.register("pc"))
        coroutine = cell(vm.heap.current + self.resumer_offset)
        while coroutine:
            yield from vm.stack.levels(cell(coroutine + self.base_offset), 0)
            coroutine = cell(coroutine + self.resumer_offset)

    def _spot(self, level: Level) -> Spot:
        loaded = level.loaded
        if loaded is None:
            return self._native(level.function)
        key = loaded.start, level.pc
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._of_guest(level)
        return found

    def _of_guest(self, level: Level) -> Spot:
        assert level.loaded is not None
        code = level.loaded.code
        if level.is_prelude:
            return Spot(self.library.get(self._identity(level.function), "?"), "", 0, 0)
        file = file_name(code.source)
        name = code.name.decode("utf-8", "replace")
        if code.is_anonymous:
            name = f"function <{file}:{code.line_defined}>"
        return Spot(name, file, code.line_defined, level.line if level.pc else code.line_defined)

    def _native(self, function: int) -> Spot:
        identity = self._identity(function)
        name = "coroutine.wrap" if identity[0] == self.wrap else self.library.get(identity)
        if name is None:
            name = self.vm.objects.native_name_of(function).decode("utf-8", "replace")
        return Spot(name, "", 0, 0)

    def _identity(self, function: int) -> tuple[int, ...]:
        """What tells functions apart that may be deleted: the code, and for functions of the driver the number."""
        code = self.vm.objects.code_of(function)
        if self.vm.stack.loaded(function) is not None:
            return (code,)
        address = address_in(function)
        return code, cell(address + self.function_offset), cell(address + self.number_offset)


def _of_libraries(vm: LuaVM) -> Iterator[tuple[int, str]]:
    """The functions of a fresh system, with their names."""
    objects = vm.objects
    for name, value in objects.items(objects.globals):
        if tag_of(name) != STRING:
            continue
        if tag_of(value) == FUNCTION:
            yield value, bytes_of(name).decode()
        elif tag_of(value) == TABLE and value != objects.globals:
            for key, each in objects.items(value):
                if tag_of(each) == FUNCTION and tag_of(key) == STRING:
                    yield each, f"{bytes_of(name).decode()}.{bytes_of(key).decode()}"
    for function, attached in names.attached_names(vm).items():
        yield function, attached.decode()
