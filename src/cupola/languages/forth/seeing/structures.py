"""Control structures out of branches: what SEE makes of a word's instructions when all that is no branch has its
text."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up

if TYPE_CHECKING:
    pass


LOOPS = ("loop", "+loop")
STARTS = ("do", "?do")


class Puzzle(Exception):
    """Guest code that this module cannot tell as Forth; the message says what is in the way."""


class Item:
    """An instruction: its name, its number, the place that it leads to, the cells that its word has on the return stack
    there, and the innermost site that it came from. What stands for several is `words`: their text."""

    def __init__(
        self, address: int, name: str, number: int, target: int | None, returns: int, site: int
    ) -> None:
        self.address = address
        self.name = name
        self.number = number
        self.target = target
        self.returns = returns
        self.site = site
        self.words = ""


class Structures:
    """Control structures out of branches, from top to bottom, with a stack of the structures that are open."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.places = {item.address: place for place, item in enumerate(items)}
        self.backs: dict[int, list[int]] = {}
        self.open: list[tuple[str, int]] = []  # ("if", target), ("begin", last), ("do", unloop)
        self.out: list[str] = []
        for place, item in enumerate(items):
            if item.name in ("branch_back", "?branch_back"):
                self.backs.setdefault(self._target(item), []).append(place)

    def words(self) -> list[str]:
        at = 0
        while at < len(self.items):
            self._arrive(at)
            at += self._step(at)
        if self.open:
            raise Puzzle("a structure does not end")
        if self.out[-1:] != [";"]:
            raise Puzzle("it does not end with EXIT")
        return self.out[:-1]

    def _target(self, item: Item) -> int:
        assert item.target is not None
        if item.target not in self.places:
            raise Puzzle("it branches to code of another word")
        return self.places[item.target]

    def _arrive(self, at: int) -> None:
        """Close the structures that branch here, open the loops that begin here."""
        while self.open and self.open[-1] == ("if", at):
            self.open.pop()
            self.out.append("then")
        for last in sorted(self.backs.get(at, ()), reverse=True):
            self.open.append(("begin", last))
            self.out.append("begin")
        if any(kind == "if" and place == at for kind, place in self.open):
            raise Puzzle("two structures overlap")

    def _step(self, at: int) -> int:
        """Say what stands at `at`; how many items that are."""
        item = self.items[at]
        if item.words:
            if item.words != " ":
                self.out.append(item.words)
            return 1
        if item.name == "exit":
            self.out.append("exit" if at + 1 < len(self.items) else ";")
            return 1
        if item.name in ("branch", "?branch"):
            return self._forward(at, item)
        if item.name in ("branch_back", "?branch_back"):
            return self._back(at, item)
        if item.name in STARTS:
            return self._begin_loop(at, item)
        if item.name in LOOPS:
            return self._end_loop(at, item)
        if item.name == "drop locals" and self.items[at + 1].name == "exit":
            return 1
        if item.name == "set does":
            self.out.append("does>")
            return 2
        raise Puzzle(f"the instruction {item.name!r} is no word")

    def _forward(self, at: int, item: Item) -> int:
        target = self._target(item)
        around = [each for each in self.open if each[0] == "do"]
        if item.name == "branch" and around and around[-1][1] == target:
            self.out.append("leave")
            return 1
        if target <= at:
            raise Puzzle("a branch forward leads back")
        if item.name == "branch":
            if self.open and self.open[-1] == ("if", at + 1):
                self.open.pop()
                self.out.append("else")
            else:
                self.out.append("ahead")
            self._push("if", target)
            return 1
        top = self.open[-1] if self.open else ("", 0)
        if top[0] == "begin" and target > top[1]:
            self.out.append("while")
            self.open.pop()
            self._push("if", target)
            self.open.append(top)
        else:
            self.out.append("if")
            self._push("if", target)
        return 1

    def _push(self, kind: str, place: int) -> None:
        self.open.append((kind, place))

    def _back(self, at: int, item: Item) -> int:
        if not self.open or self.open[-1] != ("begin", at):
            raise Puzzle("a loop ends inside of another structure")
        self.open.pop()
        if item.name == "?branch_back":
            self.out.append("until")
        elif self.open and self.open[-1] == ("if", at + 1):
            self.open.pop()
            self.out.append("repeat")
        else:
            self.out.append("again")
        return 1

    def _begin_loop(self, at: int, item: Item) -> int:
        ends = [
            place for place, each in enumerate(self.items)
            if each.name in LOOPS and not each.words and self._target(each) == at + 1
        ]  # fmt: skip
        if len(ends) != 1 or ends[0] + 1 >= len(self.items) or self.items[ends[0] + 1].name != "unloop":
            raise Puzzle("a DO has no LOOP of its own")
        unloop = ends[0] + 1
        if item.name == "?do" and self._target(item) != unloop:
            raise Puzzle("a ?DO does not lead to its end")
        self._push("do", unloop)
        self.out.append(item.name)
        return 1

    def _end_loop(self, at: int, item: Item) -> int:
        if not self.open or self.open[-1] != ("do", at + 1):
            raise Puzzle("a LOOP ends inside of another structure")
        self.open.pop()
        self.out.append(item.name)
        return 2
