"""The superinstructions of Forth: runs of instructions that are frequent in real programs.

Chosen by counting (`tools/count_sequences.py`) over programs of all kinds, then rounded off to families: what pays with
`+` is there for its kin, too. Each costs a handler and a stencil for every number of cells in registers, about a
millisecond of compile time each at first use.
"""

from __future__ import annotations

from cupola.languages.forth import system  # noqa: F401  # defines all instructions
from cupola.languages.forth.definition import forth

BINARY_TESTS = ("=", "<>", "<", ">", "u<", "u>", "<=", ">=")
UNARY_TESTS = ("0=", "0<>", "0<", "0>")
ARITHMETIC = ("+", "-", "*", "and", "or", "xor", "lshift", "rshift")
FETCHES, STORES = ("@", "c@"), ("!", "c!")

# One run a line; words in brackets are families, a tilde stands for a blank.
RUNS = """
[test] ?branch
[test] ?branch_back
lit [binary] ?branch
lit [binary] ?branch_back
dup lit [binary] ?branch
2dup [binary] ?branch
over [binary] ?branch
dup ?branch
dup [unary] ?branch
[fetch] ?branch
[fetch] lit = ?branch
lit [arithmetic]
lit [binary]
lit + [fetch]
lit + [store]
dup lit [arithmetic]
i [arithmetic]
i [fetch]
i + [fetch]
i + [store]
i cells +
i cells + @
i cells + !
lit i +
lit i + [fetch]
lit i + c!
lit i cells +
lit i cells + @
lit i cells + !
cells +
cells + @
cells lit +
cells lit + @
over [fetch]
dup [fetch]
over [arithmetic]
over [store]
over + [fetch]
swap [store]
swap -
swap lit +
swap lit -
swap [fetch]
dup * rshift~by
dup *
dup +
[arithmetic] [fetch]
[arithmetic] [store]
[fetch] [arithmetic]
[fetch] lit [arithmetic]
* rshift~by
rshift~by lit and
fetch~at [arithmetic]
fetch~at [fetch]
fetch~at + [fetch]
fetch~at lit [arithmetic]
fetch~at [binary] ?branch
lit fetch~at +
dup fetch~at
dup store~at
lit store~at
lit add~at
cell+ swap
cell+ @
1+ swap
swap cell+ swap
swap 1+ swap
cell+ swap cell+ swap
1+ swap 1+ swap
rot rot
rot rot swap
rot swap
swap over
over swap
over over
dup >r
r> +
r> swap
r> rot
r@ +
r@ [fetch]
>r over
over @ over @ *
over @ over @
over c@ over c@ [binary] ?branch
over c@ over c@
dup 1+
dup 1-
lit exit
[arithmetic] exit
[fetch] exit
[binary] exit
drop exit
nip exit
swap exit
2drop lit exit
drop lit exit
unloop exit
drop unloop exit
lit unloop exit
2drop unloop exit
+ loop
drop loop
[store] loop
cell+ loop
1+ loop
2drop loop
lit +loop
+ branch_back
1+ branch_back
cell+ branch_back
over + branch_back
lit and loop
+ lit and
* lit +
* lit + lit and
lit * lit + lit and
[arithmetic] lit [arithmetic]
lit call
i call
j call
i j call
dup call
over call
swap call
[arithmetic] call
dup 1- call
dup 1+ call
swap lit - call
lit do
lit lit do
swap lit do
fetch~at execute
@ execute
+ @ execute
over @ + @ execute
>local >local
>local >local >local
>local local@
>local >local local@
local@ ?branch
local@ [unary] ?branch
local@ [binary] ?branch
local@ lit [binary] ?branch
local@ local@ [binary] ?branch
local@ local@
local@ [arithmetic]
local@ lit [arithmetic]
local@ local@ [arithmetic]
local@ [fetch]
local@ [store]
local@ + [fetch]
local@ local@ + [fetch]
local@ cells + @
local@ call
local@ local@ call
local@ 1- call
local@ 1+ call
local@ lit - call
local@ lit + call
[arithmetic] local!
local@ 1+ local!
local@ 1- local!
local@ [arithmetic] local!
local@ lit + local!
lit local!
local@ local!
local@ drop~locals exit
[arithmetic] drop~locals exit
drop~locals exit
[fload] [farith]
f-fetch~at f-fetch~at [farith]
f-fetch~at fdup f*
f-fetch~at f* [fadd]
fdup f*
fdup f* f+
fdup f+
fswap fdup f*
fswap fdup f* f+
fswap f-
fswap f/
fover [farith]
fover fover
fover fover [forder] ?branch
fover fswap
f- fdup f*
f* [fadd]
f+ f+
s>f [farith]
i s>f
[farith] exit
[farith] f!
[farith] f-store~at
fdup f!
fdup f-store~at
[ftest] ?branch
[fzero] ?branch
[forder] ?branch_back
fdup [fzero] ?branch
fdup flit [forder] ?branch
flit [forder] ?branch
f-fetch~at [forder] ?branch
dup f@
over f@
swap f@
lit + f@
lit + f!
dup lit + f@
over lit + f@
dup lit + f!
over lit + f!
lit + f@ [farith]
dup lit + f@ [farith]
over lit + f@ [farith]
over lit + f@ fswap f-
f-fetch~at fover f*
flit fswap f/
fdup fsqrt f*
+ f@
+ f!
cells + f@
cells + f!
i cells + f@
i cells + f!
lit i cells + f@
lit i cells + f!
f! loop
need enter
need room enter
float~need enter
float~room enter
float~need float~room
float~need float~room enter
room enter
need room
need lit
"""

FAMILIES = {
    "[test]": (*BINARY_TESTS, *UNARY_TESTS),
    "[binary]": BINARY_TESTS,
    "[unary]": UNARY_TESTS,
    "[arithmetic]": ARITHMETIC,
    "[fetch]": FETCHES,
    "[store]": STORES,
    "[fload]": ("flit", "f@", "f-fetch at"),
    "[farith]": ("f+", "f-", "f*", "f/"),
    "[fadd]": ("f+", "f-"),
    "[ftest]": ("f<", "f>", "f<=", "f>=", "f=", "f<>"),
    "[forder]": ("f<", "f>"),
    "[fzero]": ("f0=", "f0<>", "f0<", "f0>"),
}


def spell_out(run: list[str]) -> list[list[str]]:
    """All runs that a line stands for."""
    if not run:
        return [[]]
    tails = spell_out(run[1:])
    return [[head, *tail] for head in FAMILIES.get(run[0], (run[0],)) for tail in tails]


for _line in RUNS.strip().splitlines():
    for _run in spell_out(_line.split()):
        forth.superinstruction(*(name.replace("~", " ") for name in _run))
