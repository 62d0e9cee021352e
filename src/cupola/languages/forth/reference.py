"""The reference pages of Forth, made from its definitions.

python -m cupola.languages.forth.reference words > docs/forth-words.md
python -m cupola.languages.forth.reference instructions > docs/forth-instructions.md
python -m cupola.languages.forth.reference throws > docs/forth-throws.md
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import NamedTuple

from cupola.language.reference import cell, code, instruction_page, split_doc, table
from cupola.languages.forth import library
from cupola.languages.forth.constants import COMPILE_ONLY, IMMEDIATE
from cupola.languages.forth.driver.messages import MESSAGES
from cupola.languages.forth.facts import flags_of
from cupola.languages.forth.image import define
from cupola.languages.forth.making.pieces import PIECES

COMMAND = "python -m cupola.languages.forth.reference"


def read_meanings() -> dict[str, str]:
    """What `meanings.txt` says: stack comments, where a definition has none, and one line each."""
    lines = Path(__file__).with_name("meanings.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(maxsplit=1) for line in lines if line and not line.startswith("\\ ")]
    return {name: " ".join(text.split()) for name, text in rows}


MEANINGS = read_meanings()


class Word(NamedTuple):
    """A row of the word list: name, stack effect, meaning, and what it is made of."""

    name: str
    effect: str
    meaning: str
    made_of: str
    flags: int = 0


def word_list() -> list[Word]:
    """All words of a new system that WORDS shows, by name."""
    words = (*primitives(), *pieces(), *prelude_words(), *vocabularies())
    found = {each.name: each for each in words if not re.fullmatch(r"\(.+\)", each.name)}
    return sorted(found.values(), key=lambda each: (not each.name[0].isalpha(), each.name))


def described(name: str, doc: str, made_of: str, flags: int = 0) -> Word:
    """A word by its docstring, or by `MEANINGS`."""
    doc = doc or MEANINGS[name]
    match = re.match(r"((?:(?:Compiling|Running): )(?:\( .*? \) ?)(?:Running: \( .*? \))?)\s*(.*)", doc, re.S)
    effect, meaning = (match[1].strip(), match[2]) if match else split_doc(doc)
    return Word(name, " ".join(effect.split()), meaning or MEANINGS.get(name, ""), made_of, flags)


def primitives() -> list[Word]:
    """The words that are one instruction."""
    return [
        described(each.facts["word"], each.doc, "instruction", flags_of(each.facts))
        for each in define().instructions
        if "word" in each.facts
    ]


def pieces() -> list[Word]:
    """The words that are guest code of the system."""
    return [described(each.name, "", "guest code", each.flags) for each in PIECES if not each.is_hidden]


def prelude_words() -> list[Word]:
    """The words that are written in Forth; what stands in the lines above a definition is its meaning."""
    found = []
    comment: list[str] = []
    lines = [line for _, text in library.texts(library.FILES) for line in text.splitlines()]
    for line in lines:
        if line.startswith("\\ ") and not line.startswith(("\\ --", "\\  ")):
            comment.append(line[2:])
            continue
        constant = re.match(r"\S.* constant (\S+)$", line)
        vocabulary = re.match(r"vocabulary (\S+)$", line)
        colon = re.match(r": (\S+) (\( .*? \)(?: \( F: .*? \))?)", line)
        named = constant or colon or vocabulary
        name = named[1] if named else "("
        if not name.startswith("(") and not (colon and constant):
            effect = "( -- x )" if constant else colon[2] if colon else "( -- )"
            meaning = " ".join(comment) or MEANINGS.get(name, "")
            found.append(Word(name, effect, meaning, "Forth"))
        if line.endswith("; immediate"):
            found[-1] = found[-1]._replace(flags=IMMEDIATE)
        if line.endswith("; immediate compile-only"):
            found[-1] = found[-1]._replace(flags=IMMEDIATE | COMPILE_ONLY)
        comment = []
    return found


def vocabularies() -> list[Word]:
    """The vocabularies that have a file of their own; their words are no part of this list."""
    lines = [line for _, text in library.texts(library.VOCABULARIES) for line in text.splitlines()]
    names = [line.removeprefix("vocabulary ") for line in lines if line.startswith("vocabulary ")]
    return [Word(name, "( -- )", MEANINGS[name], "Forth") for name in names]


def notes(word: Word) -> str:
    """When a word may be used, and when it runs."""
    said = []
    if word.flags & IMMEDIATE:
        said.append("immediate")
    if word.flags & COMPILE_ONLY:
        said.append("compile only")
    return ", ".join(said)


def words_page() -> str:
    """The list of words."""
    words = word_list()
    lines = [
        f"<!-- Made by `{COMMAND} words > docs/forth-words.md`; do not edit. -->",
        "",
        "# The words of Forth",
        "",
        f"All {len(words)} words of a new system. Names may be written in capitals or small letters.",
        "*Made of*: one [instruction](forth-instructions.md) of the VM, guest code of the system, or Forth.",
        "[Forth on Cupola](forth.md) says what stack comments mean.",
        "",
    ]
    rows = ((code(w.name), code(w.effect), cell(w.meaning), w.made_of, notes(w)) for w in words)
    return "\n".join([*lines, *table(("word", "stack", "meaning", "made of", ""), rows)]) + "\n"


def throws_page() -> str:
    """The THROW codes."""
    lines = [
        f"<!-- Made by `{COMMAND} throws > docs/forth-throws.md`; do not edit. -->",
        "",
        "# THROW codes",
        "",
        "What a code means when nobody catches it. Codes from -1 to -79 are those of Forth-2012 (table 9.1);",
        "Cupola does not raise all of them. Others are the program's own: `uncaught exception 42`.",
        "",
    ]
    rows = ((str(each), cell(MESSAGES[each])) for each in sorted(MESSAGES, reverse=True))
    return "\n".join([*lines, *table(("code", "meaning"), rows)]) + "\n"


def instructions_page() -> str:
    """The instructions of the Forth VM."""
    return instruction_page(
        define(), "The instructions of Forth", f"{COMMAND} instructions > docs/forth-instructions.md"
    )


PAGES = {"words": words_page, "instructions": instructions_page, "throws": throws_page}


def main(arguments: list[str]) -> int:
    """Print a page; 2 for wrong usage."""
    if len(arguments) != 1 or arguments[0] not in PAGES:
        print(f"usage: {COMMAND} {'|'.join(PAGES)}", file=sys.stderr)
        return 2
    print(PAGES[arguments[0]](), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
