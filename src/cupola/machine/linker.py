"""The linker: ELF objects -> runnable code in a `CodeArena`.

It places functions, then thunks and address slots, then read-only data, and fills in the relocations, each
checked for overflow. Everything that it places lies below 2 GB, so direct jumps and 32-bit addresses always
reach; only symbols of the outside (libc) may be far. A far function is called through a thunk, `jmp [slot]`,
and its address is the only thing in the linked bytes that another process must change (`Linked.slots`).

Native code here has no mutable globals: a section that is both writable and not relocation-read-only is an
error.
"""

from __future__ import annotations

import struct

from cupola.machine import elf
from cupola.machine.elf import ObjectFile, Relocation, Section, Symbol
from cupola.machine.errors import LinkError
from cupola.machine.memory import LOW_LIMIT, CodeArena

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_GOT_KINDS = (elf.R_GOTPCREL, elf.R_GOTPCRELX, elf.R_REX_GOTPCRELX)
_THUNK_SIZE = 8  # jmp [rip + disp32] is 6 bytes; int3 fills the rest
_I8, _I32, _U32, _U64 = (struct.Struct(code) for code in ("<b", "<i", "<I", "<Q"))
_ABSOLUTE_KINDS = (elf.R_64, elf.R_32, elf.R_32S, elf.R_8)
_FIELDS = {elf.R_64: _U64, elf.R_PC64: _U64, elf.R_32: _U32, elf.R_8: _I8}  # the others are signed 32 bits
_MASK = 0xFFFF_FFFF_FFFF_FFFF


class Linked:
    """What `link` placed.

    `symbols`: address of every global symbol (to run, in the executable view). `sizes`: bytes of each
    function among them. `offset` and `size`: the bytes used in the arena. `slots`: far external -> address of
    the 8 bytes that hold its address. `direct`: near external -> the value that is written into the code
    itself. Bytes copied into another process stay valid there if they lie at the same address, `direct` has
    the same values, and the slots are filled anew.
    """

    __slots__ = ("direct", "offset", "size", "sizes", "slots", "symbols")

    def __init__(self, offset: int, size: int) -> None:
        self.offset = offset
        self.size = size
        self.symbols: dict[str, int] = {}
        self.sizes: dict[str, int] = {}
        self.slots: dict[str, int] = {}
        self.direct: dict[str, int] = {}


def link(objects: Sequence[bytes], arena: CodeArena, externals: Mapping[str, int]) -> Linked:
    """Link `objects` together and write them into `arena`. `externals` gives symbols that no object defines
    (addresses, or values of holes).

    `LinkError` for an undefined or doubled symbol, a mutable global, an unknown relocation or a value that
    does not fit; nothing is written then.
    """
    return _Link(objects, externals).run(arena)


class _Link:
    """One run of the linker. Positions are offsets in the image; the arena gives the base address late."""

    def __init__(self, objects: Sequence[bytes], externals: Mapping[str, int]) -> None:
        self.objects = [elf.parse(data) for data in objects]
        self.externals = externals
        self.code: list[tuple[int, Section]] = []  # object number, section
        self.constants: list[tuple[int, Section]] = []
        self.places: dict[tuple[int, int], int] = {}  # (object number, section number) -> offset
        self.globals: dict[str, tuple[int, Symbol]] = {}
        self.thunks: dict[str, int] = {}
        self.slots: dict[str, int] = {}
        self.size = 0
        self.align = 16

    def run(self, arena: CodeArena) -> Linked:
        self._sort_sections()
        self._define_globals()
        self._place(self.code)
        self._place_thunks_and_slots()
        self._place(self.constants)
        offset = arena.allocate(self.size, self.align)
        arena.write(offset, self._fill(arena.executable + offset))
        return self._result(offset, arena.executable + offset)

    # Placing

    def _sort_sections(self) -> None:
        for number, parsed in enumerate(self.objects):
            for section in parsed.sections:
                if not section.flags & elf.SHF_ALLOC or section.size == 0 or section.name == ".eh_frame":
                    continue
                read_only = not section.flags & elf.SHF_WRITE or section.name.startswith(".data.rel.ro")
                if not read_only or section.kind == elf.SHT_NOBITS or section.flags & elf.SHF_TLS:
                    raise LinkError(self._mutable(number, section))
                sections = self.code if section.flags & elf.SHF_EXECINSTR else self.constants
                sections.append((number, section))

    def _mutable(self, number: int, section: Section) -> str:
        parsed = self.objects[number]
        names = [symbol.name for symbol in parsed.symbols if symbol.section == section.index and symbol.name]
        return (
            f"{self._object_name(number)} has a mutable global ({', '.join(names) or 'unnamed'}, section "
            f"{section.name}): native code keeps state in the context: declare it constant or move it"
        )

    def _place(self, sections: list[tuple[int, Section]]) -> None:
        for number, section in sections:
            self.places[number, section.index] = self._reserve(section.size, section.align)

    def _reserve(self, size: int, align: int) -> int:
        offset = (self.size + align - 1) & -align
        self.size = offset + size
        self.align = max(self.align, align)
        return offset

    def _define_globals(self) -> None:
        for number, parsed in enumerate(self.objects):
            for symbol in parsed.symbols:
                if symbol.binding == elf.STB_LOCAL or symbol.section == elf.SHN_UNDEF:
                    continue
                if symbol.section == elf.SHN_COMMON:
                    raise LinkError(
                        f"{self._object_name(number)} has a mutable global ({symbol.name}, common): "
                        "declare it constant"
                    )
                self._define(number, symbol)

    def _define(self, number: int, symbol: Symbol) -> None:
        other = self.globals.get(symbol.name)
        if other is None or (other[1].binding == elf.STB_WEAK and symbol.binding != elf.STB_WEAK):
            self.globals[symbol.name] = (number, symbol)
        elif symbol.binding != elf.STB_WEAK:
            raise LinkError(
                f"symbol {symbol.name} is defined twice: in {self._object_name(other[0])} "
                f"and in {self._object_name(number)}"
            )

    def _place_thunks_and_slots(self) -> None:
        """Reserve a thunk and a slot for each far function that is called, a slot for each address loaded."""
        called: dict[str, None] = {}
        slotted: dict[str, None] = {}
        for number, _, relocation in self._relocations():
            symbol = relocation.symbol
            if relocation.kind in _GOT_KINDS:
                if symbol.binding == elf.STB_LOCAL:
                    raise LinkError(
                        f"{relocation.kind_name} to a local symbol {self._where(number, relocation)}: "
                        "LLVM never needs one, the object comes from elsewhere"
                    )
                slotted[symbol.name] = None
            elif relocation.kind == elf.R_PLT32 and self._is_far(symbol):
                called[symbol.name] = slotted[symbol.name] = None
        for name in called:
            self.thunks[name] = self._reserve(_THUNK_SIZE, 8)
        for name in slotted:
            self.slots[name] = self._reserve(8, 8)

    def _is_far(self, symbol: Symbol) -> bool:
        """Whether a symbol is an external that 32 bits cannot reach."""
        external = None if symbol.name in self.globals else self.externals.get(symbol.name)
        return external is not None and not 0 <= external < LOW_LIMIT

    # Filling in

    def _relocations(self) -> Iterator[tuple[int, Section, Relocation]]:
        """All relocations of loaded sections, with the object's number and the section they change."""
        for number, section in self.code + self.constants:
            for relocation in self.objects[number].relocations.get(section.index, ()):
                yield number, section, relocation

    def _fill(self, base: int) -> bytearray:
        image = bytearray(b"\xcc" * self.size)  # int3 between functions: a jump astray stops at once
        for number, section in self.code + self.constants:
            place = self.places[number, section.index]
            image[place : place + section.size] = section.data
        for name, place in self.thunks.items():
            image[place : place + 6] = b"\xff\x25" + _I32.pack(self.slots[name] - place - 6)
        for number, section, relocation in self._relocations():
            self._apply(image, base, number, section, relocation)
        for name, place in self.slots.items():
            _U64.pack_into(image, place, self._named_value(name, base) & _MASK)
        return image

    def _named_value(self, name: str, base: int) -> int:
        found = self.globals.get(name)
        return self.externals[name] if found is None else self._symbol_value(found[0], found[1], base)

    def _symbol_value(self, number: int, symbol: Symbol, base: int) -> int:
        """The final value of a symbol that object `number` defines."""
        if symbol.section == elf.SHN_ABS:
            return symbol.value
        place = self.places.get((number, symbol.section))
        if place is None:
            raise LinkError(
                f"{self._object_name(number)}: symbol {symbol.name or '(section)'} lies in section "
                f"{self.objects[number].sections[symbol.section].name}, which is empty or not loaded"
            )
        return base + place + symbol.value

    def _value(self, number: int, relocation: Relocation, base: int) -> int:
        symbol = relocation.symbol
        if symbol.section != elf.SHN_UNDEF and symbol.binding == elf.STB_LOCAL:
            return self._symbol_value(number, symbol, base)
        if symbol.name in self.globals or symbol.name in self.externals:
            return self._named_value(symbol.name, base)
        raise LinkError(
            f"undefined symbol {symbol.name}, used {self._where(number, relocation)}: "
            "define it in one of the objects or give its address in `externals`"
        )

    def _apply(
        self, image: bytearray, base: int, number: int, section: Section, relocation: Relocation
    ) -> None:
        kind = relocation.kind
        if kind not in elf.RELOCATION_NAMES:
            raise LinkError(
                f"{relocation.kind_name} {self._where(number, relocation)} is unknown to this linker: "
                f"expected one of {', '.join(elf.RELOCATION_NAMES.values())}"
            )
        field = _FIELDS.get(kind, _I32)
        if relocation.offset + field.size > section.size:
            raise LinkError(f"{relocation.kind_name} {self._where(number, relocation)} leaves its section")
        position = self.places[number, section.index] + relocation.offset
        name = relocation.symbol.name
        value = self._value(number, relocation, base)
        if kind in _GOT_KINDS:
            value = base + self.slots[name]
        elif kind == elf.R_PLT32 and name in self.thunks:
            value = base + self.thunks[name]
        value += relocation.addend
        if kind not in _ABSOLUTE_KINDS:
            value -= base + position
        try:
            field.pack_into(image, position, value & _MASK if field is _U64 else value)
        except struct.error:
            raise LinkError(self._overflow(number, relocation, value)) from None

    def _overflow(self, number: int, relocation: Relocation, value: int) -> str:
        width = {elf.R_32: "32 unsigned bits", elf.R_8: "8 signed bits"}.get(
            relocation.kind, "32 signed bits"
        )
        advice = ""
        if self._is_far(relocation.symbol):
            advice = (
                "; a symbol beyond 2 GB can be called, but its address can only be loaded through a pointer"
            )
        return (
            f"{value:#x} for symbol {relocation.symbol.name} does not fit {width} ({relocation.kind_name} "
            f"{self._where(number, relocation)}){advice}"
        )

    # The result, and names for messages

    def _result(self, offset: int, base: int) -> Linked:
        linked = Linked(offset, self.size)
        for name, (number, symbol) in self.globals.items():
            linked.symbols[name] = self._symbol_value(number, symbol, base)
            if symbol.kind == elf.STT_FUNC:
                linked.sizes[name] = symbol.size
        linked.slots = {name: base + place for name, place in self.slots.items() if name not in self.globals}
        for _, _, relocation in self._relocations():
            name = relocation.symbol.name
            if (
                relocation.symbol.section == elf.SHN_UNDEF
                and name not in self.globals
                and name not in self.slots
            ):
                linked.direct[name] = self.externals[name]
        return linked

    def _object_name(self, number: int) -> str:
        defined = [s.name for s in self.objects[number].symbols if s.section and s.binding != elf.STB_LOCAL]
        names = ", ".join(defined[:3]) + (", ..." if defined[3:] else "")
        return f"object {number} (which defines {names or 'nothing'})"

    def _where(self, number: int, relocation: Relocation) -> str:
        return f"{_function_at(self.objects[number], relocation)} of {self._object_name(number)}"


def _function_at(parsed: ObjectFile, relocation: Relocation) -> str:
    """In which function, or else section, a relocation lies, for a message."""
    for index, relocations in parsed.relocations.items():
        if relocation in relocations:
            for symbol in parsed.functions():
                if symbol.section == index and symbol.value <= relocation.offset < symbol.value + symbol.size:
                    return f"in function {symbol.name} at byte {relocation.offset - symbol.value:#x}"
            return f"in section {parsed.sections[index].name} at byte {relocation.offset:#x}"
    return "in an unknown section"
