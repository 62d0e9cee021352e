"""Writes small ELF objects by hand, for what LLVM does not produce on demand: relocation kinds and damage."""

from __future__ import annotations

import struct
from collections.abc import Sequence

TEXT, RODATA, DATA, BSS = 6, 2, 3, 3  # section flags: alloc, write, execute


class ObjectWriter:
    """Sections, symbols and relocations, in the order given; `build` makes the file."""

    def __init__(self) -> None:
        self.sections: list[tuple[str, int, int, bytes, int]] = []
        self.symbols: list[tuple[str, int, int, int, int]] = []
        self.relocations: dict[int, list[tuple[int, int, str, int]]] = {}

    def section(self, name: str, flags: int, data: bytes, *, align: int = 16, kind: int = 1) -> int:
        """Add a section; its number."""
        self.sections.append((name, kind, flags, data, align))
        return len(self.sections)

    def symbol(
        self, name: str, section: int = 0, value: int = 0, *, size: int = 0, kind: int = 0, binding: int = 1
    ) -> None:
        self.symbols.append((name, (binding << 4) | kind, section, value, size))

    def relocate(self, section: int, offset: int, kind: int, symbol: str, addend: int = 0) -> None:
        self.relocations.setdefault(section, []).append((offset, kind, symbol, addend))

    def build(self) -> bytes:
        strings = bytearray(b"\0")

        def string(text: str) -> int:
            strings.extend(text.encode() + b"\0")
            return len(strings) - len(text) - 1

        symbol_table = b"\0" * 24
        numbers = {}
        for number, (name, info, section, value, size) in enumerate(self.symbols, 1):
            numbers[name] = number
            symbol_table += struct.pack("<IBBHQQ", string(name), info, 0, section, value, size)
        count = len(self.sections)
        string_section, symbol_section = count + 1, count + 2
        rows: list[tuple[int, int, int, bytes, int, int, int, int]] = [(0, 0, 0, b"", 0, 0, 0, 0)]
        for name, kind, flags, data, align in self.sections:
            rows.append((string(name), kind, flags, data, 0, 0, align, 0))
        string_row = (string(".strtab"), 3, 0, b"", 0, 0, 1, 0)
        rows.append(string_row)
        rows.append((string(".symtab"), 2, 0, symbol_table, string_section, 1, 8, 24))
        for section, relocations in self.relocations.items():
            table = b"".join(
                struct.pack("<QIIq", offset, kind, numbers[symbol], addend)
                for offset, kind, symbol, addend in relocations
            )
            rows.append((string(".rela"), 4, 0, table, symbol_section, section, 8, 24))
        rows[string_section] = (*string_row[:3], bytes(strings), *string_row[4:])
        return self._assemble(rows, string_section)

    @staticmethod
    def _assemble(rows: Sequence[tuple[int, int, int, bytes, int, int, int, int]], names: int) -> bytes:
        body = b""
        headers = b""
        for name, kind, flags, data, link, info, align, entry in rows:
            size = len(data)
            headers += struct.pack(
                "<IIQQQQIIQQ", name, kind, flags, 0, 64 + len(body), size, link, info, align, entry
            )
            if kind != 8:  # .bss has a size but no bytes
                body += data
        ident = b"\x7fELF\x02\x01\x01" + b"\0" * 9
        header = struct.pack(
            "<16sHHIQQQIHHHHHH", ident, 1, 62, 1, 0, 0, 64 + len(body), 0, 64, 0, 0, 64, len(rows), names
        )
        return header + body + headers


def function_object(name: str, code: bytes, *relocations: tuple[int, int, str, int]) -> bytes:
    """An object with one function; undefined symbols are added for what the relocations name."""
    writer = ObjectWriter()
    text = writer.section(".text", TEXT, code)
    writer.symbol(name, text, 0, size=len(code), kind=2)
    for symbol in dict.fromkeys(symbol for _, _, symbol, _ in relocations if symbol != name):
        writer.symbol(symbol)
    for relocation in relocations:
        writer.relocate(text, *relocation)
    return writer.build()
