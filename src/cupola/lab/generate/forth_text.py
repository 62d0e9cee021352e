"""A Forth source text as somebody could have written it, of any number of lines, made from a seed.

What is measured with it is text interpretation: each definition is short, says what it does in comments, and uses words
that were defined before: colon definitions, constants, variables, values, tables, words with DOES>. Each generated word
takes 0 to 2 cells and leaves one, whatever they are; how much it runs is counted, so that the words which the last
lines run cost next to nothing. The last line prints a checksum of all these results. Same seed, same text.

The text is standard Forth for cells of 64 bits, and means the same to every system that has them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass


def names_in(text: str) -> list[str]:
    return text.split()


VERBS = names_in(
    "add apply build check clear close count draw fetch fill find flush init insert join load lookup merge move open "
    "parse pop print push read remove reset scale scan send set shift show skip sort split start stop store sum swap "
    "sync take test trim update write"
)
ADJECTIVES = names_in(
    "active all base big bound busy cached clean cold current dirty empty even extra fast final first free full hot "
    "idle inner last late left local long low lower main max min near new next odd old open outer plain prior ready "
    "right round safe short slow small spare stale total upper valid warm whole wide"
)
NOUNS = names_in(
    "account address array bit block body box buffer byte cache cell char client clock code color column cost count "
    "cursor device digit edge entry event field file flag frame graph group handle head index item job key kind label "
    "lane layer length level limit line link list lock log map mark mask menu message mode name node offset order "
    "owner packet page pair part path pixel point pool port price queue rate record region report request result ring "
    "route row rule sample score screen sector segment server session shape signal size slot source span speed stack "
    "state step stock stream string sum table tag target task text tick time token total track tree unit user value "
    "vector view volume weight width window word zone"
)
WORDS_OF_COMMENTS = names_in(
    "the a of and to in for with this that from when each is are not only after before next last value values result "
    "caller keeps leaves takes needs checks first once more than one two all other same see also"
)
BINARY = ("+", "-", "*", "and", "or", "xor", "min", "max", "+", "-", "over +", "swap -", "2dup xor nip +")
UNARY = ("1+", "1-", "2*", "negate", "invert", "abs", "dup *", "dup 3 + xor", "2/", "0 max")
COMPARISONS = ("<", ">", "=", "<>", "u<")
TESTS = ("0<", "0=", "dup 0> and", "1 and", "dup 7 and 3 =")
TAKEN = names_in(
    "close-file open-file read-file write-file read-line write-line flush-file init-buffer list-map"
)
"""Names that systems have words of."""
MOST_WORK = 400  # instructions that a generated word may run
MOST_RUN = 200  # words that the last lines run
MASK = 0x3FFFFFFF


@dataclass(frozen=True)
class Word:
    """A word that the text has defined: how many cells it takes, and how many instructions it runs; it leaves one."""

    name: str
    takes: int
    work: int


class Writer:
    """Writes the text; `lines` is what there is of it so far."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.lines: list[str] = []
        self.words: list[Word] = []
        self.constants: list[str] = []
        self.variables: list[str] = []
        self.values: list[str] = []
        self.fields: list[str] = []
        self.names = set(TAKEN)

    # --- names and comments ---------------------------------------------------------------------------------------

    def name(self, *lists: list[str]) -> str:
        """A name that nobody has yet: one word of each list, with hyphens between, 5 to 20 characters."""
        while True:
            parts = [self.chance.choice(each) for each in lists]
            if self.chance.random() < 0.2:
                parts.append(str(self.chance.randrange(2, 100)))
            name = "-".join(parts)
            if not 5 <= len(name) <= 20:
                continue
            if name in self.names:
                name += f"-{len(self.names)}"
            if len(name) > 20 or name in self.names:
                continue
            self.names.add(name)
            return name

    def phrase(self) -> str:
        """A sentence without meaning, as in a comment."""
        count = self.chance.randrange(3, 10)
        words = [self.chance.choice([*WORDS_OF_COMMENTS, *NOUNS]) for _ in range(count)]
        return " ".join(words).capitalize() + "."

    def number(self) -> str:
        """A number: small ones are the most frequent, a few are hexadecimal."""
        kind = self.chance.random()
        if kind < 0.6:
            return str(self.chance.randrange(0, 33))
        if kind < 0.9:
            return str(self.chance.randrange(33, 10_000))
        return f"${self.chance.randrange(256, 65536):x}"

    # --- data ---------------------------------------------------------------------------------------------------------

    def data(self) -> None:
        """A few lines of constants, variables, values, a table, or fields."""
        kind = self.chance.random()
        if self.chance.random() < 0.5:
            self.lines.append(f"\\ {self.phrase()}")
        for _ in range(self.chance.randrange(1, 4)):
            if kind < 0.4:
                self.constants.append(self.name(ADJECTIVES, NOUNS))
                self.lines.append(f"{self.number()} constant {self.constants[-1]}")
            elif kind < 0.7:
                self.variables.append(self.name(ADJECTIVES, NOUNS))
                setting = f"   {self.number()} {self.variables[-1]} !" if self.chance.random() < 0.5 else ""
                self.lines.append(f"variable {self.variables[-1]}{setting}")
            elif kind < 0.85:
                self.values.append(self.name(NOUNS, NOUNS))
                self.lines.append(f"{self.number()} value {self.values[-1]}")
            elif kind < 0.95:
                self.table()
            else:
                self.family()
        self.lines.append("")

    def table(self) -> None:
        """Eight cells of data, and the word that looks one up."""
        name = self.name(NOUNS, ["table", "list", "map"])
        cells = " ".join(f"{self.number()} ," for _ in range(8))
        self.lines.append(f"create {name}  {cells}")
        word = self.name(NOUNS, ["of", "at", "from"], NOUNS)
        self.lines.append(f": {word} ( n -- x )  7 and cells {name} + @ ;")
        self.words.append(Word(word, 1, 6))

    def family(self) -> None:
        """A word that defines words, and some that it defines."""
        definer = self.name(NOUNS, ["field", "adder"])
        self.lines.append(f": {definer} ( n -- )  create , does> ( n a-addr -- x ) @ + ;")
        for _ in range(self.chance.randrange(2, 5)):
            word = self.name(NOUNS, NOUNS)
            self.lines.append(f"{self.number()} {definer} {word}")
            self.words.append(Word(word, 1, 6))

    # --- definitions --------------------------------------------------------------------------------------------------

    def definition(self) -> None:
        """A colon definition of 3 to 8 lines, with its stack comment."""
        name = self.name(VERBS, *self.chance.choice(([NOUNS], [ADJECTIVES, NOUNS], [NOUNS, NOUNS])))
        takes = self.chance.choice((0, 1, 1, 2))
        if self.chance.random() < 0.4:
            self.lines.append(f"\\ {self.phrase()}")
        before = ("", "n ", "n1 n2 ")[takes]
        self.lines.append(f": {name} ( {before}-- x )")
        depth, work = takes, 2
        for _ in range(self.chance.randrange(1, 6)):
            text, depth, more = self.statement(depth, MOST_WORK - work)
            work += more
            if self.chance.random() < 0.08:
                text += f"   \\ {self.phrase()}"
            self.lines += text.split("\n")
        if depth == 0:
            self.lines.append(f"   {self.number()} ;")
        else:
            self.lines.append(
                "   " + " ".join([*(self.chance.choice(("+", "xor", "-")) for _ in range(depth - 1)), ";"])
            )
        self.lines.append("")
        self.words.append(Word(name, takes, work + 4))

    def statement(self, depth: int, room: int) -> tuple[str, int, int]:
        """One line of a definition, or a few: the text, the cells on the stack after it, the instructions it runs."""
        kinds = [self.straight, self.straight, self.straight]
        if depth > 0:
            kinds += [self.branch, self.branch, self.choice, self.store]
        if room > 100:
            kinds += [self.loop, self.loop, self.until]
        kinds += [self.text]
        return self.chance.choice(kinds)(depth, room)

    def run(self, depth: int, room: int, count: int) -> tuple[list[str], int, int]:
        """`count` things one after the other, from a stack of `depth` cells of its own."""
        out: list[str] = []
        work = 0
        for _ in range(count):
            text, depth, more = self.thing(depth, room - work)
            out.append(text)
            work += more
        return out, depth, work

    def thing(self, depth: int, room: int) -> tuple[str, int, int]:
        """A word or a few that belong together: the text, the cells then, the instructions it runs."""
        pick = self.chance.random()
        if depth < 1 or (depth < 4 and pick < 0.3):
            return self.source(), depth + 1, 2
        if pick < 0.65:
            word = self.earlier(depth, room)
            if word is not None:
                return word.name, depth - word.takes + 1, word.work + 2
        if depth > 1 and pick < 0.85:
            return self.chance.choice(BINARY), depth - 1, 3
        return self.chance.choice(UNARY), depth, 2

    def source(self) -> str:
        """Something that pushes a cell."""
        pick = self.chance.random()
        if pick < 0.3 and self.constants:
            return self.recent(self.constants)
        if pick < 0.55 and self.variables:
            return f"{self.recent(self.variables)} @"
        if pick < 0.65 and self.values:
            return self.recent(self.values)
        return self.number()

    def recent(self, names: list[str]) -> str:
        """One of the names: half of the time one of the last 20, as programs are."""
        return self.chance.choice(names[-20:] if self.chance.random() < 0.5 else names)

    def earlier(self, depth: int, room: int) -> Word | None:
        """A word defined before that fits the stack and does not run for too long, if one is found."""
        for _ in range(4):
            if not self.words:
                return None
            word = self.chance.choice(self.words[-30:] if self.chance.random() < 0.5 else self.words)
            if word.takes <= depth and word.work + 2 <= min(room, MOST_WORK // 4):
                return word
        return None

    def straight(self, depth: int, room: int) -> tuple[str, int, int]:
        out, depth, work = self.run(depth, room, self.chance.randrange(4, 12))
        return "   " + " ".join(out), depth, work

    def branch(self, depth: int, room: int) -> tuple[str, int, int]:
        """IF ... THEN, or IF ... ELSE ... THEN."""
        if depth > 1 and self.chance.random() < 0.5:
            condition, depth = f"2dup {self.chance.choice(COMPARISONS)}", depth
        else:
            condition = f"dup {self.chance.choice(TESTS)}"
        yes, first, work = self.run(depth, room // 2, self.chance.randrange(2, 6))
        yes += ["drop"] * (first - depth) + ["dup"] * (depth - first)
        if self.chance.random() < 0.5:
            return f"   {condition} if {' '.join(yes)} then", depth, work + 5
        no, second, more = self.run(depth, room // 2, self.chance.randrange(2, 6))
        no += ["drop"] * (second - depth) + ["dup"] * (depth - second)
        return (
            f"   {condition} if\n      {' '.join(yes)}\n   else\n      {' '.join(no)}\n   then",
            depth,
            work + more + 6,
        )

    def choice(self, depth: int, room: int) -> tuple[str, int, int]:
        """CASE on the lowest two bits of the topmost cell."""
        cases = [f"      {each} of {self.source()} endof" for each in range(self.chance.randrange(2, 4))]
        return "\n".join(["   3 and case", *cases, "      7 swap", "   endcase"]), depth, 12

    def loop(self, depth: int, room: int) -> tuple[str, int, int]:
        """A counted loop that adds something up."""
        rounds = self.chance.randrange(2, 6)
        out, inner, work = self.run(1, room // rounds - 6, self.chance.randrange(2, 6))
        out += ["+"] * (inner - 1)
        return (
            f"   {self.source()} {rounds} 0 do\n      i + {' '.join(out)}\n   loop",
            depth + 1,
            (work + 6) * rounds + 4,
        )

    def until(self, depth: int, room: int) -> tuple[str, int, int]:
        """BEGIN ... WHILE ... REPEAT: a few rounds."""
        rounds = self.chance.randrange(2, 5)
        return f"   {rounds} begin dup while 1- repeat {self.source()} +", depth + 1, rounds * 6 + 6

    def store(self, depth: int, room: int) -> tuple[str, int, int]:
        """A cell goes to a variable or a value."""
        if self.variables and self.chance.random() < 0.7:
            return f"   dup {self.recent(self.variables)} {self.chance.choice(('!', '+!'))}", depth, 3
        if self.values:
            return f"   dup to {self.recent(self.values)}", depth, 3
        return "   dup drop", depth, 2

    def text(self, depth: int, room: int) -> tuple[str, int, int]:
        """The length of a string, or its first character."""
        return f'   s" {self.phrase()}" {self.chance.choice(("nip", "drop c@"))}', depth + 1, 4

    # --- the end ------------------------------------------------------------------------------------------------------

    def ending(self) -> None:
        """Run some words, and print what comes of them."""
        self.lines += [
            "\\ The checksum: each result is put into it.",
            "variable checksum",
            f": check-result ( x -- )  checksum @ 31 * + {MASK} and checksum ! ;",
            "",
        ]
        for each in self.chance.sample(self.words, min(MOST_RUN, len(self.words))):
            given = " ".join(str(self.chance.randrange(100)) for _ in range(each.takes))
            self.lines.append(f"{given} {each.name} check-result".strip())
        self.lines += ["checksum @ . cr", ""]


def forth_text(lines: int, seed: int = 1) -> str:
    """A text of at least that many lines, and hardly more."""
    writer = Writer(seed)
    writer.lines += ["\\ Made by cupola.lab.forth_text; do not edit.", ""]
    while len(writer.lines) + 5 + min(MOST_RUN, len(writer.words)) < lines:
        if writer.chance.random() < 0.15 or len(writer.constants) < 5:
            writer.data()
        else:
            writer.definition()
    writer.ending()
    return "\n".join(writer.lines)
