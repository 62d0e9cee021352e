"""Short sources that were loaded lately: loading one again makes a closure of the function that is there.

Such closures may have several tables of globals, which instructions of the source must be told, see `varying`.
"""

from __future__ import annotations

from cupola.language.values import NIL, address_in, cell
from cupola.languages.lua import constants as c

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.lua.driver.vm import LuaVM

LONGEST = 4096  # bytes of a source
MOST = 128


class Text:
    """One that is kept: the number of its place; whether a closure of it got a table of globals of its own, and whether
    its instructions know that there may be several."""

    __slots__ = ("has_own", "place", "varies")

    def __init__(self, place: int, has_own: bool) -> None:
        self.place = place
        self.has_own = has_own
        self.varies = False


class Texts:
    """Those of one VM, by source and name. The collector finds their prototypes in the values of a native function."""

    def __init__(self, vm: LuaVM, root: int) -> None:
        self.vm = vm
        self.keeper = vm.objects.native(b"texts", c.STUB_DONE, 0, 0, MOST)
        vm.objects.set_root(root, self.keeper)
        self.first = address_in(self.keeper) + vm.objects.native_values
        self.texts: dict[tuple[bytes, bytes], Text] = {}

    def find(self, source: bytes, name: bytes, has_own: bool) -> int | None:
        """The prototype of a source that was loaded before, a value, for a closure that may have a table of globals of
        its own; None if it is not known (any more)."""
        text = self.texts.get((source, name))
        if text is None:
            return None
        prototype = cell(self.first + 8 * text.place)
        if (has_own or text.has_own) and not text.varies:
            text.varies = True
            self.vm.source_varies(self.vm.objects.code_of(prototype))
        return prototype

    def keep(self, source: bytes, name: bytes, prototype: int, has_own: bool) -> None:
        """Know a source from now on; the one that was kept first is forgotten if there are too many."""
        if len(source) > LONGEST:
            return
        place = len(self.texts)
        if place == MOST:
            place = self.texts.pop(next(iter(self.texts))).place
        self.texts[source, name] = Text(place, has_own)
        self.vm.objects.set_native_value(self.keeper, place, prototype)
        self.vm.entry_stored(self.vm.address, address_in(self.keeper))

    def forget(self) -> None:
        """Know no source any more: memory is short."""
        for text in self.texts.values():
            self.vm.objects.set_native_value(self.keeper, text.place, NIL)
        self.texts.clear()
