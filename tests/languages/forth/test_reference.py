"""The generated pages of Forth are current and complete."""

from __future__ import annotations

from pathlib import Path

import pytest

import cupola
from cupola.language.reference import split_doc
from cupola.languages.forth.driver.messages import MESSAGES
from cupola.languages.forth.image import define
from cupola.languages.forth.reference import COMMAND, MEANINGS, PAGES, main, word_list

DOCS = Path(__file__).resolve().parents[3] / "docs"


# The words of Forth-2012, sections 6.1 and 6.2.
CORE_AND_EXTENSIONS = r"""
! # #> #s ' ( * */ */mod + +! +loop , - . ." / /mod 0< 0= 1+ 1- 2! 2* 2/ 2@ 2drop 2dup 2over 2swap : ; <
<# = > >body >in >number >r ?dup @ abort abort" abs align aligned allot and base begin bl c! c, c@ cell+
cells char char+ chars constant count cr create decimal depth do does> drop dup else emit environment?
evaluate execute exit fill find fm/mod here hold i if immediate invert j key leave literal loop lshift
m* max min mod move negate or over postpone quit r> r@ recurse repeat rot rshift s" s>d sign sm/rem
source space spaces state swap then type u. u< um* um/mod unloop until variable while word xor [ [']
[char] ] accept .( .r 0<> 0> 2>r 2r> 2r@ :noname <> ?do action-of again buffer: c" case compile, defer
defer! defer@ endcase endof erase false hex holds is marker nip of pad parse parse-name pick refill
restore-input roll s\" save-input source-id to true tuck u.r u> unused value within [compile] \
"""


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_current(name: str) -> None:
    page = f"docs/forth-{name}.md"
    message = f"run: {COMMAND} {name} > {page}"
    assert (DOCS / f"forth-{name}.md").read_text(encoding="utf-8") == PAGES[name](), message


def test_the_list_has_the_words_of_a_new_system_and_no_others() -> None:
    with cupola.VM("forth", physics="starforth-paper") as vm:  # then STARFORTH is searched, too
        listed = {each.name for each in word_list()}
        assert listed - {":noname"} == set(vm.words()) - {":noname"}


def test_the_core_of_the_standard_is_complete() -> None:
    listed = {each.name for each in word_list()}
    wanted = CORE_AND_EXTENSIONS.split()
    assert len(wanted) == 133 + 49
    assert [name for name in wanted if name not in listed] == []


def test_every_word_says_what_it_means() -> None:
    assert [each.name for each in word_list() if not each.meaning] == []


def test_no_meaning_is_written_for_nothing() -> None:
    words = {each.name: each for each in word_list()}
    assert [name for name in MEANINGS if name not in words] == []
    assert [name for name, text in MEANINGS.items() if not text.endswith(words[name].meaning)] == []


def test_every_instruction_and_code_has_its_row() -> None:
    instructions, throws = PAGES["instructions"](), PAGES["throws"]()
    assert all(f"\n| `{each.name}` |" in instructions for each in define().instructions)
    assert all(f"\n| {each} |" in throws for each in MESSAGES)
    assert "| `/` |  | `( n1 n2 -- n3 )` | `slow division_by_zero` | plain | floored |" in instructions
    assert "| `call` | `word: target @8` |  | `jump` | plain |" in instructions


@pytest.mark.parametrize(
    ("doc", "effect", "rest"),
    [
        ("( a -- b ) more ( here )", "( a -- b )", "more ( here )"),
        ("( x -- ) ( R: -- x )", "( x -- ) ( R: -- x )", ""),
        ("No effect.", "", "No effect."),
        ("( never closed", "", "( never closed"),
    ],
)
def test_stack_comments_are_split_off(doc: str, effect: str, rest: str) -> None:
    assert split_doc(doc) == (effect, rest)


def test_wrong_usage_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert "words|instructions|throws" in capsys.readouterr().err
