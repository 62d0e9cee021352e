"""table.sort of numbers and strings; with a function that compares, or metamethods, it is the prelude's.

Quicksort as Lua 5.4 does it, comparison by comparison, as a comparison that is no order may end in any other way: the
middle of three as the pivot, the smaller part by a call, the larger one in a loop.
"""

from __future__ import annotations

from cupola.kernel import KernelFunction, Ptr, cast, i64, inline, kernel, unlikely
from cupola.languages.lua.library import failures
from cupola.languages.lua.library.arguments import is_given, table_of, wrong_type
from cupola.languages.lua.library.natives import native
from cupola.languages.lua.library.sequences import RAW, sequence_argument
from cupola.languages.lua.library.tails import call_attached
from cupola.languages.lua.library.texts import is_string, string_of
from cupola.languages.lua.machine import AGAIN, VM, fail
from cupola.languages.lua.semantics.comparison import less_number
from cupola.runtime.heap.heap import barrier
from cupola.runtime.numbers.kinds import is_number
from cupola.runtime.objects import Object
from cupola.runtime.strings import compare_strings
from cupola.runtime.tables import table_length
from cupola.runtime.values import FUNCTION, double, is_double, is_integer, tag_of

SORTED, UNSORTED, NO_TIME = 0, 1, 2  # how sorting ends
LARGE = 100  # parts from this size on choose another pivot when the last one was bad

INTEGERS, DOUBLES, NUMBERS, STRINGS, MIXED = range(5)

Sort = KernelFunction[[Ptr[VM], Ptr[i64], i64, i64], i64]
Less = KernelFunction[[i64, i64], bool]


@inline
def less_integer(a: i64, b: i64) -> bool:
    """Whether an integer of 48 bits comes before another."""
    return a << 16 < b << 16


@inline
def less_double(a: i64, b: i64) -> bool:
    """Whether a double comes before another."""
    return double(a) < double(b)


@inline
def less_any(a: i64, b: i64) -> bool:
    """Whether a number comes before another."""
    return less_number(a, b)


@inline
def less_string(a: i64, b: i64) -> bool:
    """Whether a string comes before another."""
    return compare_strings(string_of(a), string_of(b)) < 0


@inline
def swap(cells: Ptr[i64], a: i64, b: i64) -> None:
    """Exchange two elements."""
    value = cells[a]
    cells[a] = cells[b]
    cells[b] = value


def make_sort(less: Less) -> Sort:
    """A function that sorts `cells[first]` to `cells[last]`."""

    @kernel
    def partition(cells: Ptr[i64], first: i64, last: i64) -> i64:
        """Divide by the pivot, which lies at `last` - 1: where it belongs, or -1."""
        pivot = cells[last - 1]
        up = first
        down = last - 1
        while True:
            up += 1
            while less(cells[up], pivot):
                if unlikely(up == last - 1):
                    return -1
                up += 1
            down -= 1
            while less(pivot, cells[down]):
                if unlikely(down < up):
                    return -1
                down -= 1
            if down < up:
                swap(cells, last - 1, up)
                return up
            swap(cells, up, down)

    @kernel
    def sort(vm: Ptr[VM], cells: Ptr[i64], start: i64, end: i64) -> i64:
        """SORTED, UNSORTED or NO_TIME."""
        first = start
        last = end
        shift: i64 = 1
        while first < last:
            if less(cells[last], cells[first]):
                swap(cells, first, last)
            if last - first == 1:
                break
            middle = first + ((last - first) >> shift)
            if less(cells[middle], cells[first]):
                swap(cells, middle, first)
            elif less(cells[last], cells[middle]):
                swap(cells, middle, last)
            if last - first == 2:
                break
            swap(cells, middle, last - 1)
            vm.library.allowance -= last - first
            if unlikely(vm.library.allowance < 0):
                return NO_TIME
            middle = partition(cells, first, last)
            if unlikely(middle < 0):
                return UNSORTED
            size = last - first
            smaller: i64 = 0
            if middle - first < last - middle:
                found = sort(vm, cells, first, middle - 1)
                smaller = middle - first
                first = middle + 1
            else:
                found = sort(vm, cells, middle + 1, last)
                smaller = last - middle
                last = middle - 1
            if unlikely(found != SORTED):
                return found
            shift = 1
            if size > LARGE and size // 128 > smaller:
                shift = 2 if size & 1 == 0 else 3
        return SORTED

    return sort


sort_integers, sort_doubles = make_sort(less_integer), make_sort(less_double)
sort_numbers, sort_strings = make_sort(less_any), make_sort(less_string)


@kernel
def kind_of(cells: Ptr[i64], count: i64) -> i64:
    """What so many values are."""
    integers: i64 = 0
    doubles: i64 = 0
    numbers: i64 = 0
    strings: i64 = 0
    for place in range(count):
        value = cells[place]
        integers += i64(is_integer(value))
        doubles += i64(is_double(value))
        strings += i64(is_string(value))
    if strings == count:
        return STRINGS
    if integers == count:
        return INTEGERS
    if doubles == count:
        return DOUBLES
    for place in range(count):
        numbers += i64(is_number(cells[place]))
    return NUMBERS if numbers == count else MIXED


@native("table", "sort", values=1)
@kernel
def table_sort(vm: Ptr[VM], args: Ptr[i64], count: i64) -> i64:
    """Sort a table's elements; the attached function gets (table, number of elements or nil, function or nil)."""
    kind = sequence_argument(vm, args, count, 0)
    if unlikely(kind < 0):
        return kind
    if is_given(args, count, 1):
        if unlikely(tag_of(args[1]) != FUNCTION):
            return wrong_type(vm, args, count, 1, failures.FUNCTION)
        return call_attached(vm, args, 2)
    if unlikely(kind != RAW):
        return call_attached(vm, args, 1)
    t = table_of(args[0])
    size = table_length(t)
    if size < 2:
        return 0
    if unlikely(size > t.array_size):
        return call_attached(vm, args, 1)
    found: i64 = SORTED
    match kind_of(t.array, size):
        case 0:
            found = sort_integers(vm, t.array, 0, size - 1)
        case 1:
            found = sort_doubles(vm, t.array, 0, size - 1)
        case 2:
            found = sort_numbers(vm, t.array, 0, size - 1)
        case 3:
            found = sort_strings(vm, t.array, 0, size - 1)
        case _:
            return call_attached(vm, args, 1)
    barrier(vm.heap, cast(Ptr[Object], t))
    if found == SORTED:
        return 0
    return AGAIN if found == NO_TIME else fail(vm, failures.SORT_ORDER, 0, 0, 0)


assert (INTEGERS, DOUBLES, NUMBERS, STRINGS) == (0, 1, 2, 3)  # the cases above
