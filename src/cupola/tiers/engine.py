"""A running engine: the image of a language linked into memory, with its tables. One serves all VMs of a process.

What is left of an image when it is linked, at an address of its own, is its *linked form*: bytes and numbers that later
processes put at the same place and run, with nothing to compute (see `start`).
"""

from __future__ import annotations

import marshal
import struct

from cupola.machine import libc, perfmap
from cupola.machine.enter import function
from cupola.machine.memory import CodeArena, map_low

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from cupola.tiers.image import Image

    # See `Engine.linked_form`.
    LinkedForm = dict[str, Any]

_U32, _U64 = struct.Struct("<I"), struct.Struct("<Q")
EVALUATE = "operand_expression"
COMPILER = "cupola.tiers.baseline.compiler."


class Engine:
    """Native code and tables of one language.

    `symbols` gives addresses by name and `sizes` the bytes of functions, `tables` the address of the `layout.Tables`
    struct and `places` those of all tables, `variants` the rows of the image (see `tables.Row`), `facts` what is known
    of each instruction, `structs` the fields of the structs that the VM leads to, `fields` the machine's registers.

    `at` asks for a certain address of the native code: `AddressTaken` when something lies there. `start_key` is that of
    its entry in the cache, `definition` a name for the contents of the sources (see `start`); both may be empty.
    """

    start_key = ""
    _is_recorded = False
    definition = ""

    def __init__(self, image: Image, *, at: int | None = None) -> None:
        from cupola.machine.linker import link

        total = sum(len(each) for each in image["objects"])
        self.arena = CodeArena(_pages(2 * total + 65536), at=at)
        externals = {name: libc.address(name) for name in image["externals"]}
        linked = link(image["objects"], self.arena, externals)
        self.memory = map_low(_pages(len(image["tables"]["data"])))
        self._rest: dict[str, Any] | bytes = {
            "image": image, "symbols": linked.symbols, "sizes": linked.sizes,
        }  # fmt: skip
        self._load_tables(image["tables"])
        toolkit = ("enter", EVALUATE, *(name for name in linked.symbols if name.startswith("cupola.tiers.")))
        wanted = (*toolkit, *image["entries"].values())
        code, address = self.arena, self.arena.executable
        self._form: LinkedForm = {
            "address": address,
            "code": (linked.offset, linked.size),
            "slots": {name: place - address for name, place in linked.slots.items()},
            "direct": linked.direct,
            "bounds": (code.executable, code.executable + code.used),
            "tables": (self.memory.address, len(image["tables"]["data"])),
            "places": {name: self.memory.address + each for name, each in image["tables"]["places"].items()},
            "symbols": {name: linked.symbols[name] for name in wanted},
            "variants": len(image["variants"]),
            **{name: image[name] for name in ("entries", "structs", "fields")},
        }
        self._begin()

    @classmethod
    def from_linked(cls, form: LinkedForm) -> Engine:
        """The engine of a linked form. Raises AddressTaken when it cannot lie where it must."""
        engine = cls.__new__(cls)
        offset, size = form["code"]
        engine.arena = CodeArena(_pages(offset + size), at=form["address"])
        address, table_bytes = form["tables"]
        engine.memory = map_low(_pages(table_bytes), at=address)
        code = bytearray(form["code bytes"])
        for name, place in form["slots"].items():
            _U64.pack_into(code, place - offset, libc.address(name))
        engine.arena.allocate(offset + size)
        engine.arena.write(offset, code)
        engine.memory.write(0, form["table bytes"])
        engine._rest = form["rest"]
        engine._form = form
        engine._begin()
        return engine

    def linked_form(self) -> LinkedForm | None:
        """This engine as plain data for `from_linked`; None if the code names far functions by their addresses.

        `rest` is what few programs ask for, packed once more: what others need is then read faster.
        """
        if self._form["direct"]:
            return None
        import zlib

        offset, size = self._form["code"]
        image = {name: value for name, value in self.image.items() if name != "objects"}
        forms = [_form(each) for each in image["facts"]]
        image["tables"] = {name: value for name, value in image["tables"].items() if name != "data"}
        rest = {"image": image, "symbols": self.symbols, "sizes": self.sizes}
        return {
            **self._form,
            "code bytes": self.arena.read(offset, size),
            "table bytes": self.memory.read(0, self._form["tables"][1]),
            "forms": forms if any(small for _, _, _, small, _ in forms) else [],
            "rest": zlib.compress(marshal.dumps(rest), 1),
        }

    def _begin(self) -> None:
        form = self._form
        self.structs: dict[str, dict[str, tuple[int, int, bool]]] = {
            name: fields for name, (_, fields) in form["structs"].items()
        }
        self.fields: list[str] = form["fields"]
        self.places: dict[str, int] = form["places"]
        self.tables = self.places["tables"]
        self.evaluate: int = form["symbols"][EVALUATE]
        self.enter = function(form["symbols"]["enter"], "i64", "ptr")
        self.code_bound = self._toolkit("code_bound", "i64", "ptr", "ptr", "ptr")
        self.count_instructions = self._toolkit("count_instructions", "i64", "ptr", "ptr", "ptr")
        self.compile_code = self._toolkit("compile_code", "i64", "ptr", "ptr", "ptr", "ptr", "ptr", "i64")
        self.compile_aligned = self._toolkit(
            "compile_aligned", "i64", "ptr", "ptr", "ptr", "ptr", "ptr", "i64", "i64"
        )
        self.compile_unit = self._toolkit("compile_unit", "i64", "ptr")
        self.count_loops = self._toolkit("count_loops", "i64", "ptr", "ptr", "ptr")

    def _toolkit(self, name: str, result: str, *arguments: str) -> Callable[..., Any]:
        return function(self._form["symbols"][COMPILER + name], result, *arguments)

    def entry(self, name: str, result: str, *arguments: str) -> Callable[..., Any]:
        """One of the language's own entries as a Python function."""
        return function(self._form["symbols"][self._form["entries"][name]], result, *arguments)

    def entries(self) -> Iterator[tuple[str, int]]:
        """The names of all entries and exports, and where the native code of each begins."""
        symbols = self._form["symbols"]
        for name, symbol in self._form["entries"].items():
            yield name, symbols[symbol]

    def address(self, name: str) -> int:
        """Where the native code of an entry or an export of the language begins."""
        place: int = self._form["symbols"][self._form["entries"][name]]
        return place

    def record_symbols(self) -> None:
        """Tell perf the names of the handlers, the slow paths and the runtime; once."""
        if not self._is_recorded:
            self._is_recorded = True
            perfmap.record((self.symbols[name], size, f"[{name}]") for name, size in self.sizes.items())

    def size_of(self, name: str) -> int:
        """The bytes of a struct that the VM leads to."""
        size: int = self._form["structs"][name][0]
        return size

    @property
    def loop_variants(self) -> dict[str, int]:
        """The variants that all code for the interpreters that are loops has."""
        count = self._form["variants"]
        return {"switch": count, "table": count + 1}

    def heat_offset(self, opcode: int) -> int:
        """Where an instruction that counts heat has its countdown; 0 if it has none."""
        row = self.places["facts"] - self.memory.address + opcode * self._form["structs"]["Facts"][0]
        return self.memory.read(row + self.structs["Facts"]["heat_offset"][0], 1)[0]

    # --- what few programs ask for ----------------------------------------------------------------------------------

    @property
    def step(self) -> Callable[..., Any]:
        """As `enter`, but the first instruction runs by its plain handler, whatever its header names."""
        return function(self.symbols[STEP], "i64", "ptr")

    def handler_of(self, variant: int) -> int:
        """The address of the threaded handler of a variant."""
        row = self.places["variants"] - self.memory.address + variant * self._form["structs"]["Variant"][0]
        place = row + self.structs["Variant"]["handler"][0]
        return int.from_bytes(self.memory.read(place, 4), "little")

    def plain_handler(self, opcode: int) -> int:
        """The address of the threaded handler of an instruction alone, with the whole stack in memory."""
        tables, memory = self.structs["Tables"], self.memory
        states = memory.read(self.tables - memory.address + tables["states"][0], 1)[0]
        row = self.places["handlers"] - memory.address + 4 * opcode * states
        return int.from_bytes(memory.read(row, 4), "little")

    def _part(self, name: str) -> Any:
        rest = self._rest
        if isinstance(rest, bytes):
            import zlib

            rest = self._rest = dict(marshal.loads(zlib.decompress(rest)))
        return rest[name]

    @property
    def image(self) -> Image:
        """The image; without the objects, and the bytes of the tables, if it came as a linked form."""
        image: Image = self._part("image")
        return image

    @property
    def symbols(self) -> dict[str, int]:
        symbols: dict[str, int] = self._part("symbols")
        return symbols

    @property
    def sizes(self) -> dict[str, int]:
        sizes: dict[str, int] = self._part("sizes")
        return sizes

    @property
    def variants(self) -> list[tuple[Any, ...]]:
        variants: list[tuple[Any, ...]] = self.image["variants"]
        return variants

    @property
    def facts(self) -> list[dict[str, Any]]:
        facts: list[dict[str, Any]] = self.image["facts"]
        return facts

    @property
    def forms(self) -> list[tuple[str, int, bool, tuple[int, ...], tuple[int, ...]]]:
        """For each instruction its name, its length, whether it counts heat, the offsets of its small operands, and of
        the cells of its caches."""
        forms: list[tuple[str, int, bool, tuple[int, ...], tuple[int, ...]]] = self._form.get("forms") or [
            _form(each) for each in self.facts
        ]
        return forms

    def _load_tables(self, tables: dict[str, Any]) -> None:
        """Copy the tables of the image to memory, with the addresses that are known only now."""
        data = bytearray(tables["data"])
        base = self.memory.address
        read, write = _U32.unpack_from, _U32.pack_into
        for place in tables["moves"]:
            write(data, place, base + read(data, place)[0] & 0xFFFFFFFF)
        symbols = self.symbols
        for place, symbol in tables["links"]:
            write(data, place, symbols[symbol] + read(data, place)[0] & 0xFFFFFFFF)
        fields = self.image["structs"]["Tables"][1]
        bounds = {"image_start": self.arena.executable, "image_end": self.arena.executable + self.arena.used}
        for name, value in bounds.items():
            write(data, tables["places"]["tables"] + fields[name][0], value)
        self.memory.write(0, data)


STEP = "step"  # the symbol, as in `interpreter.threaded`
SMALL = ("register", "small")


def _form(facts: dict[str, Any]) -> tuple[str, int, bool, tuple[int, ...], tuple[int, ...]]:
    """What `Engine.forms` has of an instruction."""
    small = tuple(at for _, kind, at in facts["operands"] if kind in SMALL)
    return facts["name"], facts["length"], "heat_offset" in facts, small, tuple(facts["caches"])


def _pages(size: int) -> int:
    return -(-size // 4096) * 4096
