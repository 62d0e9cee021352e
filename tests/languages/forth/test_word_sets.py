"""Every word of Forth-2012 is there, word set by word set, and ENVIRONMENT? says so; XCHAR is not offered."""

from __future__ import annotations

import pytest

import cupola

# The words that the standard lists for each word set (chapters 6 to 17), without those of CORE, which another test has.
WORD_SETS = {
    "double": r"""
2constant 2literal 2variable d+ d- d. d.r d0< d0= d2* d2/ d< d= d>s dabs dmax dmin dnegate m*/ m+
""",
    "double ext": r"""
2rot 2value du<
""",
    "exception": r"""
catch throw abort abort"
""",
    "facility": r"""
at-xy key? page
""",
    "facility ext": r"""
+field begin-structure cfield: ekey ekey>char ekey>fkey ekey? emit? end-structure field: k-alt-mask
k-ctrl-mask k-delete k-down k-end k-f1 k-f10 k-f11 k-f12 k-f2 k-f3 k-f4 k-f5 k-f6 k-f7 k-f8 k-f9 k-home
k-insert k-left k-next k-prior k-right k-shift-mask k-up ms time&date
""",
    "locals": r"""
(local) to
""",
    "locals ext": r"""
locals| {:
""",
    "memory": r"""
allocate free resize
""",
    "tools": r"""
.s ? dump see words
""",
    "tools ext": r"""
;code ahead assembler bye code cs-pick cs-roll forget n>r name>compile name>interpret name>string nr> state
synonym traverse-wordlist [defined] [else] [if] [then] [undefined]
""",
    "string": r"""
-trailing /string blank cmove cmove> compare search sliteral
""",
    "string ext": r"""
replaces substitute unescape
""",
    "core ext": r"""
.( .r 0<> 0> 2>r 2r> 2r@ :noname <> ?do action-of again buffer: c" case compile, defer defer! defer@ endcase
endof erase false hex holds is marker nip of pad parse parse-name pick refill restore-input roll s\"
save-input source-id to true tuck u.r u> unused value within [compile] \
""",
    "file": r"""
bin close-file create-file delete-file file-position file-size include-file included open-file r/o r/w
read-file read-line reposition-file resize-file w/o write-file write-line
""",
    "file ext": r"""
file-status flush-file include rename-file require required
""",
    "block": r"""
block buffer empty-buffers flush load save-buffers update
""",
    "block ext": r"""
list scr thru blk
""",
    "search-order": r"""
definitions find forth-wordlist get-current get-order search-wordlist set-current set-order wordlist
""",
    "search-order ext": r"""
also forth only order previous
""",
    "floating": r"""
>float d>f f! f* f+ f- f/ f0< f0= f< f>d f@ falign faligned fconstant fdepth fdrop fdup fliteral float+
floats floor fmax fmin fnegate fover frot fround fswap fvariable represent
""",
    "floating ext": r"""
df! df@ dfalign dfaligned dffield: dfloat+ dfloats f** f. f>s fabs facos facosh falog fasin fasinh fatan
fatan2 fatanh fcos fcosh fe. fexp fexpm1 ffield: fln flnp1 flog fs. fsin fsincos fsinh fsqrt ftan ftanh
ftrunc fvalue f~ precision s>f set-precision sf! sf@ sfalign sfaligned sffield: sfloat+ sfloats
""",
}
QUERIES = {"memory": "memory-alloc"}  # sets that ENVIRONMENT? knows by another name


@pytest.mark.parametrize("word_set", WORD_SETS)
def test_the_word_set_is_complete(word_set: str) -> None:
    with cupola.VM("forth") as vm:
        assert [name for name in WORD_SETS[word_set].split() if vm.system.find(name) < 0] == []


@pytest.mark.parametrize("word_set", WORD_SETS)
def test_the_system_says_that_it_has_the_word_set(word_set: str) -> None:
    base, _, extension = word_set.partition(" ")
    query = f"{QUERIES.get(base, base)}-{extension}".rstrip("-")
    with cupola.VM("forth") as vm:
        vm.run(f's" {query}" environment? . .')
        assert vm.take_output() == "-1 -1 "


def test_a_word_set_that_is_not_there_is_not_offered() -> None:
    with cupola.VM("forth") as vm:
        vm.run('s" XCHAR" environment? .')
        assert vm.take_output() == "0 "
