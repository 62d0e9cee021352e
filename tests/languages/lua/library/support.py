"""Native functions of the libraries, compiled, with a VM struct in plain memory, and called as the machine does."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from cupola.kernel import Ptr, address, compile_native, i64, kernel, layout_of, sizeof, u8
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.natives import Native, all_natives
from cupola.languages.lua.library.state import ALLOWANCE, Library
from cupola.languages.lua.library.texts import make_text
from cupola.languages.lua.machine import AGAIN, FAILED, GROW, NO_MEMORY, ROOM, TAIL_CALL, VM
from cupola.languages.lua.root_numbers import EVENT_NAMES, EVENTS
from cupola.machine.memory import map_anywhere
from cupola.runtime import objects, strings, tables, values
from cupola.runtime.heap import setting_up
from cupola.runtime.heap.heap import Heap
from cupola.runtime.heap.setting_up import space_for
from cupola.runtime.numbers.boxes import integer_value
from cupola.runtime.values import reference

CELLS = 1 << 14
MEMORY = 1 << 26
ADDRESS = (1 << 48) - 1
TYPES = {
    values.SPECIAL: "boolean",
    values.STRING: "string",
    values.TABLE: "table",
    values.FUNCTION: "function",
}


class Failed(Exception):
    """A native function failed, with this text."""


class NoMemory(Exception):
    """There was no memory for a native function."""


class TailCall(Exception):
    """A native function ended by calling another function."""


@kernel
def boxed_number(vm: Ptr[VM], number: i64) -> i64:
    return integer_value(vm.heap, number)


@kernel
def new_string(vm: Ptr[VM], text: Ptr[u8], length: i64) -> i64:
    return make_text(vm, text, length)


@cache
def compiled() -> dict[str, Callable[..., Any]]:
    """All natives, compiled once for all tests."""
    functions = [each.function for each in all_natives()]
    return compile_native(
        [*functions, boxed_number, new_string, set_up, space_for, new_table, table_set, table_next],
        optimize=1,
    )


@kernel
def set_up(vm: Ptr[VM], start: i64, size: i64, limit: i64) -> bool:
    if not setting_up.set_up(vm.heap, start, size, limit):
        return False
    return strings.set_up(vm.heap, 1) and tables.set_up(vm.heap)


@kernel
def new_table(vm: Ptr[VM], array_size: i64) -> i64:
    made = tables.new_table(vm.heap, array_size, 0)
    return reference(values.TABLE, address(made))


@kernel
def table_set(vm: Ptr[VM], t: Ptr[objects.Table], key: i64, value: i64) -> i64:
    return tables.table_set(vm.heap, t, key, value)


@kernel
def table_next(vm: Ptr[VM], t: Ptr[objects.Table], key: i64, out: Ptr[i64]) -> i64:
    return tables.table_next(vm.heap, t, key, out)


class Machine:
    """A VM that can do nothing but call native functions."""

    def __init__(self, memory: int = MEMORY) -> None:
        self.natives: dict[str, Native] = {each.qualified: each for each in all_natives()}
        self.functions = compiled()
        self.vm_memory = ctypes.create_string_buffer(sizeof(VM) + 16)
        self.vm = ctypes.addressof(self.vm_memory)
        self.objects: dict[str, Any] = {}
        self.cells = (ctypes.c_int64 * CELLS)()
        self.places = {name: field.offset for name, field in layout_of(VM).items()}
        heap = {name: field.offset + self.places["heap"] for name, field in layout_of(Heap).items()}
        self.memory = map_anywhere(self.functions[space_for.name](memory))
        assert self.functions[set_up.name](self.vm, self.memory.address, self.memory.size, memory)
        library = {name: field.offset + self.places["library"] for name, field in layout_of(Library).items()}
        self.library = library
        self.heap = heap
        self.put(library["allowance"], ALLOWANCE)
        for place, event in enumerate(EVENTS, EVENT_NAMES):
            self.put(heap["roots"] + 8 * place, self.encode(b"__" + event.encode()))
        self.put(self.places["stack_end"], ctypes.addressof(self.cells) + 8 * (CELLS - ROOM))

    def put(self, offset: int, value: int) -> None:
        ctypes.c_int64.from_address(self.vm + offset).value = value

    def get(self, offset: int) -> int:
        return ctypes.c_int64.from_address(self.vm + offset).value

    # --- values ---

    def encode(self, value: Any) -> int:
        """The value of a Python object; strings are bytes."""
        if value is None:
            return values.NIL
        if isinstance(value, bool):
            return values.TRUE if value else values.FALSE
        if isinstance(value, int):
            return int(self.functions[boxed_number.name](self.vm, value))
        if isinstance(value, float):
            return int(struct.unpack("<q", struct.pack("<d", value))[0])
        if isinstance(value, list | dict):
            return self.encode_table(value)
        assert isinstance(value, bytes), value
        return int(self.functions[new_string.name](self.vm, value, len(value)))

    def encode_table(self, elements: list[Any] | dict[Any, Any]) -> int:
        """A table: of the elements of a list, or of the keys and values of a dictionary."""
        table = int(self.functions[new_table.name](self.vm, len(elements)))
        content = elements if isinstance(elements, dict) else dict(enumerate(elements, 1))
        for key, value in content.items():
            status = self.functions[table_set.name](
                self.vm, table & ADDRESS, self.encode(key), self.encode(value)
            )
            assert status == tables.OK
        return table

    def decode_table(self, table: int) -> Any:
        """A dictionary, or a list if the keys are the numbers from 1 on."""
        out = (ctypes.c_int64 * 2)()
        out[0] = values.NIL
        found = {}
        while (
            self.functions[table_next.name](self.vm, table & ADDRESS, out[0], ctypes.addressof(out))
            == tables.OK
        ):
            found[self.decode(out[0])] = self.decode(out[1])
        if all(isinstance(each, int) for each in found) and set(found) == set(range(1, len(found) + 1)):
            return [found[place] for place in range(1, len(found) + 1)]
        return found

    def decode(self, value: int) -> Any:
        """What `encode` makes a value of."""
        tag = value >> values.SHIFT
        if tag == values.INTEGER:
            return values.payload(value & (1 << 48) - 1) if not value >> 47 & 1 else value
        if tag == values.SPECIAL:
            return {values.NIL: None, values.FALSE: False, values.TRUE: True}[value]
        address = value & (1 << 48) - 1
        if tag == values.STRING:
            length = ctypes.c_int64.from_address(address + 8).value
            return ctypes.string_at(address + objects.STRING_BYTES, length)
        if tag == values.TABLE:
            return self.decode_table(value)
        if tag == values.FUNCTION:
            return "function"
        if tag == values.OTHER:
            return ctypes.c_int64.from_address(address + 8).value
        assert not values.LIGHT <= tag < 0 or tag == values.LIGHT, hex(value)
        return struct.unpack("<d", struct.pack("<q", value))[0]

    def type_name(self, value: int) -> bytes:
        tag = value >> values.SHIFT
        return b"nil" if value == values.NIL else TYPES.get(tag, "number").encode()

    def text(self, value: int) -> bytes:
        found = self.decode(value)
        assert isinstance(found, bytes)
        return found

    def native_object(self, name: str) -> int:
        """The object of a native function; its values are functions that lie nowhere."""
        if name not in self.objects:
            count = self.natives[name].values
            memory = (ctypes.c_int64 * (objects.NATIVE_VALUES // 8 + count))()
            memory[0] = objects.NATIVE | count << 32
            for place in range(count):
                memory[objects.NATIVE_VALUES // 8 + place] = values.FUNCTION << values.SHIFT  # of nowhere
            self.objects[name] = memory
        return values.FUNCTION << values.SHIFT | ctypes.addressof(self.objects[name])

    # --- calls ---

    def call(self, name: str, *arguments: Any) -> list[Any]:
        """The results of a native function; raises Failed."""
        return self.call_values(name, [self.encode(each) for each in arguments])

    def call_without_memory(self, name: str, *arguments: Any) -> list[Any]:
        """The same, but first the first allocation fails, then the second one, and so on."""
        values = [self.encode(each) for each in arguments]
        self.put(self.heap["stress"], 1)  # every allocation may fail then
        number = 0
        try:
            while True:
                number += 1
                self.put(self.heap["fail_at"], number)
                try:
                    return self.call_values(name, values)
                except NoMemory:
                    continue
        finally:
            self.put(self.heap["fail_at"], 0)

    def call_values(self, name: str, arguments: Sequence[int]) -> list[Any]:
        function = self.functions[self.natives[name].function.name]
        self.again = 0
        self.put(self.library["allowance"], ALLOWANCE)
        while True:
            self.cells[0] = self.native_object(name)
            for place, each in enumerate(arguments):
                self.cells[3 + place] = each
            found = function(self.vm, ctypes.addressof(self.cells) + 24, len(arguments))
            if found != AGAIN:
                break
            self.again += 1
            self.put(self.library["allowance"], ALLOWANCE << self.again)
        if found == FAILED:
            details = [self.get(self.places["details"] + 8 * place) for place in range(6)]
            number = self.get(self.places["failure"])
            if number == failures.THROWN:
                error = self.decode(self.get(self.places["error"]))
                placed = details[0] > 0 and isinstance(error, bytes)
                text = (
                    error.decode("latin-1")
                    if isinstance(error, bytes)
                    else "nil"
                    if error is None
                    else str(error)
                )
                raise Failed("@" * placed + text)
            raise Failed(failures.message(number, details, name.rpartition(".")[2], self).decode("latin-1"))
        if found == NO_MEMORY:
            raise NoMemory
        if found == GROW:
            raise Failed("more room on the stack is wanted")
        if found == TAIL_CALL:
            raise TailCall
        return [self.decode(self.cells[place]) for place in range(found)]
