"""Keys that have no character, as terminals send them: EKEY makes numbers of them.

A number is `FIRST_KEY` plus the key's place in KEYS, with bits for the keys that were held down. The sequences are
those of ECMA-48 and xterm.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.forth.driver.streams import Input

FIRST_KEY = 1 << 24
SHIFT, ALT, CTRL = 1 << 20, 1 << 21, 1 << 22  # in the order in which xterm counts them
KEYS = (
    "left", "right", "up", "down", "home", "end", "prior", "next", "insert", "delete",
    "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
)  # fmt: skip
LETTERS = {
    "A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end",
    "P": "f1", "Q": "f2", "R": "f3", "S": "f4",
}  # fmt: skip
NUMBERS = {
    1: "home", 2: "insert", 3: "delete", 4: "end", 5: "prior", 6: "next", 7: "home", 8: "end", 11: "f1", 12: "f2",
    13: "f3", 14: "f4", 15: "f5", 17: "f6", 18: "f7", 19: "f8", 20: "f9", 21: "f10", 23: "f11", 24: "f12",
}  # fmt: skip
ESCAPE = 27
LONGEST = 16  # characters of a sequence


def read_event(input: Input) -> int:
    """The next key: a character, or the number of a key without one; -1 at the end of the input."""
    first = input.key()
    if first != ESCAPE or not input.is_ready():
        return first
    second = input.key()
    if second not in b"[O":
        return first if second < 0 else second
    text = ""
    while len(text) < LONGEST:
        char = input.key()
        if char < 0:
            break
        text += chr(char)
        if not (chr(char).isdigit() or chr(char) == ";"):
            break
    return number_of(text)


def number_of(text: str) -> int:
    """The number of the key whose sequence ends like this; that of Escape if there is none."""
    if not text:
        return ESCAPE
    numbers = [int(each) if each else 1 for each in text[:-1].split(";")] if text[:-1] else [1]
    name = NUMBERS.get(numbers[0]) if text[-1] == "~" else LETTERS.get(text[-1])
    if name is None:
        return ESCAPE
    held = numbers[1] - 1 if len(numbers) > 1 else 0
    masks = sum(mask for bit, mask in enumerate((SHIFT, ALT, CTRL)) if held >> bit & 1)
    return FIRST_KEY + KEYS.index(name) | masks
