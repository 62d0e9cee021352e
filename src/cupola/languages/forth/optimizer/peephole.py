"""Shortens a draft while it grows: constants are folded, and an address known when it is compiled is checked then.

An instruction may be merged into the ones before it only if nothing branches in between. What is left out here costs
speed alone: every merge does exactly what the instructions would have done.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i64, kernel, static, u16, u64
from cupola.languages.forth.constants import LOW
from cupola.languages.forth.definition import forth
from cupola.languages.forth.machine import VM
from cupola.languages.forth.optimizer.rule_values import fits

# Instructions on memory, what they become when their address is a good constant, and whether they take a cell there.
FIXED = (
    ("@", "fetch at", True),
    ("!", "store at", True),
    ("+!", "add at", True),
    ("f@", "f-fetch at", True),
    ("f!", "f-store at", True),
    ("c@", "c-fetch at", False),
    ("c!", "c-store at", False),
)


@kernel
def merge(vm: Ptr[VM], opcode: i64) -> bool:
    """Let the newest instructions of the draft do what `opcode` would do after them; false if they cannot."""
    if vm.draft_count == 0 or vm.next_flags != 0:
        return False
    last = vm.draft + (vm.draft_count - 1)
    if i64(last.opcode) != forth["lit"].opcode:
        return False
    for name, fixed, is_cell in static(FIXED):
        if opcode == forth[name].opcode:
            limit = vm.cell_limit if is_cell else vm.byte_limit
            if u64(last.operand - LOW) > u64(limit):
                return False
            last.opcode = u16(forth[fixed].opcode)
            return True
    if u64(last.operand) < u64(64) and shift_by_constant(vm, opcode):
        return True
    if replace(vm, opcode, last.operand):
        return True
    if vm.draft_count < 2 or last.flags != 0:
        return False
    first = vm.draft + (vm.draft_count - 2)
    if i64(first.opcode) != forth["lit"].opcode:
        return False
    known, value = binary(opcode, first.operand, last.operand)
    if not known or not fits(value):
        return False
    first.operand = value
    vm.draft_count -= 1
    return True


@kernel
def shift_by_constant(vm: Ptr[VM], opcode: i64) -> bool:
    """A shift by less than the width of a cell needs no check of its count."""
    last = vm.draft + (vm.draft_count - 1)
    first = last - 1
    if vm.draft_count > 1 and last.flags == 0 and i64(first.opcode) == forth["lit"].opcode:
        return False  # `binary` folds two constants
    if opcode == forth["lshift"].opcode:
        last.opcode = u16(forth["lshift by"].opcode)
        return True
    if opcode == forth["rshift"].opcode:
        last.opcode = u16(forth["rshift by"].opcode)
        return True
    return False


@kernel
def replace(vm: Ptr[VM], opcode: i64, operand: i64) -> bool:
    """Fold an operation on the number that the newest instruction pushes."""
    known, value = unary(opcode, operand)
    if not known or not fits(value):
        return False
    (vm.draft + (vm.draft_count - 1)).operand = value
    return True


@kernel
def unary(opcode: i64, n: i64) -> tuple[bool, i64]:
    """The result of an operation on one constant, if it is one of these."""
    if opcode == forth["1+"].opcode:
        return True, n + 1
    if opcode == forth["1-"].opcode:
        return True, n - 1
    if opcode == forth["2*"].opcode:
        return True, n << 1
    if opcode == forth["2/"].opcode:
        return True, n >> 1
    if opcode == forth["cells"].opcode:
        return True, n << 3
    if opcode == forth["cell+"].opcode:
        return True, n + 8
    if opcode == forth["negate"].opcode:
        return True, -n
    if opcode == forth["invert"].opcode:
        return True, ~n
    return False, 0


@kernel
def binary(opcode: i64, a: i64, b: i64) -> tuple[bool, i64]:
    """The result of an operation on two constants, if it is one of these."""
    if opcode == forth["+"].opcode:
        return True, a + b
    if opcode == forth["-"].opcode:
        return True, a - b
    if opcode == forth["*"].opcode:
        return True, a * b
    if opcode == forth["and"].opcode:
        return True, a & b
    if opcode == forth["or"].opcode:
        return True, a | b
    if opcode == forth["xor"].opcode:
        return True, a ^ b
    if opcode == forth["lshift"].opcode and u64(b) < u64(32):
        return True, a << b
    return False, 0
