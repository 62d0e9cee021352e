"""Random Forth programs, by seed: well-formed ones, and broken ones.

A program is a list of lines, each run on its own in the same system: a line that fails does not keep those
after it from being run, and a failing program shrinks by lines.
"""

from __future__ import annotations

import random
from dataclasses import dataclass


def words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


NUMBERS = words("""
    0 1 -1 2 3 5 7 8 10 -2 63 64 65 255 256 4095 4096 65536 2147483647 -2147483648 2147483648 -2147483649
    4294967295 9223372036854775807 -9223372036854775808 $7fffffffffffffff %1011 'a'
""")

# Words by the cells that they take and leave.
EFFECTS = {
    (0, 1): words("depth cell bl true false"),
    (1, 0): words("drop"),
    (1, 1): words("1+ 1- 2* 2/ negate invert abs 0= 0<> 0< 0> cells cell+ char+ chars aligned"),
    (1, 2): words("dup s>d"),
    (2, 0): words("2drop"),
    (2, 1): words("+ - * and or xor = <> < > <= >= u< u> min max lshift rshift nip d>s / mod"),
    (2, 2): words("swap dnegate dabs d2* d2/ /mod um* m*"),
    (2, 3): words("over tuck"),
    (2, 4): words("2dup"),
    (3, 1): words("within */"),
    (3, 2): words("*/mod um/mod fm/mod sm/rem m+"),
    (3, 3): words("rot -rot"),
    (4, 1): words("d= d< du<"),
    (4, 2): words("d+ d- dmax dmin 2nip"),
    (4, 4): words("2swap"),
    (4, 6): words("2over"),
}
WORDS = [(name, pops, pushes) for (pops, pushes), names in EFFECTS.items() for name in names]

FLOATS = words("0e -0e 1e -1.5e 2.5e 0.1e 1e300 -1e-300 5e-324 3e8 9223372036854775808e")
# Float words by the floats that they take and leave, and those that turn floats into a cell.
FLOAT_EFFECTS = {
    (1, 0): words("fdrop"),
    (1, 1): words("fnegate fabs fsqrt f2* f2/ 1/f floor fround ftrunc"),
    (1, 2): words("fdup"),
    (2, 1): words("f+ f- f* f/ fmax fmin fnip"),
    (2, 2): words("fswap"),
    (2, 3): words("fover ftuck"),
    (2, 4): words("f2dup"),
    (3, 3): words("frot f-rot"),
}
FLOAT_WORDS = [(name, pops, pushes) for (pops, pushes), names in FLOAT_EFFECTS.items() for name in names]
FLOAT_TESTS = {1: words("f0= f0< f0> f0<>"), 2: words("f< f> f<= f>= f= f<>"), 3: words("f~")}

# What a broken program may contain besides: words that need something, do something odd, or belong elsewhere.
ODD = words("""
    if else then begin while until repeat again do ?do loop +loop leave unloop exit case of endof endcase
    i j recurse >r r> r@ 2>r 2r> 2r@ rdrop ahead [ ] literal postpone ' ['] [char] char immediate : ;
    :noname create does> variable constant value to is defer defer@ defer! action-of marker buffer: >body
    , c, allot here align unused @ ! c@ c! +! 2@ 2! count fill erase move cmove cmove> execute catch
    throw abort abort" quit pick roll ?dup evaluate find parse parse-name word source >in >number <# # #s
    sign hold holds #> . u. .r u.r .s type emit space spaces cr base hex decimal state pad s" ." c" .( (
    \\ [if] [else] [then] [defined] [undefined] compile, compile-only save-input restore-input refill
    environment? compare search /string -trailing blank dump buf w0 w1 w2 w3 nonsense 12x source-id key
    accept included required f+ f- f* f/ fdup fdrop fswap fover frot fdepth fpick f! f@ sf@ sf! f+! s>f f>s d>f f>d
    fliteral fconstant fvariable fvalue f. fs. >float represent fsin f** 1e -2.5e3 1e999 1e-999 1ee e
""")


# After a THROW as many cells are below its code as before, but nobody promises their values: here all are 0.
ZEROS = [
    ": zeros  >r  depth dup >r 0 ?do drop loop  r> 0 ?do 0 loop  r> ;",
    ": catch  catch dup if zeros then ;",
]
USE = ".s f.s"  # how a line ends that calls a word


@dataclass
class Word:
    """A word that the program has defined, and what it does to the stack."""

    name: str
    pops: int
    pushes: int
    small: bool = False  # its topmost argument must be small: it calls itself so many times


class Writer:
    """Writes code of which the depth of the stack is known at every point."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.words: list[Word] = []
        self.lines = [
            "create buf 256 allot  buf 256 erase",
            "variable v  7 value n  fvariable fv  1.5e fvalue fn",
            "defer hook  :noname ; is hook",
        ]
        self.makers = 0

    # --- code ------------------------------------------------------------------------------------------

    def number(self) -> str:
        if self.random.random() < 0.5:
            return str(self.random.randint(-20, 20))
        return self.random.choice(NUMBERS)

    def code(self, depth: int, after: int, fuel: int, loops: int = 0) -> list[str]:
        """Code that finds `depth` cells and leaves `after`."""
        out: list[str] = []
        while fuel > 0:
            fuel -= 1
            if depth > 8:
                out.append("2drop")
                depth -= 2
            elif self.random.random() < 0.3:
                more, depth = self.structure(depth, fuel // 2, loops)
                out += more
            elif depth < 2 or self.random.random() < 0.25:
                out.append(self.number())
                depth += 1
            else:
                more, depth = self.step(depth, loops)
                out += more
        while depth > after:
            out.append(self.random.choice(["drop", "drop", "nip", "+", "xor"]) if depth > 1 else "drop")
            depth -= 1
        out += [self.number() for _ in range(after - depth)]
        return out

    def step(self, depth: int, loops: int) -> tuple[list[str], int]:
        """One word that `depth` cells are enough for."""
        choice = self.random.random()
        callable_words = [each for each in self.words if each.pops <= depth]
        if callable_words and choice < 0.2:
            word = self.random.choice(callable_words)
            return (["7", "and"] if word.small else []) + [word.name], depth + word.pushes - word.pops
        if choice < 0.35:
            return self.memory(depth)
        if loops and choice < 0.45:
            return ["i" if loops < 2 or self.random.random() < 0.7 else "j"], depth + 1
        if choice < 0.55 and self.random.random() < 0.2:
            return self.floats(), depth + 1
        if choice < 0.5 and depth >= 3:
            place = str(self.random.randrange(depth))
            return ([place, "pick"], depth + 1) if self.random.random() < 0.5 else ([place, "roll"], depth)
        name, pops, pushes = self.random.choice([each for each in WORDS if each[1] <= depth])
        return [name], depth + pushes - pops

    def floats(self) -> list[str]:
        """Code that works on floats and leaves a cell; now and then one float more, or one fewer, than there were."""
        out: list[str] = []
        height = 0
        for _ in range(self.random.randint(2, 8)):
            fitting = [each for each in FLOAT_WORDS if each[1] <= height]
            if height < 2 or self.random.random() < 0.2:
                out += [
                    self.random.choice([self.random.choice(FLOATS), "fv f@", "fn", f"{self.number()} s>f"])
                ]
                height += 1
            elif self.random.random() < 0.1:
                out += [self.random.choice(["fv f!", "to fn", "fv f+!"])]
                height -= 1
            else:
                name, pops, pushes = self.random.choice(fitting)
                out.append(name)
                height += pushes - pops
        if height == 0:
            out.append("fn")
            height = 1
        taken = self.random.randint(1, min(height, 3))
        out.append(self.random.choice(FLOAT_TESTS[taken]))
        left = self.random.choice([0, 0, 0, 0, 0, 1])
        return [*out, *["fdrop"] * (height - taken - left + (self.random.random() < 0.02))]

    def memory(self, depth: int) -> tuple[list[str], int]:
        """A read or a write that is in the buffer, or a variable's."""
        place = self.random.choice([["248", "and", "buf", "+"], ["255", "and", "buf", "+"]])
        kind = self.random.randrange(6)
        if kind == 0:
            return [*place, self.random.choice(["c@", "c@", "@"] if place[0] == "248" else ["c@"])], depth
        if kind == 1 and depth >= 2:
            store = self.random.choice(["!", "+!", "c!"] if place[0] == "248" else ["c!"])
            return [*place, store], depth - 2
        if kind == 2:
            return ["v", "@"], depth + 1
        if kind == 3:
            return ["v", self.random.choice(["!", "+!"])], depth - 1
        if kind == 4:
            return ["n"], depth + 1
        return ["to", "n"], depth - 1

    def structure(self, depth: int, fuel: int, loops: int) -> tuple[list[str], int]:
        """A control structure; the same number of cells after it on every way."""
        after = max(0, depth - self.random.randrange(2) + self.random.randrange(2))
        kinds = [
            self._if,
            self._if,
            self._do,
            self._do,
            self._begin,
            self._return_stack,
            self._catch,
            self._case,
            self._execute,
        ]
        return self.random.choice(kinds)(depth, after, fuel, loops)

    def flag(self, depth: int, fuel: int, loops: int) -> list[str]:
        """Code for a condition: mostly a comparison, as in real programs."""
        if depth < 1 or self.random.random() < 0.3:
            return self.code(depth, depth + 1, min(fuel, 2), loops)
        test = self.random.choice(["=", "<>", "<", ">", "<=", ">=", "u<", "u>"])
        first = ["dup"] if depth < 2 or self.random.random() < 0.5 else ["over"]
        if self.random.random() < 0.3:
            return [*first, self.random.choice(["0=", "0<>", "0<", "0>", "1 and"])]
        return [*first, self.number(), test] if self.random.random() < 0.7 or depth < 2 else ["2dup", test]

    def _if(self, depth: int, after: int, fuel: int, loops: int) -> tuple[list[str], int]:
        flag = self.flag(depth, fuel, loops)
        if self.random.random() < 0.4:
            return [*flag, "if", *self.code(depth, depth, fuel, loops), "then"], depth
        first, second = self.code(depth, after, fuel, loops), self.code(depth, after, fuel, loops)
        return [*flag, "if", *first, "else", *second, "then"], after

    def _do(self, depth: int, after: int, fuel: int, loops: int) -> tuple[list[str], int]:
        start = self.random.choice([-3, 0, 0, 0, 5])
        limit = start + self.random.randint(0, 6)
        head = [str(limit), str(start), "?do" if limit == start or self.random.random() < 0.5 else "do"]
        body = self.code(depth, depth, fuel, loops + 1)
        if self.random.random() < 0.2:
            body += [*self.code(depth, depth + 1, 2, loops + 1), "0=", "if", "leave", "then"]
        if self.random.random() < 0.25:
            return [*head, *body, self.random.choice(["1", "2", "3"]), "+loop"], depth
        return [*head, *body, "loop"], depth

    def _begin(self, depth: int, after: int, fuel: int, loops: int) -> tuple[list[str], int]:
        count = str(self.random.randint(1, 5))
        body = self.code(depth, depth, fuel)
        choice = self.random.random()
        if choice < 0.2:
            return [count, "begin", "dup", "0>", "while", "1-", ">r", *body, "r>", "repeat", "drop"], depth
        if choice < 0.4:
            return [
                count,
                "begin",
                "1-",
                ">r",
                *body,
                "r>",
                "dup",
                self.number(),
                "<",
                "until",
                "drop",
            ], depth
        if choice < 0.7:
            return [count, ">r", "begin", *body, "r>", "1-", "dup", ">r", "0=", "until", "r>", "drop"], depth
        return [count, ">r", "begin", "r@", "0>", "while", *body, "r>", "1-", ">r", "repeat", "rdrop"], depth

    def _return_stack(self, depth: int, after: int, fuel: int, loops: int) -> tuple[list[str], int]:
        if depth < 1:
            return [self.number()], depth + 1
        if depth >= 2 and self.random.random() < 0.3:
            return [
                "2>r",
                *self.code(depth - 2, depth - 2, fuel),
                self.random.choice(["2r>", "2r@ rdrop rdrop"]),
            ], depth
        return [">r", *self.code(depth - 1, depth, fuel), "r@", "xor", "r>", "drop"], depth

    def _catch(self, depth: int, after: int, fuel: int, loops: int) -> tuple[list[str], int]:
        fitting = [each for each in self.words if each.pops <= depth and not each.small]
        if not fitting:
            return self._if(depth, after, fuel, loops)
        word = self.random.choice(fitting)
        tick = ["[']", word.name, "catch"]
        left = depth - word.pops
        drops = ["if", *["drop"] * word.pops, *[self.number()] * word.pushes, "then"]
        if self.random.random() < 0.2:
            code = str(self.random.choice([-1, -9, -10, 5, 77, 0]))
            return [*tick, *drops, code, self.random.choice(["drop", "throw"])], left + word.pushes
        return [*tick, *drops], left + word.pushes

    def _case(self, depth: int, after: int, fuel: int, loops: int) -> tuple[list[str], int]:
        out = [*self.code(depth, depth + 1, min(fuel, 2), loops), "3", "and", "case"]
        for number in range(self.random.randint(1, 3)):
            out += [str(number), "of", *self.code(depth, after, fuel // 2, loops), "endof"]
        return [*out, ">r", *self.code(depth, after, fuel // 2), "r>", "endcase"], after

    def _execute(self, depth: int, after: int, fuel: int, loops: int) -> tuple[list[str], int]:
        fitting = [each for each in self.words if each.pops <= depth and not each.small]
        if not fitting or self.random.random() < 0.3:
            return ["hook"], depth
        word = self.random.choice(fitting)
        return ["[']", word.name, "execute"], depth + word.pushes - word.pops

    # --- definitions -----------------------------------------------------------------------------------

    def define(self) -> None:
        """Add one definition of some kind."""
        kind = self.random.random()
        name = f"w{len(self.words)}"
        pops, pushes = self.random.randrange(4), self.random.randrange(3)
        if kind < 0.6:
            body = self.code(pops, pushes, self.random.randint(2, 25))
            if self.random.random() < 0.15:
                body = [
                    *self.code(pops, pops + 1, 2),
                    "if",
                    *self.code(pops, pushes, 3),
                    "exit",
                    "then",
                    *body,
                ]
            self.lines.append(f": {name}  {' '.join(body)} ;")
            self.words.append(Word(name, pops, pushes))
        elif kind < 0.75:
            inner = self.code(2, 1, self.random.randint(1, 8))
            rest = self.code(1, 1, self.random.randint(1, 6))
            twice = self.random.random() < 0.5
            more = "dup 2 - recurse swap 1- recurse" if twice else "dup 1- recurse swap"
            self.lines.append(f": {name}  dup 1 < if {' '.join(rest)} else {more} {' '.join(inner)} then ;")
            self.words.append(Word(name, 1, 1, small=True))
        elif kind < 0.85:
            self.makers += 1
            fields = self.random.randint(1, 3)
            body = self.code(1, pushes, self.random.randint(1, 8))
            self.lines.append(f": make{self.makers}  create {', ' * fields}does> @ {' '.join(body)} ;")
            self.lines.append(f"{' '.join(self.number() for _ in range(fields))} make{self.makers} {name}")
            self.words.append(Word(name, 0, pushes))
        elif kind < 0.92:
            body = self.code(0, 0, 4)
            self.lines.append(f":noname {' '.join(body)} ; is hook")
        else:
            throws = ["-1", "-4", "-9", "-10", "3", "123456"]
            test = self.code(pops, pops + 1, 3)
            code = self.random.choice(throws)
            rest = self.code(pops, pushes, 3)
            self.lines.append(f": {name}  {' '.join(test)} 1 and if {code} throw then {' '.join(rest)} ;")
            self.words.append(Word(name, pops, pushes))

    def use(self) -> None:
        """Call a word, now and then with too little on the stack."""
        word = self.random.choice(self.words)
        count = word.pops if self.random.random() < 0.9 else self.random.randrange(3)
        arguments = [self.number() for _ in range(count)]
        if word.small and arguments:
            arguments[-1] = str(self.random.randrange(9))
        self.lines.append(f"{' '.join(arguments)} {word.name} {USE}".strip())


def well_formed(seed: int) -> list[str]:
    """A program that a Forth compiles; it may throw, and may take long."""
    writer = Writer(seed)
    for _ in range(writer.random.randint(2, 7)):
        writer.define()
        for _ in range(writer.random.randrange(3)):
            if writer.words:
                writer.use()
    if writer.words:
        for _ in range(4):
            writer.use()
    writer.lines.append("buf 64 dump  v @ . n . .s  fv f@ f. fn f. f.s")
    return writer.lines


def soup(seed: int) -> list[str]:
    """Tokens in random order."""
    letters = random.Random(seed)
    names = [name for name, _, _ in WORDS]
    lines = ["create buf 256 allot"]
    for number in range(letters.randint(1, 6)):
        count = letters.randint(1, 25)
        tokens = [
            letters.choice(NUMBERS)
            if letters.random() < 0.25
            else letters.choice(names if letters.random() < 0.4 else ODD)
            for _ in range(count)
        ]
        if letters.random() < 0.6:
            tokens = [":", f"w{number}", *tokens, ";"]
        lines.append(" ".join(tokens))
        if letters.random() < 0.5:
            lines.append(f"1 2 3 w{number} .s")
    return lines


def broken(seed: int) -> list[str]:
    """A well-formed program with some of its tokens removed, doubled, exchanged or replaced."""
    lines = well_formed(seed)
    change = random.Random(seed)
    for _ in range(change.randint(1, 6)):
        at = change.randrange(1, len(lines))
        tokens = lines[at].split()
        if not tokens:
            continue
        place = change.randrange(len(tokens))
        match change.randrange(4):
            case 0:
                del tokens[place]
            case 1:
                tokens.insert(place, tokens[place])
            case 2:
                other = change.randrange(len(tokens))
                tokens[place], tokens[other] = tokens[other], tokens[place]
            case _:
                tokens[place] = change.choice(ODD if change.random() < 0.7 else NUMBERS)
        lines[at] = " ".join(tokens)
    return lines


def program(seed: int) -> list[str]:
    """The program of a seed: half of them are well-formed."""
    if seed % 4 < 2:
        return well_formed(seed)
    return broken(seed) if seed % 4 == 2 else soup(seed)


def script(seed: int) -> str:
    """A well-formed program as a file: a line that throws says so, and those after it run all the same."""
    lines = [*ZEROS, ': attempt ( c-addr u -- )  [\'] evaluate catch ?dup if ." throws " . 2drop then cr ;']
    for line in well_formed(seed):
        lines.append(f's" {line}" attempt' if line.endswith(USE) else line)
    return "\n".join([*lines, ""])
