"""Conversions between types: widths of integers, integers and floats, pointers and addresses, raw bits."""

from __future__ import annotations

import math
import struct

from cupola.ir.operation import begin_family, define
from cupola.ir.operations import terms
from cupola.ir.types import F32, FLOATS, INTEGERS, WORDS, Type


def _wider(bindings: dict[str, Type]) -> bool:
    return bindings["T"].bits > bindings["S"].bits


def _narrower(bindings: dict[str, Type]) -> bool:
    return bindings["T"].bits < bindings["S"].bits


def _same_width(bindings: dict[str, Type]) -> bool:
    return bindings["T"].bits == bindings["S"].bits


_RAW = (*WORDS[2:], *FLOATS)
_CODES = {"i32": "I", "i64": "Q", "f32": "f", "f64": "d"}


def _nearest(t: Type, number: int) -> float:
    """The nearest float to a whole number, ties to even, rounded once."""
    excess = max(0, number.bit_length() - 53)
    if t.bits == 32 and excess:
        # Python would round to 53 bits first. Keep those, with a last one bit that stands for all that is cut
        # off.
        lost = bool(number & (1 << excess) - 1)
        number = (number >> excess | lost) << excess
    return t.rounded(float(number))


def _reinterpret(b: dict[str, Type], x: int | float) -> int | float:
    out: int | float = struct.unpack("<" + _CODES[b["T"].name], struct.pack("<" + _CODES[b["S"].name], x))[0]
    return out


def _saturate(t: Type, x: float, low: int, high: int) -> int:
    """`x` truncated towards zero, clamped to low .. high; 0 for NaN."""
    if math.isnan(x):
        return 0
    return t.unsigned(low if x <= low else high if x >= high else int(x))


begin_family("Conversions")
define("sign_extend", "S -> T", types=INTEGERS, source_types=INTEGERS, constraint=_wider,
       doc="the same signed number in a wider type",
       evaluate=lambda b, x: b["T"].unsigned(b["S"].signed(x)),
       llvm="{r0} = sext {S} {0} to {T}",
       z3=lambda b, x: terms.widen("s", x, b["T"].bits - b["S"].bits))  # fmt: skip
define("zero_extend", "S -> T", types=INTEGERS, source_types=INTEGERS, constraint=_wider,
       doc="the same unsigned number in a wider type",
       evaluate=lambda b, x: x, llvm="{r0} = zext {S} {0} to {T}",
       z3=lambda b, x: terms.widen("u", x, b["T"].bits - b["S"].bits))  # fmt: skip
define("truncate", "S -> T", types=INTEGERS, source_types=INTEGERS, constraint=_narrower,
       doc="the low bits",
       evaluate=lambda b, x: b["T"].unsigned(x), llvm="{r0} = trunc {S} {0} to {T}",
       z3=lambda b, x: terms.low(x, b["T"].bits))  # fmt: skip
define("bits", "S -> T", types=_RAW, source_types=_RAW, constraint=_same_width,
       doc="the same bits read as another type of the same width",
       evaluate=_reinterpret, llvm="{r0} = bitcast {S} {0} to {T}",
       z3=lambda b, x: terms.reinterpret(b["S"], b["T"], x))  # fmt: skip
define("float_from_signed", "S -> T", types=FLOATS, source_types=WORDS, doc="the nearest float",
       evaluate=lambda b, x: _nearest(b["T"], b["S"].signed(x)),
       llvm="{r0} = sitofp {S} {0} to {T}",
       z3=lambda b, x: terms.z3().fpSignedToFP(terms.z3().RNE(), x, terms.sort(b["T"])))  # fmt: skip
define("float_from_unsigned", "S -> T", types=FLOATS, source_types=WORDS, doc="the nearest float",
       evaluate=lambda b, x: _nearest(b["T"], x), llvm="{r0} = uitofp {S} {0} to {T}",
       z3=lambda b, x: terms.z3().fpUnsignedToFP(terms.z3().RNE(), x, terms.sort(b["T"])))  # fmt: skip
define("signed_from_float", "S -> T", types=WORDS, source_types=FLOATS,
       doc="truncated towards zero, clamped to the range of the type; 0 for NaN",
       evaluate=lambda b, x: _saturate(b["T"], x, -(1 << b["T"].bits - 1), (1 << b["T"].bits - 1) - 1),
       llvm="{r0} = call {T} @llvm.fptosi.sat.{T}.{S_mangled}({S} {0})",
       z3=lambda b, x: terms.saturate("s", b["T"], x))  # fmt: skip
define("unsigned_from_float", "S -> T", types=WORDS, source_types=FLOATS,
       doc="truncated towards zero, clamped to the range of the type; 0 for NaN",
       evaluate=lambda b, x: _saturate(b["T"], x, 0, b["T"].mask),
       llvm="{r0} = call {T} @llvm.fptoui.sat.{T}.{S_mangled}({S} {0})",
       z3=lambda b, x: terms.saturate("u", b["T"], x))  # fmt: skip
define("float_extend", "f32 -> f64", doc="the same number with more precision",
       evaluate=lambda b, x: float(x), llvm="{r0} = fpext float {0} to double",
       z3=lambda b, x: terms.z3().fpFPToFP(terms.z3().RNE(), x, terms.z3().Float64()))  # fmt: skip
define("float_truncate", "f64 -> f32", doc="the nearest number with less precision",
       evaluate=lambda b, x: F32.rounded(x),
       llvm="{r0} = fptrunc double {0} to float",
       z3=lambda b, x: terms.z3().fpFPToFP(terms.z3().RNE(), x, terms.z3().Float32()))  # fmt: skip
define("address", "ptr -> i64", doc="the address as an integer",
       evaluate=lambda b, x: x, llvm="{r0} = ptrtoint ptr {0} to i64",
       z3=lambda b, x: x)  # fmt: skip
define("pointer", "i64 -> ptr", doc="the pointer to an address",
       evaluate=lambda b, x: x, llvm="{r0} = inttoptr i64 {0} to ptr",
       z3=lambda b, x: x)  # fmt: skip
