"""Errors that native code knows the message of: positions of those that programs throw, and messages of instructions
that have failed before in the same way.

The driver makes messages, as it knows names and sources. A program that catches errors by the thousand meets the same
ones again: what the driver has made for an instruction, a failure and types of values is kept, in the cells that
`vm.errors` leads to, ENTRY for each: where it happened, the failure and the types, the native function or 0, the
message.
"""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Ptr,
    address,
    cast,
    i64,
    inline,
    kernel,
    local,
    memory_copy,
    null,
    pointer,
    u8,
    u64,
)
from cupola.language.frames import closure_at, down, frame_size, link_at
from cupola.language.reading import small
from cupola.languages.lua.constants import (
    CALLER,
    ENTRY,
    ERRORS_KEPT,
    FUNCTION,
    STUB_AFTER_PCALL,
    STUB_AFTER_XPCALL,
)
from cupola.languages.lua.failures import (
    ARITHMETIC,
    BITWISE,
    CALL,
    COMPARE,
    CONCATENATE,
    DIVIDE_BY_ZERO,
    FIRST_OF_LIBRARY,
    INDEX,
    LENGTH,
    MODULO_BY_ZERO,
    SET_INDEX,
)
from cupola.languages.lua.library.failures import ASSERTION, THROWN, VALUE_EXPECTED, WRONG_TYPE
from cupola.languages.lua.machine import VM
from cupola.runtime import values
from cupola.runtime.heap.heap import barrier
from cupola.runtime.numbers.integers import INTEGER_TEXT, write_integer
from cupola.runtime.numbers.kinds import is_number
from cupola.runtime.objects import CLOSURE, NATIVE_VALUES, Object, Prototype, String, Table
from cupola.runtime.strings import make_string, string_bytes
from cupola.runtime.tags import NOTHING
from cupola.runtime.values import FALSE, NIL, STRING, TRUE, object_of, reference, tag_of

MOST_LEVEL = 8
LONGEST = 1024  # bytes of a message with its position
# Failures of which the message depends on no more than the instruction and the types of two values.
KEPT = (
    ARITHMETIC, BITWISE, CALL, COMPARE, CONCATENATE, DIVIDE_BY_ZERO, INDEX, LENGTH, MODULO_BY_ZERO, SET_INDEX,
)  # fmt: skip
NO_TYPE = -1
(NIL_TYPE, BOOLEAN_TYPE, NUMBER_TYPE, STRING_TYPE, TABLE_TYPE, FUNCTION_TYPE, MISSING_TYPE) = range(7)


@inline
def prototype_in(base: Ptr[i64], pc: i64) -> Ptr[Prototype]:
    """The prototype of the function of the program at `base`, if `pc` lies in its code; else null."""
    found = null(Ptr[Prototype])
    if tag_of(base[FUNCTION]) == values.FUNCTION and i64(object_of(base[FUNCTION]).kind) == CLOSURE:
        of = closure_at(base).prototype
        if of.place != 0 and tag_of(of.place) == STRING:
            at = pc - address(of.code)
            if at >= 0 and at < i64(of.lines[i64(of.instructions)]):
                found = of
    return found


@kernel
def line_in(of: Ptr[Prototype], pc: i64) -> i64:
    """The line of an address in the code of a function: `lines` has where its instructions lie, and the end, and then
    their lines."""
    at = pc - address(of.code)
    count = i64(of.instructions)
    low = 0
    high = count
    while high - low > 1:
        middle = (low + high) >> 1
        if i64(of.lines[middle]) <= at:
            low = middle
        else:
            high = middle
    return i64(of.lines[count + 1 + low])


@kernel
def place_message(vm: Ptr[VM], start: Ptr[i64], level: i64) -> bool:
    """Put the position of a level in front of `vm.error`, a string, which a native function at `start` throws: level 1
    is its caller. False if that is not simple; then nothing is done."""
    base = start
    left = level
    if left > MOST_LEVEL:
        return False
    while True:
        caller = base[CALLER]
        if caller == address(vm.stubs[STUB_AFTER_PCALL]) or caller == address(vm.stubs[STUB_AFTER_XPCALL]):
            return left == 1  # a native function has no position
        base = down(base, link_at(base))
        of = prototype_in(base, caller - 1)
        if of == null(Ptr[Prototype]):
            return False
        left -= 1
        if left == 0:
            return put_position(vm, of, line_in(of, caller - 1))


@kernel
def put_position(vm: Ptr[VM], of: Ptr[Prototype], line: i64) -> bool:
    """Put a place and a line in front of `vm.error`. False: it is too long, or there is no memory."""
    place, message = cast(Ptr[String], object_of(of.place)), cast(Ptr[String], object_of(vm.error))
    if place.length + message.length > LONGEST - INTEGER_TEXT - 2:
        return False
    text = cast(Ptr[u8], local(Array[u8, LONGEST]))
    memory_copy(text, string_bytes(place), place.length)
    length = place.length + write_integer(line, text + place.length)
    text[length] = 58  # a colon, and a blank
    text[length + 1] = 32
    memory_copy(text + (length + 2), string_bytes(message), message.length)
    made = make_string(vm.heap, text, length + 2 + message.length)
    if made == null(Ptr[String]):
        return False
    vm.error = reference(STRING, address(made))
    return True


# --- messages that are kept -----------------------------------------------------------------------------------------


@kernel
def type_of(value: i64) -> i64:
    """What messages call the type of a value, as a number; NO_TYPE if a metatable may say."""
    if is_number(value):
        return NUMBER_TYPE
    if value == NIL:
        return NIL_TYPE
    if value == TRUE or value == FALSE:
        return BOOLEAN_TYPE
    if tag_of(value) == STRING:
        return STRING_TYPE
    if tag_of(value) == values.FUNCTION:
        return FUNCTION_TYPE
    if tag_of(value) == values.TABLE:
        if cast(Ptr[Table], object_of(value)).metatable == null(Ptr[Table]):
            return TABLE_TYPE
    return NO_TYPE


@inline
def stands_in(base: Ptr[i64], number: i64, value: i64) -> i64:
    """1 if a register that an instruction names has a value."""
    found: i64 = 0
    if number >= 0 and number < frame_size(base):
        found = i64(base[number] == value)
    return found


@kernel
def key_of(vm: Ptr[VM], base: Ptr[i64], pc: Ptr[u8]) -> i64:
    """A number for what the message of a failure depends on besides the instruction; -1 if that is more."""
    failure = vm.failure
    kept = False
    for each in KEPT:
        if failure == each:
            kept = True
    if not kept or prototype_in(base, address(pc)) == null(Ptr[Prototype]):
        return -1
    x, y = vm.details[0], vm.details[1]
    first, second = type_of(x), type_of(y)
    if first == NO_TYPE or second == NO_TYPE:
        return -1
    same = i64(x == y) + 2 * stands_in(base, small(pc, 0), x) + 4 * stands_in(base, small(pc, 1), x)
    return (failure << 16) + (first << 12) + (second << 8) + same


@kernel
def key_of_native(vm: Ptr[VM], base: Ptr[i64]) -> i64:
    """The same for a failure of a native function, whose frame is at `base`, besides where it was called."""
    failure = vm.failure
    number, expected, value = vm.details[0], vm.details[1], vm.details[2]
    if prototype_in(down(base, link_at(base)), base[CALLER] - 1) == null(Ptr[Prototype]):
        return -1
    if failure == ASSERTION:
        return failure << 16
    if failure == VALUE_EXPECTED and u64(number) < 16:
        return (failure << 16) + number
    if failure == WRONG_TYPE and u64(number) < 16 and u64(expected) < 16:
        type: i64 = MISSING_TYPE
        if value != NOTHING:
            type = type_of(value)
        if type != NO_TYPE:
            return (failure << 16) + (type << 8) + (expected << 4) + number
    return -1


@kernel
def find(vm: Ptr[VM], base: Ptr[i64], pc: Ptr[u8]) -> tuple[Ptr[i64], i64, i64, i64]:
    """The cells where the message of a failure is kept, if it is, and what is in the first three of them then; the key
    is -1 if it cannot be."""
    key: i64 = -1
    place = address(pc)
    function = 0
    if vm.errors != 0:
        if vm.failure >= FIRST_OF_LIBRARY:
            key = key_of_native(vm, base)
            place = base[CALLER]
            function = base[FUNCTION]
        else:
            key = key_of(vm, base, pc)
    entry = pointer(Ptr[i64], vm.errors) + ((place >> 3) ^ (key >> 8)) % ERRORS_KEPT * ENTRY
    return entry, place, key, function


@kernel
def is_known(vm: Ptr[VM], base: Ptr[i64], pc: Ptr[u8]) -> bool:
    """Whether the message of the failure is known: then it is `vm.error`, which is thrown."""
    entry, place, key, function = find(vm, base, pc)
    if key < 0:
        return False
    if entry[0] != place or entry[1] != key or entry[2] != function:
        return False
    vm.error = entry[3]
    vm.failure = THROWN
    vm.details[0] = 0
    return True


@kernel
def keep_message(vm: Ptr[VM], base: Ptr[i64], pc: Ptr[u8], message: i64) -> None:
    """Keep the message that the driver has made of a failure."""
    entry, place, key, function = find(vm, base, pc)
    if key >= 0 and tag_of(message) == STRING:
        entry[0] = place
        entry[1] = key
        entry[2] = function
        entry[3] = message
        barrier(vm.heap, pointer(Ptr[Object], vm.errors - NATIVE_VALUES))
