"""Integer arithmetic, bits, comparison and selection.

Integers have no sign; operations that need one say so in their name (s or u). Arithmetic wraps. A shift uses
its count modulo the width, so that every operand has a meaning; division has none for a zero divisor, nor for
the most negative number divided by -1.
"""

from __future__ import annotations

from cupola.ir.operation import begin_family, define
from cupola.ir.operations import terms
from cupola.ir.operations.terms import bit, z3
from cupola.ir.types import ALL, INTEGERS, PTR, WORDS, Type

COMPARABLE = (*INTEGERS, PTR)


def _quotient(t: Type, x: int, y: int) -> int:
    """Signed division that truncates towards zero, as machines do."""
    a, b = t.signed(x), t.signed(y)
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def _signed_divisible(t: Type, x: int, y: int) -> bool:
    return y != 0 and not (t.signed(y) == -1 and x == 1 << (t.bits - 1))


begin_family("Integers, comparison, selection")

# --- wrapping arithmetic ---

define("add", "T T -> T", types=INTEGERS, commutative=True, doc="the sum, wrapping",
       evaluate=lambda b, x, y: b["T"].unsigned(x + y),
       llvm="{r0} = add {T} {0}, {1}",
       z3=lambda b, x, y: x + y)  # fmt: skip
define("sub", "T T -> T", types=INTEGERS, doc="the difference, wrapping",
       evaluate=lambda b, x, y: b["T"].unsigned(x - y),
       llvm="{r0} = sub {T} {0}, {1}",
       z3=lambda b, x, y: x - y)  # fmt: skip
define("mul", "T T -> T", types=INTEGERS, commutative=True, doc="the low half of the product",
       evaluate=lambda b, x, y: b["T"].unsigned(x * y),
       llvm="{r0} = mul {T} {0}, {1}",
       z3=lambda b, x, y: x * y)  # fmt: skip
define("sdiv", "T T -> T", types=WORDS, doc="the signed quotient, truncated towards zero",
       evaluate=lambda b, x, y: b["T"].unsigned(_quotient(b["T"], x, y)),
       defined=lambda b, x, y: _signed_divisible(b["T"], x, y),
       llvm="{r0} = sdiv {T} {0}, {1}",
       z3=lambda b, x, y: x / y, z3_defined=lambda b, x, y: terms.signed_divisible(x, y))  # fmt: skip
define("srem", "T T -> T", types=WORDS, doc="the remainder of `sdiv`; it has the sign of the dividend",
       evaluate=lambda b, x, y: b["T"].unsigned(x - _quotient(b["T"], x, y) * y),
       defined=lambda b, x, y: _signed_divisible(b["T"], x, y),
       llvm="{r0} = srem {T} {0}, {1}",
       z3=lambda b, x, y: z3().SRem(x, y),
       z3_defined=lambda b, x, y: terms.signed_divisible(x, y))  # fmt: skip
define("udiv", "T T -> T", types=WORDS, doc="the unsigned quotient",
       evaluate=lambda b, x, y: x // y, defined=lambda b, x, y: y != 0,
       llvm="{r0} = udiv {T} {0}, {1}",
       z3=lambda b, x, y: z3().UDiv(x, y), z3_defined=lambda b, x, y: y != 0)  # fmt: skip
define("urem", "T T -> T", types=WORDS, doc="the unsigned remainder",
       evaluate=lambda b, x, y: x % y, defined=lambda b, x, y: y != 0,
       llvm="{r0} = urem {T} {0}, {1}",
       z3=lambda b, x, y: z3().URem(x, y), z3_defined=lambda b, x, y: y != 0)  # fmt: skip
define("mul_high_s", "T T -> T", types=WORDS, commutative=True, doc="the high half of the signed product",
       evaluate=lambda b, x, y: b["T"].unsigned(b["T"].signed(x) * b["T"].signed(y) >> b["T"].bits),
       llvm="{t}a = sext {T} {0} to {W}\n{t}b = sext {T} {1} to {W}\n{t}c = mul {W} {t}a, {t}b\n"
            "{t}d = lshr {W} {t}c, {bits}\n{r0} = trunc {W} {t}d to {T}",
       z3=lambda b, x, y: terms.high_product("s", x, y))  # fmt: skip
define("mul_high_u", "T T -> T", types=WORDS, commutative=True, doc="the high half of the unsigned product",
       evaluate=lambda b, x, y: x * y >> b["T"].bits,
       llvm="{t}a = zext {T} {0} to {W}\n{t}b = zext {T} {1} to {W}\n{t}c = mul {W} {t}a, {t}b\n"
            "{t}d = lshr {W} {t}c, {bits}\n{r0} = trunc {W} {t}d to {T}",
       z3=lambda b, x, y: terms.high_product("u", x, y))  # fmt: skip

# --- arithmetic that tells when it overflowed ---


def _overflowing(name: str, sign: str, what: str, doc: str) -> None:
    def evaluate(b: dict[str, Type], x: int, y: int) -> tuple[int, int]:
        t = b["T"]
        left, right = (t.signed(x), t.signed(y)) if sign == "s" else (x, y)
        exact = left + right if what == "add" else left - right if what == "sub" else left * right
        wrapped = t.unsigned(exact)
        return wrapped, int(exact != (t.signed(wrapped) if sign == "s" else wrapped))

    define(
        name,
        "T T -> T i1",
        types=WORDS,
        doc=doc,
        commutative=what != "sub",
        evaluate=evaluate,
        llvm="{t}a = call {{ {T}, i1 }} @llvm." + sign + what + ".with.overflow.{T}({T} {0}, {T} {1})\n"
        "{r0} = extractvalue {{ {T}, i1 }} {t}a, 0\n{r1} = extractvalue {{ {T}, i1 }} {t}a, 1",
        z3=lambda b, x, y: terms.overflowing(sign, what, x, y),
    )


_overflowing("add_overflow_s", "s", "add", "the sum, and whether it overflowed as a signed number")
_overflowing("sub_overflow_s", "s", "sub", "the difference, and whether it overflowed as a signed number")
_overflowing("mul_overflow_s", "s", "mul", "the product, and whether it overflowed as a signed number")
_overflowing("add_overflow_u", "u", "add", "the sum, and the carry")
_overflowing("sub_overflow_u", "u", "sub", "the difference, and the borrow")
_overflowing("mul_overflow_u", "u", "mul", "the product, and whether it overflowed as an unsigned number")

# --- bits ---

define("and", "T T -> T", types=INTEGERS, commutative=True, doc="bitwise and",
       evaluate=lambda b, x, y: x & y, llvm="{r0} = and {T} {0}, {1}",
       z3=lambda b, x, y: x & y)  # fmt: skip
define("or", "T T -> T", types=INTEGERS, commutative=True, doc="bitwise or",
       evaluate=lambda b, x, y: x | y, llvm="{r0} = or {T} {0}, {1}",
       z3=lambda b, x, y: x | y)  # fmt: skip
define("xor", "T T -> T", types=INTEGERS, commutative=True, doc="bitwise exclusive or",
       evaluate=lambda b, x, y: x ^ y, llvm="{r0} = xor {T} {0}, {1}",
       z3=lambda b, x, y: x ^ y)  # fmt: skip
define("shl", "T T -> T", types=WORDS, doc="shift left by the count modulo the width",
       evaluate=lambda b, x, y: b["T"].unsigned(x << y % b["T"].bits),
       llvm="{t}a = and {T} {1}, {last_bit}\n{r0} = shl {T} {0}, {t}a",
       z3=lambda b, x, y: x << terms.count(y))  # fmt: skip
define("lshr", "T T -> T", types=WORDS,
       doc="shift right by the count modulo the width, filling with zeros",
       evaluate=lambda b, x, y: x >> y % b["T"].bits,
       llvm="{t}a = and {T} {1}, {last_bit}\n{r0} = lshr {T} {0}, {t}a",
       z3=lambda b, x, y: z3().LShR(x, terms.count(y)))  # fmt: skip
define("ashr", "T T -> T", types=WORDS,
       doc="shift right by the count modulo the width, filling with the sign",
       evaluate=lambda b, x, y: b["T"].unsigned(b["T"].signed(x) >> y % b["T"].bits),
       llvm="{t}a = and {T} {1}, {last_bit}\n{r0} = ashr {T} {0}, {t}a",
       z3=lambda b, x, y: x >> terms.count(y))  # fmt: skip
define("rotl", "T T -> T", types=WORDS, doc="rotate left by the count modulo the width",
       evaluate=lambda b, x, y: b["T"].unsigned(x << y % b["T"].bits | x >> -y % b["T"].bits),
       llvm="{r0} = call {T} @llvm.fshl.{T}({T} {0}, {T} {0}, {T} {1})",
       z3=lambda b, x, y: terms.rotate_left(x, y))  # fmt: skip
define("count_leading_zeros", "T -> T", types=WORDS,
       doc="zero bits above the highest one; the width for zero",
       evaluate=lambda b, x: b["T"].bits - x.bit_length(),
       llvm="{r0} = call {T} @llvm.ctlz.{T}({T} {0}, i1 false)",
       z3=lambda b, x: terms.first_one(x, [*range(x.size())][::-1]))  # fmt: skip
define("count_trailing_zeros", "T -> T", types=WORDS,
       doc="zero bits below the lowest one; the width for zero",
       evaluate=lambda b, x: (x & -x).bit_length() - 1 if x else b["T"].bits,
       llvm="{r0} = call {T} @llvm.cttz.{T}({T} {0}, i1 false)",
       z3=lambda b, x: terms.first_one(x, [*range(x.size())]))  # fmt: skip
define("count_ones", "T -> T", types=WORDS, doc="the number of one bits",
       evaluate=lambda b, x: x.bit_count(),
       llvm="{r0} = call {T} @llvm.ctpop.{T}({T} {0})",
       z3=lambda b, x: terms.count_ones(x))  # fmt: skip
define("byte_swap", "T -> T", types=WORDS[1:], doc="the bytes in the opposite order",
       evaluate=lambda b, x: int.from_bytes(x.to_bytes(b["T"].bytes, "little"), "big"),
       llvm="{r0} = call {T} @llvm.bswap.{T}({T} {0})",
       z3=lambda b, x: terms.byte_swap(x))  # fmt: skip

# --- comparison and selection ---

define("eq", "T T -> i1", types=COMPARABLE, commutative=True, doc="whether the operands are the same",
       evaluate=lambda b, x, y: int(x == y), llvm="{r0} = icmp eq {T} {0}, {1}",
       z3=lambda b, x, y: bit(x == y))  # fmt: skip
define("ne", "T T -> i1", types=COMPARABLE, commutative=True, doc="whether the operands differ",
       evaluate=lambda b, x, y: int(x != y), llvm="{r0} = icmp ne {T} {0}, {1}",
       z3=lambda b, x, y: bit(x != y))  # fmt: skip
define("slt", "T T -> i1", types=INTEGERS, doc="signed less than",
       evaluate=lambda b, x, y: int(b["T"].signed(x) < b["T"].signed(y)),
       llvm="{r0} = icmp slt {T} {0}, {1}",
       z3=lambda b, x, y: bit(x < y))  # fmt: skip
define("sle", "T T -> i1", types=INTEGERS, doc="signed less than or equal",
       evaluate=lambda b, x, y: int(b["T"].signed(x) <= b["T"].signed(y)),
       llvm="{r0} = icmp sle {T} {0}, {1}",
       z3=lambda b, x, y: bit(x <= y))  # fmt: skip
define("ult", "T T -> i1", types=COMPARABLE, doc="unsigned less than",
       evaluate=lambda b, x, y: int(x < y), llvm="{r0} = icmp ult {T} {0}, {1}",
       z3=lambda b, x, y: bit(z3().ULT(x, y)))  # fmt: skip
define("ule", "T T -> i1", types=COMPARABLE, doc="unsigned less than or equal",
       evaluate=lambda b, x, y: int(x <= y), llvm="{r0} = icmp ule {T} {0}, {1}",
       z3=lambda b, x, y: bit(z3().ULE(x, y)))  # fmt: skip
define("select", "i1 T T -> T", types=ALL, doc="the second operand if the first is one, else the third",
       evaluate=lambda b, c, x, y: x if c else y,
       llvm="{r0} = select i1 {0}, {T} {1}, {T} {2}",
       z3=lambda b, c, x, y: z3().If(c == 1, x, y))  # fmt: skip
