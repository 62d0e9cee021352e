"""The numbers that the sources in Forth share with native code and the driver, as Forth: `sources/numbers.fs`.

    python -m cupola.languages.forth.making.numbers > src/cupola/languages/forth/sources/numbers.fs

What may be touched: another number that a file of `sources` needs is a row of `NUMBERS`. A test compares the file.
"""

from __future__ import annotations

from cupola.languages.forth import constants
from cupola.languages.forth.driver import keys

HEAD = """\\ Numbers that native code and the driver use, too. Made of constants.py and keys.py, by
\\ `python -m cupola.languages.forth.making.numbers`; do not edit. Names in parentheses are private to the system.
"""
NUMBERS = {
    "(pad-size)": constants.BLOCK_BUFFERS_AT - constants.PAD_BUFFER,
    # both stacks share one region: what lies in neither, and what is always left between them, is nobody's
    "(stack-cells)": constants.STACKS_BYTES // 8 - constants.SLACK_CELLS - constants.PAD_CELLS,
    "(most-locals)": constants.MOST_LOCALS,
    "(most-searched)": constants.MAX_ORDER,
    "(most-floats)": constants.MAX_FLOATS,
    "(first-key)": keys.FIRST_KEY,
    **{f"k-{name}": keys.FIRST_KEY + place for place, name in enumerate(keys.KEYS)},
    "k-shift-mask": keys.SHIFT,
    "k-alt-mask": keys.ALT,
    "k-ctrl-mask": keys.CTRL,
}


def text() -> str:
    """The file."""
    return HEAD + "\n" + "".join(f"{number} constant {name}\n" for name, number in NUMBERS.items())


if __name__ == "__main__":
    print(text(), end="")
