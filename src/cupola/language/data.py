# mypy: disable-error-code="untyped-decorator"
# An instruction is an object of the toolkit; nobody calls it from Python.
"""Instructions on numbers, tables and strings for languages that want them as they are, besides those of `basics`.

Integers have 48 bits, and become floats where they do not fit; tables have no metatables; what is neither nil nor false
is true.
"""

from __future__ import annotations

from typing import Any

from cupola.kernel import (
    Array,
    KernelFunction,
    Ptr,
    address,
    cast,
    i64,
    inline,
    kernel,
    local,
    null,
    slow,
    u8,
    unlikely,
)
from cupola.kernel import table as data_of
from cupola.language.basics import collect, fail, full
from cupola.language.dynamic import Machine
from cupola.language.reading import number_at, small
from cupola.language.reasons import HEAP_FULL, NO_KEY, NO_NUMBER, NO_TABLE
from cupola.runtime import numbers, strings, tables, values
from cupola.runtime.heap.heap import Heap
from cupola.runtime.numbers import operations
from cupola.runtime.objects import String, Table
from cupola.runtime.tables.listing import table_keys
from cupola.runtime.values import NIL, STRING, TABLE, integer, object_of, reference, tag_of
from cupola.tiers.definition.language import Language
from cupola.tiers.definition.leaves import exit_, jump
from cupola.tiers.definition.leaves import slow as give_up
from cupola.tiers.definition.operands import Register, Small, Target, Word

COMPARISONS = {"less": operations.less, "less_equal": operations.less_equal}


# --- numbers and conditions -----------------------------------------------------------------------------------------


@inline
def no_number(m: Machine, x: i64, y: i64) -> None:
    """One of two operands is no number."""
    fail(m, NO_NUMBER, y if numbers.is_number(x) else x)


def arithmetic(language: Language, name: str) -> None:
    """The instructions of an operation: on two registers, and on a register and a constant."""
    operation = operations.operation(name)

    @language.slow_path
    def wrong(m: Machine) -> None:
        no_number(m, m.base[small(m.pc, 1)], m.base[small(m.pc, 2)])

    @language.slow_path
    def wrong_k(m: Machine) -> None:
        no_number(m, m.base[small(m.pc, 1)], number_at(m.vm.context, m.pc))

    @language.instruction(name=name)
    def on_registers(m: Machine, a: Register, b: Register, c: Register) -> None:
        """R[a] = R[b] operation R[c]"""
        result, done = operation(m.base[b], m.base[c])
        if unlikely(not done):
            give_up(wrong)
        m.base[a] = result

    @language.instruction(name=name + "_k")
    def on_constant(m: Machine, a: Register, b: Register, k: Word) -> None:
        """R[a] = R[b] operation k"""
        result, done = operation(m.base[b], k)
        if unlikely(not done):
            give_up(wrong_k)
        m.base[a] = result


@inline
def equal(x: i64, y: i64) -> tuple[bool, bool]:
    """Whether two values are equal, and that this is known."""
    same = x == y and not values.is_double(x)
    if not same:
        same = operations.same_number(x, y)
        if tag_of(x) == STRING and tag_of(y) == STRING:
            same = strings.same_string(cast(Ptr[String], object_of(x)), cast(Ptr[String], object_of(y)))
    return same, True


def conditional(language: Language, name: str, wanted: bool) -> None:
    """The jumps on a comparison of two registers: if it holds, or if not."""
    test = COMPARISONS.get(name, equal)

    @language.slow_path
    def wrong(m: Machine) -> None:
        no_number(m, m.base[small(m.pc, 0)], m.base[small(m.pc, 1)])

    @language.instruction(name=f"if_{name}" if wanted else f"if_not_{name}")
    def jump_if(m: Machine, a: Register, b: Register, target: Target) -> None:
        """Go to `target` if R[a] stands (or does not stand) in this relation to R[b]."""
        holds, done = test(m.base[a], m.base[b])
        if unlikely(not done):
            give_up(wrong)
        if holds == wanted:
            jump(target)


# --- tables ---------------------------------------------------------------------------------------------------------


@inline
def table_in(value: i64) -> Ptr[Table]:
    """The table that a value is."""
    return cast(Ptr[Table], object_of(value))


@slow
def no_table(m: Machine) -> None:
    fail(m, NO_TABLE, m.base[small(m.pc, 1)])


def table(m: Machine, a: Register, b: Small) -> None:
    """R[a] = a new table with room for the keys 1 to b"""
    collect(m)
    made = tables.new_table(m.vm.heap, b, 0)
    if unlikely(made == null(Ptr[Table])):
        give_up(full)
    m.base[a] = reference(TABLE, address(made))


def get(m: Machine, a: Register, b: Register, c: Register) -> None:
    """R[a] = R[b][R[c]]; nil if there is none"""
    x, key = m.base[b], m.base[c]
    if unlikely(tag_of(x) != TABLE):
        give_up(no_table)
    found: i64 = NIL
    if values.is_integer(key):
        found = tables.array_get(table_in(x), values.payload(key))
    if found == NIL:
        found = tables.table_get(m.vm.heap, table_in(x), key)
    m.base[a] = found


@slow
def put_slow(m: Machine) -> None:
    x, key = m.base[small(m.pc, 1)], m.base[small(m.pc, 2)]
    status = tables.table_set(m.vm.heap, table_in(x), key, m.base[small(m.pc, 0)])
    if status == tables.NO_MEMORY:
        exit_(HEAP_FULL)
    if status != tables.OK:
        fail(m, NO_KEY, key)


def put(m: Machine, a: Register, b: Register, c: Register) -> None:
    """R[b][R[c]] = R[a]"""
    x, key = m.base[b], m.base[c]
    if unlikely(tag_of(x) != TABLE):
        give_up(no_table)
    if unlikely(not values.is_integer(key)):
        give_up(put_slow)
    done = tables.array_set(m.vm.heap, table_in(x), values.payload(key), m.base[a])
    if not done:
        done = tables.array_append(m.vm.heap, table_in(x), values.payload(key), m.base[a])
    if unlikely(not done):
        give_up(put_slow)


def length(m: Machine, a: Register, b: Register) -> None:
    """R[a] = how many values the table R[b] has at 1, 2, ..., or how many bytes the string"""
    x = m.base[b]
    if tag_of(x) == STRING:
        m.base[a] = integer(cast(Ptr[String], object_of(x)).length)
    else:
        if unlikely(tag_of(x) != TABLE):
            give_up(no_table)
        m.base[a] = integer(tables.table_length(table_in(x)))


def keys(m: Machine, a: Register, b: Register) -> None:
    """R[a] = a table of the keys of R[b]"""
    if unlikely(tag_of(m.base[b]) != TABLE):
        give_up(no_table)
    collect(m)
    made = table_keys(m.vm.heap, table_in(m.base[b]))
    if unlikely(made == null(Ptr[Table])):
        give_up(full)
    m.base[a] = reference(TABLE, address(made))


# --- strings --------------------------------------------------------------------------------------------------------


@kernel
def text_of(heap: Ptr[Heap], x: i64) -> Ptr[String]:
    """A value as text; null: no memory."""
    if tag_of(x) == STRING:
        return cast(Ptr[String], object_of(x))
    if numbers.is_number(x):
        room = cast(Ptr[u8], local(Array[u8, numbers.NUMBER_BYTES]))
        return strings.make_string(heap, room, numbers.write_number(room, x))
    if x == NIL:
        return strings.make_string(heap, data_of(u8, b"nil"), 3)
    if tag_of(x) == values.SPECIAL:
        return strings.make_string(
            heap,
            data_of(u8, b"false") if x == values.FALSE else data_of(u8, b"true"),
            5 if x == values.FALSE else 4,
        )
    return strings.make_string(
        heap,
        data_of(u8, b"table") if tag_of(x) == TABLE else data_of(u8, b"function"),
        5 if tag_of(x) == TABLE else 8,
    )


def text(m: Machine, a: Register, b: Register) -> None:
    """R[a] = R[b] as a string"""
    collect(m)
    made = text_of(m.vm.heap, m.base[b])
    if unlikely(made == null(Ptr[String])):
        give_up(full)
    m.base[a] = reference(STRING, address(made))


def join(m: Machine, a: Register, b: Register, c: Small) -> None:
    """R[a] = the c strings from R[b] on, one after the other"""
    collect(m)
    made = strings.concatenate(m.vm.heap, m.base + b, c)
    if unlikely(made == null(Ptr[String])):
        give_up(full)
    m.base[a] = reference(STRING, address(made))


INSTRUCTIONS: tuple[Any, ...] = (table, get, put, length, keys, text, join)
SLOW_PATHS: tuple[KernelFunction[Any, Any], ...] = (no_table, put_slow)


def data_instructions(language: Language) -> None:
    """Give a language these instructions: `add` and so on, `add_k` with a constant, `if_less`, `if_not_less` and so on,
    and those of INSTRUCTIONS."""
    language.slow_paths.extend(SLOW_PATHS)
    for name in operations.OPERATIONS:
        arithmetic(language, name)
    for name in (*COMPARISONS, "equal"):
        conditional(language, name, True)
        conditional(language, name, False)
    for each in INSTRUCTIONS:
        language.instruction(each)
