"""Machine code as text for people, through capstone (imported on use)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_NO_SYMBOLS: Mapping[int, str] = {}


class Line:
    """One instruction: `address`, `bytes`, `mnemonic` and `operands` (Intel syntax), `comment` (names of the
    addresses in it, or "").

    Bytes that are no instruction have the mnemonic ".byte".
    """

    __slots__ = ("address", "bytes", "comment", "mnemonic", "operands")

    def __init__(self, address: int, data: bytes, mnemonic: str, operands: str, comment: str) -> None:
        self.address = address
        self.bytes = data
        self.mnemonic = mnemonic
        self.operands = operands
        self.comment = comment

    def __str__(self) -> str:
        text = f"{self.address:08x}  {self.bytes.hex(' '):30}  {self.mnemonic:8} {self.operands}"
        return f"{text:80}  ; {self.comment}" if self.comment else text.rstrip()


def disassemble(code: bytes, address: int, symbols: Mapping[int, str] = _NO_SYMBOLS) -> list[Line]:
    """Every byte of `code`, which lies at `address`; `symbols` names addresses for the comments."""
    import capstone

    engine = capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64)
    engine.detail = True
    engine.skipdata = True  # go on after bytes that are no instruction
    lines = []
    for instruction in engine.disasm(code, address):
        names = dict.fromkeys(symbols[at] for at in _addresses(instruction) if at in symbols)
        lines.append(
            Line(
                instruction.address,
                bytes(instruction.bytes),
                instruction.mnemonic,
                instruction.op_str,
                ", ".join(names),
            )
        )
    return lines


def _addresses(instruction: Any) -> Iterator[int]:
    """What the operands may point to: immediates, absolute and rip-relative memory."""
    from capstone import x86

    if instruction.id == 0:  # skipped bytes
        return
    for operand in instruction.operands:
        if operand.type == x86.X86_OP_IMM:
            yield operand.imm & 0xFFFF_FFFF_FFFF_FFFF
        elif operand.type == x86.X86_OP_MEM:
            relative = operand.mem.base == x86.X86_REG_RIP
            yield operand.mem.disp + (instruction.address + instruction.size if relative else 0)
