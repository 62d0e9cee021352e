"""The guest code that the system itself is made of: words that are more than one instruction.

`PIECES` is assembled when a VM is made, in this order. An item is the name of an instruction, or (name,
operand), or a label (a name with a colon behind it). The operand of a branch is a label, that of `call` the
name of a piece. Pieces whose names are in parentheses are for the system alone: they get no entry in the hash
table.
"""

from __future__ import annotations

from cupola.languages.forth.constants import COMPILE_ONLY, IMMEDIATE

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    Item = str | tuple[str, str]


class Piece:
    """One word in guest code: its name, its items, and its flags (`constants.IMMEDIATE` ...)."""

    def __init__(self, name: str, items: tuple[Item, ...], flags: int = 0) -> None:
        self.name = name
        self.items = items
        self.flags = flags

    @property
    def is_hidden(self) -> bool:
        """Whether programs cannot find it."""
        return self.name.startswith("(") and self.name.endswith(")")


def including(ask: str) -> tuple[Item, ...]:
    """INCLUDED, REQUIRED or INCLUDE-FILE, by the instruction that asks the driver for the file."""
    return (
        "push source",
        ask,
        "take file",
        ("?branch", "nothing"),
        ("call", "(interpret text)"),
        "nothing:",
        "pop source",
        "exit",
    )


def reading_locals(form: str) -> tuple[Item, ...]:
    """A word that reads the names of locals, over any number of lines; `form` is one of `locals.FORMS`."""
    return (
        ("begin locals", form),
        "again:",
        "take locals",
        ("?branch", "end"),
        ("call", "refill"),
        "more locals",
        ("branch_back", "again"),
        "end:",
        "exit",
    )


PIECES = (
    # What a token runs that has no code: word 0, a deferred word that was not set, a definition that failed.
    Piece("(no code)", (("lit32", "-13"), "throw", "exit")),
    # What runs the words that `interpret step` stops at: one line, then a whole text.
    Piece(
        "(interpret)",
        (
            "again:",
            "interpret step",
            ("?branch", "end"),
            "execute",
            ("branch_back", "again"),
            "end:",
            "exit",
        ),
    ),
    Piece(
        "(interpret text)",
        (
            "again:",
            "next line",
            ("?branch", "end"),
            ("call", "(interpret)"),
            ("branch_back", "again"),
            "end:",
            "exit",
        ),
    ),
    # Where the driver starts: a text that it has set as the source; a word whose token it has pushed.
    Piece("(run)", (("call", "(interpret text)"), "done")),
    Piece("(call)", ("execute", "done")),
    # Where words that CATCH called return to: VM.catch_end is its address, `catch_frames.CATCH_SITE` its
    # site.
    Piece("(catch-end)", ("catch end",)),
    # What runs instead of a primitive that is for definitions only and not immediate.
    Piece("(only compiles)", (("lit32", "-14"), "throw", "exit")),
    Piece("evaluate", ("push source", "read string", ("call", "(interpret)"), "pop source", "exit")),
    Piece("included", including("ask file")),
    Piece("required", including("ask file once")),
    Piece("include-file", including("ask open file")),
    Piece("include", ("file name", ("call", "included"), "exit")),
    Piece("require", ("file name", ("call", "required"), "exit")),
    Piece("restore-input", ("begin restore", "end restore", "exit")),
    Piece("block", ("find block", "check request", "exit")),
    Piece("buffer", ("find buffer", "check request", "exit")),
    Piece("save-buffers", ("ask save-buffers", "check request", "exit")),
    Piece("flush", ("ask flush", "check request", "exit")),
    Piece("empty-buffers", ("ask empty-buffers", "check request", "exit")),
    Piece("open-blocks", ("ask use", "check request", "exit")),
    Piece("use", ("file name", ("call", "open-blocks"), "exit")),
    Piece("load", ("push source", "ask load", "take block", ("call", "(interpret)"), "pop source", "exit")),
    Piece("-->", ("ask next block", "take block", "exit"), IMMEDIATE),
    Piece("refill", ("ask line", "take line", "exit")),
    Piece('."', ('take ."', "type", "exit"), IMMEDIATE),
    Piece(".(", ("take .(", "type", "exit"), IMMEDIATE),
    Piece("{:", reading_locals("0"), IMMEDIATE | COMPILE_ONLY),
    Piece("{", reading_locals("1"), IMMEDIATE | COMPILE_ONLY),
    Piece("locals|", reading_locals("2"), IMMEDIATE | COMPILE_ONLY),
    Piece("driver-call", ("ask driver", "hear driver", "exit")),
    Piece(
        "see-code",
        (
            "see start",
            "again:",
            "see step",
            ("?branch", "end"),
            ("branch_back", "again"),
            "end:",
            "2drop",
            "exit",
        ),
    ),
)
