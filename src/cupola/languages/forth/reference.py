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
from cupola.languages.forth.constants import COMPILE_ONLY, IMMEDIATE
from cupola.languages.forth.facts import flags_of
from cupola.languages.forth.image import define
from cupola.languages.forth.messages import MESSAGES
from cupola.languages.forth.pieces import PIECES

COMMAND = "python -m cupola.languages.forth.reference"
PRELUDE = Path(__file__).with_name("prelude.fs")

# The words whose definitions have no room for a docstring: those made of guest code, and control structures.
EFFECTS = {
    "evaluate": "( i*x c-addr u -- j*x ) Interpret a text.",
    "included": "( i*x c-addr u -- j*x ) Interpret a file; its name counts from the file that includes it.",
    "required": "( i*x c-addr u -- i*x ) Interpret a file, unless that was done before.",
    "include": '( i*x "name" -- j*x ) Interpret a file.',
    "require": '( i*x "name" -- i*x ) Interpret a file, unless that was done before.',
    "refill": "( -- flag ) Make the next line of the source the current one; false at its end.",
    '."': 'Compiling: ( "text<quote>" -- ) Running: ( -- ) Print the text.',
    ".(": '( "text<paren>" -- ) Print the text now.',
    "see": '( "name" -- ) Print what a word is made of.',
    "words": "( -- ) Print the names of all words, the newest first.",
    "if": "Running: ( flag -- ) Go on behind ELSE or THEN if the flag is false.",
    "else": "Go on behind THEN; here a false IF goes on.",
    "then": "The end of IF, of IF ... ELSE, or of AHEAD.",
    "ahead": "Go on behind THEN.",
    "begin": "The start of a loop that UNTIL, AGAIN or REPEAT ends.",
    "while": "Running: ( flag -- ) Go on behind REPEAT if the flag is false.",
    "until": "Running: ( flag -- ) Go back to BEGIN if the flag is false.",
    "repeat": "Go back to BEGIN.",
    "again": "Go back to BEGIN, for ever.",
    "exit": "Return from the word. Inside DO loops UNLOOP must come first.",
    "do": "Running: ( limit start -- ) The start of a counted loop, which runs at least once.",
    "?do": "Running: ( limit start -- ) The same, but do nothing if both are equal.",
    "loop": "The end of a counted loop: add 1 to the index, go back unless that is the limit.",
    "+loop": "Running: ( n -- ) The same, but add n; end when the border below the limit is crossed.",
    "leave": "Go on behind the innermost counted loop.",
    "case": "The start of a choice.",
    "of": "Running: ( x1 x2 -- | x1 ) If both are equal drop them and go on, else go on behind ENDOF.",
    "endof": "Go on behind ENDCASE.",
    "endcase": "Running: ( x -- ) The end of a choice: drop what none of its OFs took.",
}


class Word(NamedTuple):
    """A row of the word list: name, stack effect, meaning, and what it is made of."""

    name: str
    effect: str
    meaning: str
    made_of: str
    flags: int = 0


def word_list() -> list[Word]:
    """All words of a new system, by name."""
    found = {each.name: each for each in (*primitives(), *pieces(), *prelude_words())}
    return sorted(found.values(), key=lambda each: (not each.name[0].isalpha(), each.name))


def described(name: str, doc: str, made_of: str, flags: int = 0) -> Word:
    """A word by its docstring, or by `EFFECTS`."""
    doc = doc or EFFECTS[name]
    match = re.match(r"((?:(?:Compiling|Running): )(?:\( .*? \) ?)(?:Running: \( .*? \))?)\s*(.*)", doc, re.S)
    effect, meaning = (match[1].strip(), match[2]) if match else split_doc(doc)
    return Word(name, " ".join(effect.split()), meaning, made_of, flags)


def primitives() -> list[Word]:
    """The words that are one instruction."""
    return [
        described(each.facts["word"], each.doc, "instruction", flags_of(each.facts))
        for each in define().instructions
        if "word" in each.facts
    ]


def pieces() -> list[Word]:
    """The words that are guest code of the system."""
    return [
        described(each.name, "", "guest code", IMMEDIATE * each.immediate)
        for each in PIECES
        if not each.is_hidden
    ]


def prelude_words() -> list[Word]:
    """The words that are written in Forth; what stands in the lines above a definition is its meaning."""
    found = []
    comment: list[str] = []
    for line in PRELUDE.read_text(encoding="utf-8").splitlines():
        if line.startswith("\\ ") and not line.startswith(("\\ --", "\\  ")):
            comment.append(line[2:])
            continue
        constant = re.match(r"\S.* constant (\S+)$", line)
        colon = re.match(r": (\S+) (\( .*? \))", line)
        name = constant[1] if constant else colon[1] if colon else "("
        if not name.startswith("(") and not (colon and constant):
            effect = "( -- x )" if constant else colon[2] if colon else ""
            flags = IMMEDIATE if line.endswith("immediate") else 0
            found.append(Word(name, effect, " ".join(comment), "Forth", flags))
        comment = []
    return found


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
