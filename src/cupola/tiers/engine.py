"""A running engine: the image of a language linked into memory, with its tables. One serves all VMs of a process."""

from __future__ import annotations

import struct

from cupola.machine import libc
from cupola.machine.enter import function
from cupola.machine.linker import link
from cupola.machine.memory import CodeArena, map_low

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cupola.tiers.image import Image

_U32 = struct.Struct("<I")


class Engine:
    """Native code and tables of one language.

    `symbols` gives addresses by name, `tables` the address of the `layout.Tables` struct and `places` those of all
    tables, `variants` the rows of the image (see `tables.Row`), `facts` what is known of each instruction, `structs`
    the fields of the structs that the VM leads to.
    """

    def __init__(self, image: Image) -> None:
        self.image = image
        self.variants = image["variants"]
        self.facts = image["facts"]
        self.structs: dict[str, dict[str, tuple[int, int, bool]]] = {
            name: fields for name, (_, fields) in image["structs"].items()
        }
        total = sum(len(each) for each in image["objects"])
        self.arena = CodeArena(_pages(2 * total + 65536))
        externals = {name: libc.address(name) for name in image["externals"]}
        self.linked = link(image["objects"], self.arena, externals)
        self.symbols = self.linked.symbols
        self._load_tables()
        self.enter = function(self.symbols["enter"], "i64", "ptr")
        self.code_bound = self._toolkit("code_bound", "i64", "ptr", "ptr", "ptr")
        self.count_instructions = self._toolkit("count_instructions", "i64", "ptr", "ptr", "ptr")
        self.compile_code = self._toolkit("compile_code", "i64", "ptr", "ptr", "ptr", "ptr", "ptr", "i64")

    def _toolkit(self, name: str, result: str, *arguments: str) -> Callable[..., Any]:
        return function(self.symbols[f"cupola.tiers.baseline.compiler.{name}"], result, *arguments)

    def entry(self, name: str, result: str, *arguments: str) -> Callable[..., Any]:
        """One of the language's own entries as a Python function."""
        return function(self.symbols[self.image["entries"][name]], result, *arguments)

    def size_of(self, name: str) -> int:
        """The bytes of a struct that the VM leads to."""
        size: int = self.image["structs"][name][0]
        return size

    @property
    def loop_variants(self) -> dict[str, int]:
        """The variants that all code for the interpreters that are loops has."""
        return {"switch": len(self.variants), "table": len(self.variants) + 1}

    def _load_tables(self) -> None:
        """Copy the tables of the image to memory, with the addresses that are known only now."""
        tables = self.image["tables"]
        data = bytearray(tables["data"])
        self.memory = map_low(_pages(len(data)))
        base = self.memory.address
        read, write = _U32.unpack_from, _U32.pack_into
        for place in tables["moves"]:
            write(data, place, base + read(data, place)[0])
        symbols = self.symbols
        for place, symbol in tables["links"]:
            write(data, place, symbols[symbol])
        self.places = {name: base + offset for name, offset in tables["places"].items()}
        self.tables = self.places["tables"]
        bounds = {"image_start": self.arena.executable, "image_end": self.arena.executable + self.arena.used}
        for name, value in bounds.items():
            write(data, self.structs["Tables"][name][0], value)
        self.memory.write(0, data)


def _pages(size: int) -> int:
    return -(-size // 4096) * 4096
