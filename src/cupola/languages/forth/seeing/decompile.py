"""SEE's other half: from guest code back to Forth source.

First the instructions of a word become items: what the compiler put in is left out, what it took in from other words
gets its name back (its site says which word that was), what it folded is unfolded. Then branches become control
structures, by a stack of open ones like the compiler's. What is printed, compiled again, makes the same guest code;
what no structure explains is a `Puzzle`.
"""

from __future__ import annotations

import struct

from cupola.languages.forth import constants
from cupola.languages.forth.constants import (
    KIND_COLON,
    KIND_CREATED,
    KIND_DEFER,
    KIND_DOES,
    KIND_FVALUE,
    KIND_PRIMITIVE,
    KIND_VALUE,
)
from cupola.languages.forth.seeing.structures import STARTS, Item, Puzzle, Structures
from cupola.tiers.headers import OPCODE_BITS, OPCODE_MASK, OPCODE_OFFSET

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.language.fields import Fields
    from cupola.languages.forth.vm import ForthVM

LITERALS = ("lit", "lit32", "lit64")
# What the compiler makes of a literal and the word after it.
FOLDED = {
    "fetch at": "@", "store at": "!", "add at": "+!", "c-fetch at": "c@", "c-store at": "c!",
    "f-fetch at": "f@", "f-store at": "f!",
    "lshift by": "lshift", "rshift by": "rshift",
}  # fmt: skip
# What an instruction after the address and the length of a text is called, without the quote.
QUOTES = {"type": ".", "abort message": "abort"}
# How instructions that change nothing are called: shuffles of registers, and marks for the analysis of stacks.
MARKS = ("to_", "keep ")
INLINE_BYTES = 24  # of a draft instruction: opcode, flags, target, operand, origin


def float_text(bits: int) -> str:
    """A float, given as the bits of a double, so that it is read as the same one again."""
    (value,) = struct.unpack("<d", struct.pack("<q", bits))
    if value - value != 0:
        raise Puzzle(f"the float {value} cannot be written")
    text = repr(value)
    return text if "e" in text else f"{text}e0"


def local_name(place: int) -> str:
    """What a local is called that is that many cells above the return address: guest code has no names."""
    return f"local{place}"


class Decompiler:
    """What the words of one VM are as source."""

    def __init__(self, vm: ForthVM) -> None:
        self.vm = vm
        self.facts = vm.engine.facts
        self.extra = vm.engine.image["extra"]
        self.names = {fact["name"]: fact.get("word", "") for fact in self.facts}
        self.opcodes = {fact["name"]: number for number, fact in enumerate(self.facts)}
        for name, opcode, _ in self.extra["words"]:
            self.names[self.facts[opcode]["name"]] = name
        self.starts: dict[int, int] = {}
        self.bodies: dict[int, int] = {}
        for token in range(1, vm.vm.word_count):
            word = vm.word(token)
            if word.start:
                self.starts[word.start] = token
            if word.kind in (KIND_CREATED, KIND_VALUE, KIND_DEFER, KIND_DOES, KIND_FVALUE):
                self.bodies.setdefault(word.body, token)
        origins = vm.memory.read(constants.ORIGINS_OFFSET, vm.vm.origin_count * constants.ORIGIN_BYTES)
        self.origins = list(memoryview(origins).cast("I"))

    # --- words ------------------------------------------------------------------------------------------------

    def can_name(self, token: int) -> bool:
        """Whether a program that says the word's name means this word."""
        word = self.vm.word(token)
        return bool(word.name_length) and self.vm.find(self.vm.word_name(token)) == token

    def called(self, token: int) -> str:
        """The text that compiles the word: its name, or a way around a name that means another word or none."""
        if not self.can_name(token):
            return f"[ {token} compile, ]"
        name = self.vm.word_name(token)
        return f"postpone {name}" if self.vm.word(token).flags & constants.IMMEDIATE else name

    # --- instructions -----------------------------------------------------------------------------------------

    def items(self, word: Fields) -> list[Item]:
        """The instructions of a word that somebody wrote, in order."""
        found: list[Item] = []
        skipped: list[int] = []
        moved: dict[int, int] = {}
        address = word.start
        while address < word.code_end:
            item, length = self._decode(address)
            if item.name in constants.INSERTED or item.name.startswith(MARKS):
                skipped.append(address)
            else:
                found.append(item)
                moved.update(dict.fromkeys([*skipped, address], address))
                skipped = []
            address += length
        for item in found:
            if item.target is not None and item.name != "call":
                item.target = moved.get(item.target, item.target)
        return found

    def _decode(self, address: int) -> tuple[Item, int]:
        offset = address - self.vm.address
        packed = int.from_bytes(self.vm.memory.read(offset + OPCODE_OFFSET, 2), "little")
        fact = self.facts[packed & OPCODE_MASK]
        number, target = 0, None
        if fact.get("number_offset"):
            number = self._number(offset + fact["number_offset"], fact["number_bytes"])
        if fact.get("target_offset"):
            target = address + self._number(offset + fact["target_offset"], 4)
        item = Item(address, fact["name"], number, target, packed >> OPCODE_BITS, self._site(address))
        return item, fact["length"]

    def _number(self, offset: int, size: int) -> int:
        return int.from_bytes(self.vm.memory.read(offset, size), "little", signed=True)

    def _site(self, address: int) -> int:
        """The innermost site of guest code, or 0."""
        low, high = 0, len(self.origins) // 2
        while low < high:
            middle = (low + high) // 2
            if self.origins[2 * middle] <= address:
                low = middle + 1
            else:
                high = middle
        return self.origins[2 * low - 1] if low else 0

    def sites_of(self, site: int) -> list[tuple[int, int]]:
        """The sites around a site, the outermost first: number and token of the word taken in there."""
        found: list[tuple[int, int]] = []
        while site:
            data = self.vm.memory.read(constants.SITES_OFFSET + site * constants.SITE_BYTES, 8)
            token, parent = memoryview(data).cast("i")
            found.append((site, token))
            site = parent
        return found[::-1]

    # --- what was taken in -------------------------------------------------------------------------------------

    def folded(self, items: list[Item]) -> list[Item]:
        """The items with words in the place of the instructions that were taken in from them."""
        done: list[Item] = []
        at = 0
        while at < len(items):
            count, token = self._taken_in(items, at)
            if count:
                item = items[at]
                item.words = self.called(token)
                done.append(item)
                at += count
            else:
                done.append(items[at])
                at += 1
        return done

    def _taken_in(self, items: list[Item], at: int) -> tuple[int, int]:
        """How many items from `at` on are one whole word that was taken in, the outermost there is; 0 if none is."""
        for depth, (site, token) in enumerate(self.sites_of(items[at].site)):
            end = at
            while end < len(items) and self._inside(items[end].site, depth, site):
                end += 1
            first = at == 0 or not self._inside(items[at - 1].site, depth, site)
            if first and self.can_name(token) and self._is_whole(items[at:end], token):
                return end - at, token
        return 0, 0

    def _inside(self, site: int, depth: int, wanted: int) -> bool:
        around = self.sites_of(site)
        return depth < len(around) and around[depth][0] == wanted

    def _is_whole(self, items: list[Item], token: int) -> bool:
        """Whether the items are all that is kept of a word, unchanged."""
        word = self.vm.word(token)
        if word.inline_count != len(items):
            return False
        for place, item in enumerate(items):
            offset = constants.INLINE_OFFSET + (word.inline + place) * INLINE_BYTES
            kept = self.vm.memory.read(offset, 16)
            if int.from_bytes(kept[:2], "little") != self.opcodes[item.name] or item.target is not None:
                return False
            if item.number != int.from_bytes(kept[8:], "little", signed=True):
                return False
        return True

    # --- text -------------------------------------------------------------------------------------------------

    def texts(self, items: list[Item], own: Fields) -> None:
        """Give every item that is no branch its text; what two items say together stands in the first."""
        at = 0
        while at < len(items):
            if items[at].words:
                at += 1
                continue
            count = self._together(items, at)
            if not count:
                items[at].words = self._alone(items[at], own)
                count = 1
            at += count

    def _together(self, items: list[Item], at: int) -> int:
        """Give items that mean something together their text, in the first; how many these are, or 0."""
        item = items[at]
        if item.name == ">local":
            return self._locals(items, at)
        after = items[at + 1] if at + 1 < len(items) else None
        if after is None or after.words:
            return 0
        token = self.bodies.get(item.number, 0)
        kind = self.vm.word(token).kind if token else KIND_PRIMITIVE
        if item.name == "fetch at" and after.name == "execute" and kind == KIND_DEFER:
            item.words = self.called(token)
        elif item.name in LITERALS and after.name == "call" and kind == KIND_DOES:
            if after.target != self.vm.word(token).does:
                return 0
            item.words = self.called(token)
        elif item.name in LITERALS and after.name in LITERALS and (text := self._string(item, after)):
            third = items[at + 2] if at + 2 < len(items) else None
            word = QUOTES.get(third.name if third is not None and not third.words else "")
            item.words = f'{word or "s"}" {text}"'
            if third is not None and word:
                third.words = " "
        else:
            return 0
        after.words = " "
        return 2

    def _locals(self, items: list[Item], at: int) -> int:
        """Give the makers of locals that follow each other the text of one list: the first takes the topmost cell."""
        end = at
        while end < len(items) and items[end].name == ">local" and not items[end].words:
            items[end].words = " "
            end += 1
        names = (local_name(each.returns) for each in reversed(items[at:end]))
        items[at].words = f"{{: {' '.join(names)} :}}"
        return end - at

    def _string(self, first: Item, second: Item) -> str:
        """The text that two literals are address and length of, if they are."""
        start, length = first.number, second.number
        if not constants.FIRST_FREE <= start or not 0 < length <= 4096 or start in self.bodies:
            return ""
        if start + length > self.vm.vm.here:
            return ""
        try:
            text = self.vm.read(start, length).decode()
        except UnicodeDecodeError:
            return ""
        return text if text.isprintable() and '"' not in text else ""

    def _alone(self, item: Item, own: Fields) -> str:
        name = item.name
        if name in LITERALS:
            return self._literal(item.number)
        if name in FOLDED:
            return self._folded(item)
        if name == "flit":
            return float_text(item.number)
        if name == "call":
            return self._call(item, own)
        if item.target is not None or name in ("exit", *STARTS):
            return ""
        if name in ("local@", "local!"):
            local = local_name(item.returns - item.number)
            return local if name == "local@" else f"to {local}"
        if name == "drop locals":
            return ""
        word = self.names.get(name, "")
        if not word:
            raise Puzzle(f"the instruction {name!r} is no word")
        token = self.vm.find(word)
        if token < 0 or self.vm.word(token).kind != KIND_PRIMITIVE:
            raise Puzzle(f"the name of the primitive {word} means another word now")
        return self.called(token)

    def _literal(self, number: int) -> str:
        token = self.bodies.get(number, 0)
        if token and self.vm.word(token).kind == KIND_CREATED and self.can_name(token):
            return self.vm.word_name(token)
        base = int.from_bytes(self.vm.read(constants.BASE_CELL, 8), "little")
        return str(number) if base == 10 else f"#{number}"

    def _folded(self, item: Item) -> str:
        word = FOLDED[item.name]
        token = self.bodies.get(item.number, 0)
        kind = self.vm.word(token).kind if token and self.can_name(token) else KIND_PRIMITIVE
        name = self.vm.word_name(token) if token else ""
        if kind == KIND_VALUE and word in ("@", "!"):
            return name if word == "@" else f"to {name}"
        if kind == KIND_FVALUE and word in ("f@", "f!"):
            return name if word == "f@" else f"to {name}"
        if kind == KIND_DEFER and word in ("@", "!"):
            return f"action-of {name}" if word == "@" else f"is {name}"
        return f"{self._literal(item.number)} {word}"

    def _call(self, item: Item, own: Fields) -> str:
        assert item.target is not None
        passed = self.facts[self.opcodes["tally"]]["length"]  # with the physics on, calls enter behind it
        start = item.target - passed if self.vm.physics is not None else item.target
        if own.start in (start, item.target):
            return "recurse"
        token = self.starts.get(start) or self.starts.get(item.target)
        if token is None:
            raise Puzzle("it calls code that belongs to no word")
        return self.called(token)

    # --- control structures -----------------------------------------------------------------------------------

    def source(self, token: int) -> list[str]:
        """The words between the name and the last `exit` of a colon definition, in order. Raises Puzzle."""
        word = self.vm.word(token)
        if word.kind != KIND_COLON or not word.start:
            raise Puzzle("it is no colon definition")
        items = self.folded(self.items(word))
        self.texts(items, word)
        return Structures(items).words()
