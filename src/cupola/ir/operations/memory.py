"""Addresses, loads and stores, bulk memory.

`evaluate` of these takes the evaluator's memory (an object with `load`, `store`, `copy`, `fill`, `compare`,
`slot`, `symbol` and `operand`) as its second argument, since they are not functions of their operands alone.
"""

from __future__ import annotations

from cupola.ir.operation import begin_family, define
from cupola.ir.types import ALL, I1, WORDS

LOADABLE = tuple(each for each in ALL if each is not I1)

begin_family("Memory")
define("ptr_add", "ptr i64 -> ptr", doc="the pointer moved by a number of bytes",
       evaluate=lambda b, p, n: (p + n) & (1 << 64) - 1,
       llvm="{r0} = getelementptr i8, ptr {0}, i64 {1}",
       z3=lambda b, p, n: p + n)  # fmt: skip
define("load", "ptr -> T", types=LOADABLE, effect="reads",
       doc="the value in memory; needs no alignment",
       evaluate=lambda b, m, p: m.load(b["T"], p),
       llvm="{r0} = load {T}, ptr {0}, align 1")  # fmt: skip
define("store", "ptr T ->", types=LOADABLE, effect="writes",
       doc="put the value into memory; needs no alignment",
       evaluate=lambda b, m, p, x: m.store(b["T"], p, x),
       llvm="store {T} {1}, ptr {0}, align 1")  # fmt: skip
define("atomic_load", "ptr -> T", types=WORDS, effect="reads",
       doc="a sequentially consistent load, aligned",
       evaluate=lambda b, m, p: m.load(b["T"], p), defined=lambda b, p: p % b["T"].bytes == 0,
       llvm="{r0} = load atomic {T}, ptr {0} seq_cst, align {T_bytes}")  # fmt: skip
define("atomic_store", "ptr T ->", types=WORDS, effect="writes",
       doc="a sequentially consistent store, aligned",
       evaluate=lambda b, m, p, x: m.store(b["T"], p, x), defined=lambda b, p, x: p % b["T"].bytes == 0,
       llvm="store atomic {T} {1}, ptr {0} seq_cst, align {T_bytes}")  # fmt: skip
define("memory_copy", "ptr ptr i64 ->", effect="writes",
       doc="copy bytes to the first address from the second; the regions must not overlap",
       defined=lambda b, to, source, n: n <= abs(to - source),
       evaluate=lambda b, m, to, source, n: m.copy(to, source, n),
       llvm="call void @llvm.memcpy.p0.p0.i64(ptr {0}, ptr {1}, i64 {2}, i1 false)")  # fmt: skip
define("memory_move", "ptr ptr i64 ->", effect="writes",
       doc="copy bytes to the first address from the second; the regions may overlap",
       evaluate=lambda b, m, to, source, n: m.copy(to, source, n),
       llvm="call void @llvm.memmove.p0.p0.i64(ptr {0}, ptr {1}, i64 {2}, i1 false)")  # fmt: skip
define("memory_fill", "ptr i8 i64 ->", effect="writes",
       doc="set that many bytes to the value",
       evaluate=lambda b, m, p, x, n: m.fill(p, x, n),
       llvm="call void @llvm.memset.p0.i64(ptr {0}, i8 {1}, i64 {2}, i1 false)")  # fmt: skip
define("memory_compare", "ptr ptr i64 -> i32", effect="reads",
       doc="negative, zero or positive as the first region sorts before, with or after the second",
       evaluate=lambda b, m, p, q, n: m.compare(p, q, n),
       llvm="{r0} = call i32 @memcmp(ptr {0}, ptr {1}, i64 {2})")  # fmt: skip
define("stack_slot", "i64 -> ptr", effect="writes",
       doc="so many bytes (a constant) of native stack, aligned to 16, the same until the function ends",
       evaluate=lambda b, m, n: m.slot(n),
       llvm="{r0} = alloca i8, i64 {0}, align 16")  # fmt: skip
