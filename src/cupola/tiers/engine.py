"""A running engine: the image of a language linked into memory, with its tables. One serves all VMs of a process."""

from __future__ import annotations

from cupola.machine import libc
from cupola.machine.enter import function
from cupola.machine.linker import link
from cupola.machine.memory import CodeArena, map_low
from cupola.tiers import layout

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cupola.tiers.image import Image


def pack(struct: Any, **values: int) -> bytes:
    """The bytes of a struct of `layout` with these fields; those that are not named are zero."""
    data = bytearray(struct.size)
    for name, value in values.items():
        field = struct.fields[name]
        data[field.offset : field.offset + field.type.size] = value.to_bytes(field.type.size, "little")
    return bytes(data)


class Engine:
    """Native code and tables of one language.

    `symbols` gives addresses by name, `tables` the address of the `layout.Tables` struct, `variants` the rows of the
    image (name, first opcode, length, count, state in, state out, step, stencil), `facts` what is known of each
    instruction.
    """

    def __init__(self, image: Image) -> None:
        self.image = image
        self.variants = image["variants"]
        self.facts = image["facts"]
        total = sum(len(each) for each in image["objects"])
        self.arena = CodeArena(_pages(2 * total + 65536))
        externals = {name: libc.address(name) for name in image["externals"]}
        self.linked = link(image["objects"], self.arena, externals)
        self.symbols = self.linked.symbols
        self._fill_tables()
        self.enter = function(self.symbols["enter"], "i64", "ptr")
        self.code_bound = self._toolkit("code_bound", "i64", "ptr", "ptr", "ptr")
        self.count_instructions = self._toolkit("count_instructions", "i64", "ptr", "ptr", "ptr")
        self.compile_code = self._toolkit("compile_code", "i64", "ptr", "ptr", "ptr", "ptr", "ptr", "i64")

    def _toolkit(self, name: str, result: str, *arguments: str) -> Callable[..., Any]:
        return function(self.symbols[f"cupola.tiers.baseline.compiler.{name}"], result, *arguments)

    def entry(self, name: str, result: str, *arguments: str) -> Callable[..., Any]:
        """One of the language's own entries as a Python function."""
        return function(self.symbols[self.image["entries"][name]], result, *arguments)

    # --- tables -----------------------------------------------------------------------------------------------------

    def _fill_tables(self) -> None:
        image = self.image
        parts = {
            "tables": layout.Tables.size,
            "blob": len(image["blob"]) + 64,
            "variants": layout.Variant.size * (len(self.variants) + 2),
            "holes": layout.Hole.size * len(image["holes"]),
            "plain": 2 * len(image["plain"]),
            "handlers": 4 * len(image["plain"]),
            "fusions": layout.Fusion.size * self._fusion_rows(),
            "facts": layout.Facts.size * len(self.facts),
            "functions": 8 * len(self.facts),
        }
        places: dict[str, int] = {}
        size = 0
        for name, length in parts.items():
            places[name] = size
            size += -(-length // 64) * 64
        self.memory = map_low(_pages(size))
        self.places = {name: self.memory.address + offset for name, offset in places.items()}
        self.tables = self.places["tables"]
        write = self.memory.write
        write(places["blob"], image["blob"])
        write(places["variants"], self._variant_rows())
        write(places["holes"], self._hole_rows())
        write(places["plain"], b"".join(each.to_bytes(2, "little") for each in image["plain"]))
        write(places["handlers"], b"".join(self._handler(each).to_bytes(4, "little") for each in image["plain"]))
        write(places["fusions"], self._fusion_table())
        write(places["facts"], b"".join(self._fact_row(each) for each in self.facts))
        rows = (self.symbols[f"table_loop {each['name']}"] for each in self.facts)
        write(places["functions"], b"".join(each.to_bytes(8, "little") for each in rows))
        write(places["tables"], self._main_table())

    def _handler(self, number: int) -> int:
        """The threaded handler of a variant; 0 for none."""
        if number == layout.NO_VARIANT or self.variants[number][6]:
            return 0
        return self.symbols[self.variants[number][0]]

    def _stencil(self, stencil: tuple[int, ...] | None) -> dict[str, int]:
        if stencil is None:
            return {"code": 0, "size": 0, "hole_count": 0, "first_hole": 0}
        offset, size, first_hole, hole_count, _, _ = stencil
        code = self.places["blob"] + offset
        return {"code": code, "size": size, "hole_count": hole_count, "first_hole": first_hole}

    def _variant_rows(self) -> bytes:
        rows = []
        for number, (_, opcode, length, count, state_in, state_out, _, stencil) in enumerate(self.variants):
            bails, to_guest = stencil[4:] if stencil else (0, 0)
            packed = pack(
                layout.Variant, handler=self._handler(number), opcode=opcode, length=length, count=count,
                bails=bails, to_guest=to_guest, state_in=state_in, state_out=state_out,
            )  # fmt: skip
            rows.append(_insert(packed, layout.Variant, "stencil", pack(layout.Stencil, **self._stencil(stencil))))
        canonical = self.image["canonical"]
        for name in ("switch_loop", "table_loop"):
            handler = self.symbols[name]
            rows.append(pack(layout.Variant, handler=handler, state_in=canonical, state_out=canonical))
        return b"".join(rows)

    @property
    def loop_variants(self) -> dict[str, int]:
        """The variants that all code for the interpreters that are loops has."""
        return {"switch": len(self.variants), "table": len(self.variants) + 1}

    def _hole_rows(self) -> bytes:
        rows = []
        for offset, kind, what, addend in self.image["holes"]:
            value = self.symbols[what] if isinstance(what, str) else what
            rows.append(pack(layout.Hole, offset=offset, kind=kind, what=value, addend=addend & 0xFFFFFFFF))
        return b"".join(rows)

    def _fusion_rows(self) -> int:
        size = 16
        while size < 2 * len(self.image["fusions"]):
            size *= 2
        return size

    def _fusion_table(self) -> bytes:
        """An open hash table with linear probing; an empty row has a variant of NO_VARIANT."""
        size = self._fusion_rows()
        rows = [(layout.NO_VARIANT, 0, 0)] * size
        for variant, opcode, fused in self.image["fusions"]:
            place = fusion_hash(variant, opcode) & (size - 1)
            while rows[place][0] != layout.NO_VARIANT:
                place = (place + 1) & (size - 1)
            rows[place] = (variant, opcode, fused)
        return b"".join(pack(layout.Fusion, variant=a, opcode=b, fused=c) for a, b, c in rows)

    def _fact_row(self, fact: dict[str, Any]) -> bytes:
        names = layout.Facts.fields
        return pack(layout.Facts, **{name: value for name, value in fact.items() if name in names})

    def _main_table(self) -> bytes:
        start = self.arena.executable
        names = ("variants", "holes", "plain", "handlers", "fusions", "facts", "functions")
        data = pack(
            layout.Tables, **{name: self.places[name] for name in names}, fusion_mask=self._fusion_rows() - 1,
            states=self.image["states"], canonical=self.image["canonical"],
            least_at_label=self.image["least_at_label"], image_start=start, image_end=start + self.arena.used,
        )  # fmt: skip
        stubs = b"".join(pack(layout.Stencil, **self._stencil(each)) for each in self.image["bail_stubs"])
        data = _insert(data, layout.Tables, "bail_stubs", stubs)
        numbers = b"".join(each.to_bytes(2, "little") for each in self.image["to_state"])
        data = _insert(data, layout.Tables, "to_state", numbers)
        goto = pack(layout.Stencil, **self._stencil(self.image["goto_stub"]))
        return _insert(data, layout.Tables, "goto_stub", goto)


def fusion_hash(variant: int, opcode: int) -> int:
    """The first place to look for a fusion; see `assembler.fused`."""
    return variant * 31 + opcode


def _insert(data: bytes, struct: Any, name: str, inner: bytes) -> bytes:
    offset = struct.fields[name].offset
    return data[:offset] + inner + data[offset + len(inner) :]


def _pages(size: int) -> int:
    return -(-size // 4096) * 4096
