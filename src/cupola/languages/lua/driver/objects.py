"""Objects of the guest's heap, made and read by the driver."""

from __future__ import annotations

from cupola.language.values import (
    FALSE,
    FUNCTION,
    INTEGER,
    LEAST,
    MOST,
    NIL,
    OTHER,
    STRING,
    TABLE,
    TRUE,
    address_in,
    bytes_of,
    cell,
    double,
    from_double,
    from_small,
    is_double,
    kind_of,
    set_cell,
    small,
    tag_of,
)
from cupola.languages.lua.root_numbers import EVENT_NAMES, EVENTS, GLOBALS, MAIN, NUMBER_OF, REGISTRY, SYSTEM

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from cupola.languages.lua.driver.vm import LuaVM

COROUTINE, WIDE_INTEGER, HOST = 8, 9, 10  # kinds, as in `runtime.objects`
TYPES = {INTEGER: b"number", STRING: b"string", TABLE: b"table", FUNCTION: b"function"}


class Objects:
    """What makes objects, and looks into them."""

    def __init__(self, vm: LuaVM) -> None:
        self.vm = vm
        structs = vm.engine.structs
        self.roots = vm.address + vm.offsets["heap"][0] + structs["Heap"]["roots"][0]
        self.stack_offset = structs["Coroutine"]["stack"][0]
        self.code_offset = structs["Function"]["code"][0] if "Function" in structs else 8
        self.number_offset = structs["Native"]["number"][0]
        self.native_values = vm.engine.size_of("Native")
        self.native_function = structs["Native"]["function"][0]
        self.native_name = structs["Native"]["name"][0]
        self.prototype_name = structs["Prototype"]["name"][0]
        self.metatable_offset = structs["Table"]["metatable"][0]
        self.host_metatable = structs["Host"]["metatable"][0]
        self.known: dict[bytes, int] = {}
        self.set_root(MAIN, (vm.heap.current & (1 << 48) - 1) | (OTHER << 48))
        self.set_root(REGISTRY, self.table())
        self.set_root(SYSTEM, self.table())
        self.globals = self.table(0, 64)
        self.set_root(GLOBALS, self.globals)
        for number, name in enumerate(EVENTS):
            self.set_root(EVENT_NAMES + number, self.string(b"__" + name.encode()))
        vm.heap.weak_name = self.root(EVENT_NAMES + NUMBER_OF["mode"])

    # --- roots ----------------------------------------------------------------------------------------------

    def root(self, number: int) -> int:
        """One of the values that are always reachable; see `root_numbers`."""
        return cell(self.roots + 8 * number)

    def set_root(self, number: int, value: int) -> None:
        """Keep a value alive, in the place of another."""
        set_cell(self.roots + 8 * number, value)

    def main_stack(self) -> int:
        """The address of the first cell of the main coroutine's stack."""
        return cell(address_in(self.root(MAIN)) + self.stack_offset)

    # --- making ---------------------------------------------------------------------------------------------

    def checked(self, value: int) -> int:
        """What an entry made; raises MemoryError for nothing."""
        if not value:
            raise MemoryError("the memory limit of this Lua system is reached")
        return value

    def string(self, text: bytes) -> int:
        """A string."""
        return self.checked(self.vm.entry_string(self.vm.address, text, len(text)))

    def table(self, elements: int = 0, fields: int = 0) -> int:
        """An empty table."""
        return self.checked(self.vm.entry_table(self.vm.address, elements, fields))

    def integer(self, number: int) -> int:
        """An integer of 64 bits."""
        if LEAST <= number <= MOST:
            return from_small(number)
        return self.checked(self.vm.entry_integer(self.vm.address, number))

    def value(self, thing: Any) -> int:
        """None, a bool, a number or bytes as a value."""
        if thing is None:
            return NIL
        if thing is True:
            return TRUE
        if thing is False:
            return FALSE
        if thing.__class__ is int:
            return self.integer(thing)
        if thing.__class__ is float:
            return from_double(thing)
        return self.string(thing)

    def native(self, name: bytes, stub: int, function: int = 0, number: int = 0, values: int = 0) -> int:
        """A native function whose code is a stub."""
        return self.checked(
            self.vm.entry_native(
                self.vm.address, self.vm.stubs[stub], function, number, self.string(name), values
            )
        )

    # --- tables ---------------------------------------------------------------------------------------------

    def get(self, table: int, key: int | bytes) -> int:
        """A field, without metamethods."""
        found: int = self.vm.entry_get(
            self.vm.address, table, self.string(key) if isinstance(key, bytes) else key
        )
        return found

    def set(self, table: int, key: int | bytes, value: int) -> None:
        """Set a field, without metamethods."""
        wanted = self.string(key) if isinstance(key, bytes) else key
        if self.vm.entry_set(self.vm.address, table, wanted, value):
            raise MemoryError("the memory limit of this Lua system is reached")

    def items(self, table: int) -> Iterator[tuple[int, int]]:
        """All keys and values; the table must not get new keys meanwhile."""
        key = NIL
        scratch = self.vm.address + self.vm.offsets["scratch"][0]
        while not self.vm.entry_next(self.vm.address, table, key, scratch):
            key, value = cell(scratch), cell(scratch + 8)
            yield key, value

    # --- reading --------------------------------------------------------------------------------------------

    def code_of(self, function: int) -> int:
        """The address of the guest code that a call of a function goes to."""
        return cell(address_in(function) + self.code_offset)

    def function_of(self, native: int) -> int:
        """The address of the kernel code of a native function."""
        return cell(address_in(native) + self.native_function)

    def number_of(self, function: int) -> int:
        """The number of the driver's function that a native function is."""
        return cell(address_in(function) + self.number_offset)

    def is_integer(self, value: int) -> bool:
        """Whether it is an integer of any width."""
        return tag_of(value) == INTEGER or (tag_of(value) == OTHER and kind_of(value) == WIDE_INTEGER)

    def is_number(self, value: int) -> bool:
        """Whether it is a number."""
        return is_double(value) or self.is_integer(value)

    def number(self, value: int) -> int | float:
        """The number that a value is."""
        if is_double(value):
            return double(value)
        return small(value) if tag_of(value) == INTEGER else cell(address_in(value) + 8)

    def plain_type(self, value: int) -> bytes:
        """The name of a value's type."""
        if value == NIL:
            return b"nil"
        if value in (TRUE, FALSE):
            return b"boolean"
        if self.is_number(value):
            return b"number"
        if tag_of(value) == OTHER:
            return b"thread" if kind_of(value) == COROUTINE else b"userdata"
        return TYPES.get(tag_of(value), b"userdata")

    def metatable(self, value: int) -> int:
        """The metatable of a table or a host object; NIL if there is none."""
        if tag_of(value) == TABLE:
            place = cell(address_in(value) + self.metatable_offset)
        elif tag_of(value) == OTHER and kind_of(value) == HOST:
            place = cell(address_in(value) + self.host_metatable)
        else:
            return NIL
        return place | (TABLE << 48) if place else NIL

    def type_name(self, value: int) -> bytes:
        """The name of a value's type for messages: `__name` of its metatable, if that is a string."""
        metatable = self.metatable(value)
        if metatable != NIL:
            name = self.get(metatable, b"__name")
            if tag_of(name) == STRING:
                return bytes_of(name)
        return self.plain_type(value)

    def text(self, value: int) -> bytes:
        """The bytes of a string."""
        return bytes_of(value)

    def native_name_of(self, function: int) -> bytes:
        """The name that a native function was made with."""
        name = cell(address_in(function) + self.native_name)
        return bytes_of(name) if tag_of(name) == STRING else b"?"

    def native_values_of(self, function: int) -> list[int]:
        """The values that belong to a native function."""
        start = address_in(function) + self.native_values
        return [cell(start + 8 * number) for number in range(cell(address_in(function)) >> 32)]

    def set_native_value(self, function: int, number: int, value: int) -> None:
        """Set one of the values that belong to a native function that was just made."""
        set_cell(address_in(function) + self.native_values + 8 * number, value)

    def set_metatable(self, table: int, metatable: int) -> None:
        """Give a table a metatable, or none."""
        set_cell(address_in(table) + self.metatable_offset, 0 if metatable == NIL else address_in(metatable))
