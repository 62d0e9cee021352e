"""Parser of ELF64 relocatable objects for x86-64, as LLVM writes them.

Source: System V ABI, "ELF-64 Object File Format" (1998), and the AMD64 supplement 1.0 (relocation numbers).
Read only; every offset is checked, so that damaged bytes give an `ObjectError` and nothing else. It may run
at every start: structs are unpacked in bulk.
"""

from __future__ import annotations

import struct

from cupola.machine.errors import ObjectError

SHT_SYMTAB, SHT_RELA, SHT_NOBITS, SHT_REL = 2, 4, 8, 9
SHF_WRITE, SHF_ALLOC, SHF_EXECINSTR, SHF_TLS = 1, 2, 4, 0x400
SHN_UNDEF, SHN_ABS, SHN_COMMON, SHN_XINDEX = 0, 0xFFF1, 0xFFF2, 0xFFFF
STB_LOCAL, STB_GLOBAL, STB_WEAK = 0, 1, 2
STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_SECTION = 0, 1, 2, 3

R_64, R_PC32, R_PLT32, R_GOTPCREL, R_32, R_32S, R_8, R_PC64 = 1, 2, 4, 9, 10, 11, 14, 24
R_GOTPCRELX, R_REX_GOTPCRELX = 41, 42
RELOCATION_NAMES = {
    R_64: "R_X86_64_64",
    R_PC32: "R_X86_64_PC32",
    R_PLT32: "R_X86_64_PLT32",
    R_GOTPCREL: "R_X86_64_GOTPCREL",
    R_32: "R_X86_64_32",
    R_32S: "R_X86_64_32S",
    R_8: "R_X86_64_8",
    R_PC64: "R_X86_64_PC64",
    R_GOTPCRELX: "R_X86_64_GOTPCRELX",
    R_REX_GOTPCRELX: "R_X86_64_REX_GOTPCRELX",
}

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_RELA = struct.Struct("<QIIq")


class Section:
    """One section. One without bytes in the file (.bss) has empty `data`; its `size` still counts."""

    __slots__ = ("align", "data", "flags", "index", "info", "kind", "link", "name", "size")

    def __init__(
        self,
        index: int,
        name: str,
        kind: int,
        flags: int,
        data: bytes,
        size: int,
        align: int,
        link: int,
        info: int,
    ) -> None:
        self.index = index
        self.name = name
        self.kind = kind
        self.flags = flags
        self.data = data
        self.size = size
        self.align = align
        self.link = link
        self.info = info


class Symbol:
    """One symbol: `value` is the offset in section number `section` (or absolute with `SHN_ABS`), `size` its
    bytes.
    """

    __slots__ = ("binding", "kind", "name", "section", "size", "value")

    def __init__(self, name: str, binding: int, kind: int, section: int, value: int, size: int) -> None:
        self.name = name
        self.binding = binding
        self.kind = kind
        self.section = section
        self.value = value
        self.size = size

    @property
    def is_defined(self) -> bool:
        """Whether this object holds the symbol (and not only its name)."""
        return self.section != SHN_UNDEF

    @property
    def is_function(self) -> bool:
        return self.kind == STT_FUNC


class Relocation:
    """At `offset` of its section, put the address of `symbol` plus `addend`, in the way of `kind` (an `R_`
    number).
    """

    __slots__ = ("addend", "kind", "offset", "symbol")

    def __init__(self, offset: int, kind: int, symbol: Symbol, addend: int) -> None:
        self.offset = offset
        self.kind = kind
        self.symbol = symbol
        self.addend = addend

    @property
    def kind_name(self) -> str:
        return RELOCATION_NAMES.get(self.kind, f"relocation type {self.kind}")


class ObjectFile:
    """A parsed object: `sections` and `symbols` by their numbers in the file, `relocations` by the number of
    the section they change.
    """

    __slots__ = ("relocations", "sections", "symbols")

    def __init__(
        self,
        sections: list[Section],
        symbols: list[Symbol],
        relocations: dict[int, list[Relocation]],
    ) -> None:
        self.sections = sections
        self.symbols = symbols
        self.relocations = relocations

    def functions(self) -> list[Symbol]:
        """The functions defined here, in the order of the symbol table."""
        return [symbol for symbol in self.symbols if symbol.kind == STT_FUNC and symbol.section]


def parse(data: bytes) -> ObjectFile:
    """Parse one object file; `ObjectError` when it is damaged, or not an x86-64 relocatable object."""
    try:
        return _parse(data)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ObjectError(f"damaged object file of {len(data):,} bytes: {error}") from error


def _parse(data: bytes) -> ObjectFile:
    ident, kind, machine, _, _, _, table, _, _, _, _, entry_size, count, names = _HEADER.unpack_from(data)
    if ident[:6] != b"\x7fELF\x02\x01" or kind != 1 or machine != 62:
        raise ObjectError(
            f"expected an ELF64 relocatable object for x86-64, found {bytes(data[:20]).hex(' ')}"
        )
    if entry_size != _SECTION.size or count == 0:
        raise ObjectError(f"unusual section table: {count} entries of {entry_size} bytes")
    sections = _sections(data, table, count, names)
    symbols: list[Symbol] = []
    for section in sections:
        if section.kind == SHT_SYMTAB:
            symbols = _symbols(section, sections)
    relocations: dict[int, list[Relocation]] = {}
    for section in sections:
        if section.kind == SHT_RELA:
            relocations[section.info] = _relocations(section, sections[section.info], symbols)
        elif section.kind == SHT_REL:
            raise ObjectError(f"section {section.name}: relocations without addends do not exist on x86-64")
    return ObjectFile(sections, symbols, relocations)


def _slice(data: bytes, offset: int, size: int, what: str) -> bytes:
    if offset + size > len(data):
        raise ObjectError(
            f"damaged object file: {what} ends at byte {offset + size:,}, the file at {len(data):,}"
        )
    return data[offset : offset + size]


def _sections(data: bytes, table: int, count: int, names: int) -> list[Section]:
    rows = list(_SECTION.iter_unpack(_slice(data, table, count * _SECTION.size, "the section table")))
    name_offset, name_size = rows[names][4:6]
    strings = _slice(data, name_offset, name_size, "the section names")
    sections = []
    for index, (name, kind, flags, _, offset, size, link, info, align, _) in enumerate(rows):
        text = _string(strings, name)
        body = b"" if kind in (0, SHT_NOBITS) else _slice(data, offset, size, f"section {text}")
        sections.append(Section(index, text, kind, flags, body, size, max(align, 1), link, info))
    return sections


def _string(strings: bytes, offset: int) -> str:
    end = strings.find(0, offset)
    if (end < 0 and offset < len(strings)) or offset > len(strings):
        raise ObjectError(f"damaged object file: a name at byte {offset} of {len(strings)}")
    return strings[offset : max(end, offset)].decode()


def _symbols(section: Section, sections: list[Section]) -> list[Symbol]:
    strings = sections[section.link].data
    symbols = []
    for name, info, _, index, value, size in _SYMBOL.iter_unpack(section.data):
        if index == SHN_XINDEX or (index < 0xFF00 and index >= len(sections)):
            raise ObjectError(
                f"symbol {_string(strings, name)} lies in section {index}, of {len(sections)} sections"
            )
        symbols.append(Symbol(_string(strings, name), info >> 4, info & 15, index, value, size))
    return symbols


def _relocations(section: Section, target: Section, symbols: list[Symbol]) -> list[Relocation]:
    result = []
    for offset, kind, symbol, addend in _RELA.iter_unpack(section.data):
        if offset >= target.size:
            raise ObjectError(
                f"a relocation at byte {offset} of section {target.name} of {target.size} bytes"
            )
        result.append(Relocation(offset, kind, symbols[symbol], addend))
    return result
