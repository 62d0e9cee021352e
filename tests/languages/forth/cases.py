"""The cases of errors.txt, and those that only a program can write: long lines, strange bytes, file loops."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from cupola.languages.forth.constants import LOW
from cupola.languages.forth.vm import DEFAULT_MEMORY

ERRORS = Path(__file__).parent / "errors.txt"
ANY = "any"  # some error
END = LOW + DEFAULT_MEMORY  # the address behind the last byte of the data space
SAFE = "safe"  # whatever it does, it does it on every engine, and does not crash


@dataclass
class Case:
    """A program and what is expected of it; the format of errors.txt explains the fields."""

    name: str
    source: str
    expect: int | str | None  # a THROW code, ANY, SAFE, or None for no error
    output: str | None = None
    message: str | None = None
    line: int | None = None
    backtrace: tuple[str, ...] | None = None
    backtrace_starts: tuple[str, ...] | None = None


def read_cases(text: str) -> list[Case]:
    """Read the text form; a fact that is not known, or a case without an expectation, is a ValueError."""
    cases = []
    for block in text.split("\n=== ")[1:]:
        block = block.split("\n# ----")[0]
        head, separator, source = block.partition("\n---\n")
        name, *facts = head.split("\n")
        case = Case(name, source.strip("\n").replace("{end}", str(END)) + "\n", SAFE)
        known = False
        for fact in facts:
            known |= read_fact(case, fact)
        if not separator or not known:
            raise ValueError(f"case {name!r}: expected `throw N`, `ok` or `safe`, a line `---`, and a source")
        cases.append(case)
    return cases


def read_fact(case: Case, fact: str) -> bool:
    """Put one line of a case's head into the case; True when it says how the program ends."""
    key, _, value = fact.partition(" ")
    match key:
        case "throw":
            case.expect = ANY if value == ANY else int(value)
        case "ok":
            case.expect = None
        case "safe":
            case.expect = SAFE
        case "output":
            case.output = value
        case "message":
            case.message = value
        case "line":
            case.line = int(value)
        case "backtrace":
            case.backtrace = () if value == "-" else tuple(value.split())
        case "backtrace-starts":
            case.backtrace_starts = tuple(value.split())
        case _:
            raise ValueError(f"case {case.name!r}: unknown fact {fact!r}")
    return key in {"throw", "ok", "safe"}


def nested(count: int, opening: str, closing: str) -> str:
    """A definition with `count` control structures in each other."""
    return ": x  " + f"{opening} " * count + f"{closing} " * count + ";"


def long_cases() -> list[Case]:
    """Sources that are long in one way or another."""
    name = "n" * 10_000_000
    return [
        Case("a line of 100 KB of blanks", " " * 100_000 + "1 .", None, "1"),
        Case("a line of 100 KB of words", "1 drop " * 15_000 + "2 .", None, "2"),
        Case("a line of 1 MB in a comment", "1 . \\ " + "x" * 1_000_000 + "\n2 .", None, "1 2"),
        Case("a comment of 100,000 lines", "(" + "\n comment" * 100_000 + ") 3 .", None, "3"),
        Case("100,000 empty lines", "\n" * 100_000 + "no-such-word", -13, line=100_001),
        Case("an unknown word of 10 MB", name, ANY),
        Case("a definition with a name of 10 MB", f": {name} 1 ;", ANY),
        Case("CREATE of a name of 10 MB", f"create {name}", ANY),
        Case("a name of 31 characters", f": {'n' * 31} 5 . ;\n{'n' * 31}", None, "5"),
        Case("a number of 10 MB", "1" * 10_000_000, SAFE),
        Case("WORD of more than a counted string holds", f"bl word {'w' * 300}", -18),
        Case("WORD of as much as a counted string holds", f"bl word {'w' * 255} c@ .", None, "255"),
        Case('C" of more than a counted string holds', f': x  c" {"w" * 300}" ;', -18),
        Case("[DEFINED] of a long name", f"[defined] {'w' * 300}", ANY),
        Case("a text of 100 KB", f's" {"t" * 100_000}" nip .', None, "100000"),
        Case("a text of 100 KB in a definition", f': x  s" {"t" * 100_000}" nip . ;\nx', None, "100000"),
        Case("a definition of 100,000 instructions", ": x  0 " + "1+ " * 100_000 + ";\nx .", None, "100000"),
        Case("a definition of 1,000,000 instructions", ": x  0 " + "1+ " * 1_000_000 + ";\nx .", SAFE),
        Case("200 IFs in each other", nested(200, "1 if", "then") + " x 5 .", SAFE),
        Case("100,000 IFs in each other", nested(100_000, "1 if", "then"), SAFE),
        Case("100,000 loops in each other", nested(100_000, "1 0 do", "loop"), SAFE),
        Case("100,000 BEGINs in each other", nested(100_000, "begin", "1 until"), SAFE),
        Case("100,000 CASEs in each other", nested(100_000, "1 case 1 of", "endof endcase"), SAFE),
        Case("100,000 [IF]s in each other", "0 [if] " * 100_000 + "[then] " * 100_000 + "7 .", None, "7"),
        Case("10,000 branches of one CASE",
             ": x  case " + "".join(f"{i} of {i + 1} endof " for i in range(10_000)) + "0 swap endcase ;\n"
             "9999 x .", None, "10000"),
        Case("20,000 definitions",
             "".join(f": w{i}  {i} ;\n" for i in range(20_000)) + "w19999 .", None, "19999"),
        Case("overflow by 10,000 numbers behind a word of unknown effect",
             ": x  0 ?dup " + "1 " * 10_000 + ";\n: y  begin x again ;\ny", -3, backtrace=("x", "y")),
        Case("overflow by 60 numbers in each of 200 branches",
             ": x  " + ("1 " * 60 + "1 if then ") * 200 + ";\n: y  begin x again ;\ny", -3,
             backtrace=("x", "y")),
        Case("a word that takes 65,541 cells", ": x  " + "drop " * 65_541 + ";\n"
             ": y  65541 0 do i loop x drop ;\n1 2 y .\ny", -4, output="1", backtrace=("y",)),
        Case("a word that takes 65,541 cells, with fewer", ": x  " + "drop " * 65_541 + ";\n"
             ": y  65540 0 do i loop x ;\ny", -4, backtrace=("x", "y")),
        Case("500 definitions of one name", ": x  1 ;\n" + ": x  x 1+ ;\n" * 500 + "x .", None, "501"),
    ]  # fmt: skip


def byte_cases() -> list[Case]:
    """Sources with characters that are no letters; they are given as text."""
    cases = [
        Case("a NUL between words", "1 \0 2 .", SAFE),
        Case("a NUL in a word", "1 du\0p .", SAFE),
        Case("a NUL in a text", 's" a\0b" nip .', None, "3"),
        Case("control characters between words", "1\t2\v3\f4 .s", SAFE),
        Case("lines that end in CR LF", "1 .\r\n: x  2 . ;\r\nx\r\n", None, "1 2"),
        Case("a word of other letters", ": größe  5 ;\ngröße .", None, "5"),
        Case("an unknown word of other letters", "größe", -13, message="größe"),
        Case("a text of other letters has bytes", 's" größe" nip .', None, "7"),
        Case("a byte-order mark", "\ufeff1 .", SAFE),
        Case("a text of half a letter", 's" ö" drop 1 type', SAFE),
    ]
    for seed in range(20):
        letters = random.Random(seed)
        text = "".join(chr(letters.choice([10, 32, 32, letters.randrange(256)])) for _ in range(400))
        cases.append(Case(f"random characters, seed {seed}", text, SAFE))
    return cases


FILES: dict[str, tuple[dict[str, bytes], int | str | None, str | None]] = {
    "a file that includes itself": ({"main.fs": b"include ./main.fs\n"}, ANY, None),
    "two files that include each other": (
        {"main.fs": b"include ./other.fs\n", "other.fs": b"include ./main.fs\n"}, ANY, None),
    "a file that requires itself": ({"main.fs": b"require ./main.fs\n1 .\n"}, SAFE, None),
    "a file of bytes that are no UTF-8": ({"main.fs": b"\xff\xfe\x80 1 .\n"}, -13, None),
    "a text of bytes that are no UTF-8": ({"main.fs": b's" \xff\xfe\x80" nip .\n'}, None, "3"),
    "an error in a file that was loaded": (
        {"main.fs": b"1 .\ninclude ./other.fs\n2 .\n", "other.fs": b"\n0 @\n"}, -9, "1"),
    "a definition that goes on after the file": (
        {"main.fs": b"include ./other.fs 2 ; x .\n", "other.fs": b": x  1 drop\n"}, SAFE, None),
    "an [IF] that goes on after the file": (
        {"main.fs": b"include ./other.fs\n1 [then]\n", "other.fs": b"0 [if]\n"}, -58, None),
    "a comment that goes on after the file": (
        {"main.fs": b"include ./other.fs\n1 ) 2 .\n", "other.fs": b"( open\n"}, SAFE, None),
    "a file of nothing but NUL": ({"main.fs": b"\0" * 10_000}, SAFE, None),
    "a file of 1 MB of random bytes": ({"main.fs": random.Random(1).randbytes(1_000_000)}, SAFE, None),
    "a library as a source": ({"main.fs": b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0>\0"}, SAFE, None),
}  # fmt: skip
"""Name -> (the files, the expected end of loading main.fs, the expected output)."""

CASES = [*read_cases(ERRORS.read_text(encoding="utf-8")), *long_cases(), *byte_cases()]
