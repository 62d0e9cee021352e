"""Reading and writing the data space. Every address is checked; a wrong one gives up before anything is touched."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline, u8, u64, unlikely
from cupola.language import Address, Cell, slow
from cupola.languages.forth.constants import LOW
from cupola.languages.forth.definition import forth
from cupola.languages.forth.instructions.stack import word
from cupola.languages.forth.machine import VM, Machine, cell_at, data
from cupola.languages.forth.throwing.throws import bad_address


@inline
def check_cell(vm: Ptr[VM], address: i64) -> None:
    """Leave with "invalid memory address" unless a cell fits at `address`."""
    if unlikely(u64(address - LOW) > u64(vm.cell_limit)):
        slow(bad_address)


@inline
def check_pair(vm: Ptr[VM], address: i64) -> None:
    """Leave with "invalid memory address" unless two cells fit at `address`."""
    if unlikely(u64(address - LOW) > u64(vm.pair_limit)):
        slow(bad_address)


@inline
def check_byte(vm: Ptr[VM], address: i64) -> None:
    if unlikely(u64(address - LOW) > u64(vm.byte_limit)):
        slow(bad_address)


@forth.instruction(name="@", facts=word("@"))
def fetch(m: Machine, address: Cell) -> Cell:
    """( a-addr -- x )"""
    check_cell(m.vm, address)
    return cell_at(m.vm, address)[0]


@forth.instruction(name="!", facts=word("!"))
def store(m: Machine, value: Cell, address: Cell) -> None:
    """( x a-addr -- )"""
    check_cell(m.vm, address)
    cell_at(m.vm, address)[0] = value


@forth.instruction(name="c@", facts=word("c@"))
def c_fetch(m: Machine, address: Cell) -> Cell:
    """( c-addr -- char )"""
    check_byte(m.vm, address)
    return i64(data(m.vm, address)[0])


@forth.instruction(name="c!", facts=word("c!"))
def c_store(m: Machine, value: Cell, address: Cell) -> None:
    """( char c-addr -- )"""
    check_byte(m.vm, address)
    data(m.vm, address)[0] = u8(value)


@forth.instruction(name="+!", facts=word("+!"))
def plus_store(m: Machine, value: Cell, address: Cell) -> None:
    """( n a-addr -- )"""
    check_cell(m.vm, address)
    place = cell_at(m.vm, address)
    place[0] = place[0] + value


@forth.instruction(name="2@", facts=word("2@"))
def two_fetch(m: Machine, address: Cell) -> tuple[Cell, Cell]:
    """( a-addr -- x1 x2 ) x2 lies at the address, x1 after it"""
    check_pair(m.vm, address)
    return cell_at(m.vm, address)[1], cell_at(m.vm, address)[0]


@forth.instruction(name="2!", facts=word("2!"))
def two_store(m: Machine, first: Cell, second: Cell, address: Cell) -> None:
    """( x1 x2 a-addr -- )"""
    check_pair(m.vm, address)
    cell_at(m.vm, address)[0] = second
    cell_at(m.vm, address)[1] = first


@forth.instruction(name="count", facts=word("count"))
def count(m: Machine, address: Cell) -> tuple[Cell, Cell]:
    """( c-addr1 -- c-addr2 u ) a counted string's characters and length"""
    check_byte(m.vm, address)
    return address + 1, i64(data(m.vm, address)[0])


# --- addresses that are known, and were found good, when the instruction was compiled (see `peephole`) ----------------


@forth.instruction(name="fetch at")
def fetch_at(m: Machine, address: Address) -> Cell:
    """( -- x ) the cell at a constant address"""
    return cell_at(m.vm, address)[0]


@forth.instruction(name="store at")
def store_at(m: Machine, value: Cell, address: Address) -> None:
    """( x -- ) Store to a constant address."""
    cell_at(m.vm, address)[0] = value


@forth.instruction(name="add at")
def add_at(m: Machine, value: Cell, address: Address) -> None:
    """( n -- ) Add to the cell at a constant address."""
    place = cell_at(m.vm, address)
    place[0] = place[0] + value


@forth.instruction(name="c-fetch at")
def c_fetch_at(m: Machine, address: Address) -> Cell:
    """( -- char ) the character at a constant address"""
    return i64(data(m.vm, address)[0])


@forth.instruction(name="c-store at")
def c_store_at(m: Machine, value: Cell, address: Address) -> None:
    """( char -- ) Store a character to a constant address."""
    data(m.vm, address)[0] = u8(value)
