"""The tables of an engine as bytes, made when the image is built.

Most of what they hold is known then. The rest are addresses: of the tables themselves, which the engine adds when it
knows where they lie (`moves`), and of native code, which it fills in after linking (`links`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from cupola.kernel.layout import StructType
from cupola.machine.branches import LINE
from cupola.tiers import layout
from cupola.tiers.baseline.hole_rows import ADDEND, HoleRows, hole_rows
from cupola.tiers.structs import fields_of

# How many variants come after those of the plan: all code for an interpreter that is a loop has one of these.
LOOPS = ("switch_loop", "table_loop")


class Row(NamedTuple):
    """A variant: name, first opcode, bytes and instructions that it covers, cells in registers before and after,
    whether it is only a step to a longer one, and its stencil (see `image`)."""

    name: str
    opcode: int
    length: int
    covers: int
    state_in: int
    state_out: int
    step: bool
    stencil: tuple[int, int, int, int, int, int, int, int] | None


CONSTANT_BYTES = 16  # of the widest constant in machine code: a vector register


class TableWriter:
    """Lays the tables out one after the other, aligned to cache lines.

    `data` are their bytes and `places` their offsets. `moves`: offsets of 32-bit words to which the address of the
    whole is added. `links`: (offset, symbol) of 32-bit words to which the address of a symbol is added.
    """

    def __init__(self, image: dict[str, Any]) -> None:
        self.image = image
        self.variants = [Row(*each) for each in image["variants"]]
        self.data = bytearray()
        self.places: dict[str, int] = {}
        self.moves: list[int] = []
        self.links: list[tuple[int, str]] = []
        self.holes: dict[tuple[int, int], HoleRows] = {}  # by the number of the first, and how many they are
        self.hole_places: dict[tuple[int, int], int] = {}
        self._begin("tables", _size(layout.Tables))
        self._begin("blob", len(image["blob"]) + 64)
        self._put(self.places["blob"], image["blob"])
        self._holes()
        self._variants()
        self._numbers()
        self._fusions()
        self._facts()
        self._main()

    def _begin(self, name: str, size: int) -> int:
        place = self.places[name] = len(self.data)
        self.data += bytes(-(-size // 64) * 64)
        return place

    def _put(self, place: int, data: bytes) -> None:
        self.data[place : place + len(data)] = data

    def _set(self, struct: Any, place: int, **values: int) -> None:
        fields = fields_of(struct)
        for name, value in values.items():
            offset, size, _ = fields[name]
            self._put(place + offset, value.to_bytes(size, "little"))

    def _link(self, place: int, symbol: str) -> None:
        self.links.append((place, symbol))

    def _move(self, place: int, target: int) -> None:
        before = int.from_bytes(self.data[place : place + 4], "little")
        self._put(place, (before + target & 0xFFFFFFFF).to_bytes(4, "little"))
        self.moves.append(place)

    # --- the tables -------------------------------------------------------------------------------------------------

    def _variants(self) -> None:
        size = _size(layout.Variant)
        place = self._begin("variants", size * (len(self.variants) + len(LOOPS)))
        handler, stencil = _offset(layout.Variant, "handler"), _offset(layout.Variant, "stencil")
        for each in self.variants:
            bails = each.stencil[4] if each.stencil else 0
            self._set(
                layout.Variant, place, opcode=each.opcode, length=each.length, count=each.covers,
                bails=bails, bound=self._bound(each), state_in=each.state_in, state_out=each.state_out,
            )  # fmt: skip
            if not each.step:
                self._link(place + handler, each.name)
            self._stencil(place + stencil, each.stencil)
            place += size
        canonical = self.image["canonical"]
        for name in LOOPS:
            self._set(layout.Variant, place, state_in=canonical, state_out=canonical)
            self._link(place + handler, name)
            place += size

    def _bound(self, variant: Row) -> int:
        """How many bytes of native code a variant takes at most: its stencil, what is put before it for its jumps, and
        the stubs that it leads to."""
        if variant.stencil is None:
            return 0
        _, size, _, _, bails, to_guest, crossings, cold_size = variant.stencil
        total = size + cold_size + to_guest * int(self.image["goto_stub"][1])
        if crossings:
            total += LINE - 1
        if bails:
            total += int(self.image["bail_stubs"][variant.state_in][1])
        return total

    def _stencil(self, place: int, stencil: tuple[int, ...] | None) -> None:
        if stencil is None:
            return
        offset, size, first, count, _, _, crossings, cold_size = stencil
        holes = self.holes[first, count]
        self._set(
            layout.Stencil,
            place,
            size=size,
            cold_size=cold_size,
            operand_holes=len(holes.operands),
            place_holes=len(holes.places),
            other_holes=len(holes.others),
            crossings=crossings,
        )
        self._move(place + _offset(layout.Stencil, "code"), self.places["blob"] + offset)
        self._move(place + _offset(layout.Stencil, "holes"), self.hole_places[first, count])

    def _constants(self) -> dict[bytes, int]:
        """Lay out the constants that stencils use: where each lies, aligned as the widest of them must be."""
        used = dict.fromkeys(what for _, _, what, _ in self.image["holes"] if isinstance(what, bytes))
        start = self._begin("constants", CONSTANT_BYTES * len(used))
        places = {each: start + CONSTANT_BYTES * row for row, each in enumerate(used)}
        for each, place in places.items():
            self._put(place, each)
        return places

    def _holes(self) -> None:
        """The holes of all stencils: those of one lie side by side."""
        constants = self._constants()
        stencils = [each.stencil for each in self.variants if each.stencil]
        stencils += [*self.image["bail_stubs"], self.image["goto_stub"]]
        for _, hot, first, count, *_ in stencils:
            if (first, count) not in self.holes:
                found = self.image["holes"][first : first + count]
                self.holes[first, count] = hole_rows(found, hot, self.image["linear"])
        size = sum(len(row.data) for each in self.holes.values() for rows in each for row in rows)
        place = self._begin("holes", size)
        for key, each in self.holes.items():
            self.hole_places[key] = place
            for row in (*each.operands, *each.places, *each.others):
                self._put(place, row.data)
                if isinstance(row.target, bytes):
                    self._move(place + ADDEND, constants[row.target])
                elif row.target is not None:
                    self._link(place + ADDEND, row.target)
                place += len(row.data)

    def _numbers(self) -> None:
        """`plain`, the variant of each instruction in each state; `handlers`, their handlers; `functions`, those of
        the table interpreter."""
        plain = self.image["plain"]
        self._put(
            self._begin("plain", 2 * len(plain)), b"".join(each.to_bytes(2, "little") for each in plain)
        )
        place = self._begin("handlers", 4 * len(plain))
        for row, number in enumerate(plain):
            if number != layout.NO_VARIANT and not self.variants[number].step:
                self._link(place + 4 * row, self.variants[number].name)
        place = self._begin("functions", 8 * len(self.image["facts"]))
        for row, fact in enumerate(self.image["facts"]):
            self._link(place + 8 * row, f"table_loop {fact['name']}")

    def _fusion_rows(self) -> int:
        size = 16
        while size < 4 * len(self.image["fusions"]):
            size *= 2
        return size

    def _fusions(self) -> None:
        """An open hash table with linear probing; an empty row has a variant of NO_VARIANT."""
        count = self._fusion_rows()
        rows = [(layout.NO_VARIANT, 0, 0)] * count
        for variant, opcode, fused in self.image["fusions"]:
            row = layout.fusion_hash(variant, opcode) & (count - 1)
            while rows[row][0] != layout.NO_VARIANT:
                row = (row + 1) & (count - 1)
            rows[row] = (variant, opcode, fused)
        size = _size(layout.Fusion)
        place = self._begin("fusions", size * count)
        for row, (variant, opcode, fused) in enumerate(rows):
            self._set(layout.Fusion, place + size * row, variant=variant, opcode=opcode, fused=fused)

    def _facts(self) -> None:
        size = _size(layout.Facts)
        place = self._begin("facts", size * len(self.image["facts"]))
        known = fields_of(layout.Facts)
        for row, fact in enumerate(self.image["facts"]):
            values = {name: value for name, value in fact.items() if name in known}
            self._set(layout.Facts, place + size * row, **values)

    def _main(self) -> None:
        """The struct that leads to all others; the engine sets the bounds of the native code in it."""
        place = self.places["tables"]
        for name in ("variants", "plain", "handlers", "fusions", "facts", "functions"):
            self._move(place + _offset(layout.Tables, name), self.places[name])
        self._set(
            layout.Tables, place, fusion_mask=self._fusion_rows() - 1,
            states=self.image["states"], canonical=self.image["canonical"],
            least_at_label=self.image["least_at_label"],
            opcode_count=len(self.image["facts"]), variant_count=len(self.variants) + len(LOOPS),
        )  # fmt: skip
        stubs = place + _offset(layout.Tables, "bail_stubs")
        for state, stencil in enumerate(self.image["bail_stubs"]):
            self._stencil(stubs + state * _size(layout.Stencil), stencil)
        numbers = b"".join(each.to_bytes(2, "little") for each in self.image["to_state"])
        self._put(place + _offset(layout.Tables, "to_state"), numbers)
        self._stencil(place + _offset(layout.Tables, "goto_stub"), self.image["goto_stub"])


def _size(struct: object) -> int:
    assert isinstance(struct, StructType)
    return struct.size


def _offset(struct: object, name: str) -> int:
    assert isinstance(struct, StructType)
    return struct.fields[name].offset
