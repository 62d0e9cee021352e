"""The kinds of operands in guest code, and what is on the stacks: cells and floats.

An operand is a number that stands beside the opcode in guest code. Its kind says how many bytes it takes, how they
are read, and what type kernel code sees. All kinds are signed, little endian, and aligned to their size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cupola.ir.types import F64, I16, I32, I64, Type
from cupola.kernel import Ptr, f64, i64, u8
from cupola.kernel.types import KernelType

Role = Literal["operand", "cell", "float"]


class OperandKind:
    """How a parameter of an instruction is found: in guest code (`operand`), on the stack (`cell`), or on that of
    floats (`float`).

    `stored` is the type in guest code; kernel code sees `kernel_type`. With `relative`, the number is a distance in
    bytes from the instruction's own start, and kernel code sees the address that it leads to. One that `moves` is
    an address to compare with the stack pointer, given as if the whole stack were in memory; in guest code it is
    moved by the cells that are in registers at that place; with `located` it is an address in the VM's own memory,
    which is another one wherever a saved system is loaded. With `below`, the number is not negative and less than
    that, which makes for shorter machine code. With `cells`, it is that many cells of 8 bytes that belong to this
    place in guest code, -1 at first, and kernel code sees a pointer to them: an inline cache. One that is `read`
    is read from guest code by native code too, instead of standing in it: 64 bits are seldom immediate operands.
    """

    def __init__(
        self,
        name: str,
        kernel_type: KernelType,
        stored: Type,
        role: Role = "operand",
        *,
        relative: bool = False,
        moves: bool = False,
        located: bool = False,
        below: int | None = None,
        cells: int = 0,
        read: bool = False,
    ) -> None:
        self.name = name
        self.kernel_type = kernel_type
        self.stored = stored
        self.role: Role = role
        self.relative = relative
        self.moves = moves
        self.located = located
        self.below = below
        self.cells = cells
        self.read = read or stored is F64

    @property
    def bytes(self) -> int:
        """How many bytes it takes in guest code."""
        return self.cells * 8 or self.stored.bytes

    @property
    def is_number(self) -> bool:
        """Whether the assembler writes it as the number of its instruction: of 32 or 64 bits, and no distance."""
        return not self.cells and not self.relative and self.stored.bytes >= 4

    def __repr__(self) -> str:
        return f"<operand kind {self.name}>"


if TYPE_CHECKING:
    Cell = int
    Imm32 = int
    Imm64 = int
    StackAddress = int
    StackDistance = int
    Address = int
    Count = int
    Float = float
    FloatAddress = int
    Real = float
    Cache1 = Ptr[i64]
    Cache2 = Ptr[i64]
    Cache5 = Ptr[i64]
    Cache8 = Ptr[i64]
    Cache22 = Ptr[i64]
    Cache25 = Ptr[i64]
    Register = int
    Small = int
    Target = Ptr[u8]
    Word = int
else:
    Cell = OperandKind("cell", i64, I64, "cell")
    Imm32 = OperandKind("imm32", i64, I32)
    Imm64 = OperandKind("imm64", i64, I64)
    Address = OperandKind("address", i64, I32, below=1 << 30)
    Count = OperandKind("count", i64, I32, below=64)
    Float = OperandKind("float", f64, F64, "float")
    Word = OperandKind("word", i64, I64, read=True)
    Real = OperandKind("real", f64, F64)
    FloatAddress = OperandKind("float address", i64, I32, located=True)
    StackAddress = OperandKind("stack address", i64, I32, moves=True, located=True)
    StackDistance = OperandKind("stack distance", i64, I32, moves=True)
    Cache1 = OperandKind("cache1", Ptr[i64], I64, cells=1)
    Cache2 = OperandKind("cache2", Ptr[i64], I64, cells=2)
    Cache5 = OperandKind("cache5", Ptr[i64], I64, cells=5)
    Cache8 = OperandKind("cache8", Ptr[i64], I64, cells=8)
    Cache22 = OperandKind("cache22", Ptr[i64], I64, cells=22)
    Cache25 = OperandKind("cache25", Ptr[i64], I64, cells=25)
    Register = OperandKind("register", i64, I16, below=256)
    Small = OperandKind("small", i64, I16)
    Target = OperandKind("target", Ptr[u8], I32, relative=True)
