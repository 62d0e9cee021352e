"""Short sources that were loaded lately: loading one again makes a closure of the function that is there."""

from __future__ import annotations

from cupola.language.values import address_in, cell
from cupola.languages.lua import constants as c

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.lua.driver.vm import LuaVM

LONGEST = 4096  # bytes of a source
MOST = 128


class Texts:
    """Those of one VM, by source and name. The collector finds their prototypes in the values of a native function."""

    def __init__(self, vm: LuaVM, root: int) -> None:
        self.vm = vm
        self.keeper = vm.objects.native(b"texts", c.STUB_DONE, 0, 0, MOST)
        vm.objects.set_root(root, self.keeper)
        self.first = address_in(self.keeper) + vm.objects.native_values
        self.places: dict[tuple[bytes, bytes], int] = {}

    def find(self, source: bytes, name: bytes) -> int | None:
        """The prototype of a source that was loaded before, a value; None if it is not known (any more)."""
        place = self.places.get((source, name))
        return None if place is None else cell(self.first + 8 * place)

    def keep(self, source: bytes, name: bytes, prototype: int) -> None:
        """Know a source from now on; the one that was kept first is forgotten if there are too many."""
        if len(source) > LONGEST:
            return
        place = len(self.places)
        if place == MOST:
            place = self.places.pop(next(iter(self.places)))
        self.places[source, name] = place
        self.vm.objects.set_native_value(self.keeper, place, prototype)
        self.vm.entry_stored(self.vm.address, address_in(self.keeper))
