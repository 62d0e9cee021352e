"""Guest code as whole LLVM functions: what a compiler without stencils would hand to LLVM, to compare with.

One function for each piece of guest code, made by chaining the expansions of its instructions: operands are
constants, going on is falling into the next expansion or a branch to its block, with the registers and the cached
cells as block parameters; calls and everything computed dispatch, and what gives up goes to the plain handlers. As in
the baseline compiler no value is known across a label. They are entered where a word begins and where its callees
return to (`entries_of`): `workloads.llvm_words` runs them, `compile_rate` only compiles them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cupola.ir.builder import Builder
from cupola.ir.core import Block, Constant, Declaration, Module, Value
from cupola.ir.types import I64, PTR
from cupola.languages.forth.vm import ForthVM
from cupola.tiers.definition.instruction import Operand
from cupola.tiers.definition.language import Language
from cupola.tiers.endings import dispatch
from cupola.tiers.expand import Ending, Frame, expand, handler_arguments
from cupola.tiers.headers import HANDLER_OFFSET, VARIANT_OFFSET
from cupola.tiers.interpreter.threaded import new_handler
from cupola.tiers.modules import Modules
from cupola.tiers.variants import VariantPlan

assert HANDLER_OFFSET == 0


class GuestCode(NamedTuple):
    """A piece of guest code: a name, the address where it starts, and its bytes."""

    name: str
    start: int
    data: bytes


class _Place(NamedTuple):
    """An instruction of guest code: its address and what runs there."""

    address: int
    variant: VariantPlan


def words_of(vm: ForthVM, first: int = 1) -> list[GuestCode]:
    """Every piece of guest code of a system once, however many names it has; of the words from token `first` on."""
    found = {}
    for token in range(first, vm.vm.word_count):
        word = vm.word(token)
        if word.code_end > word.entry > 0:
            data = vm.memory.read(word.entry - vm.address, word.code_end - word.entry)
            found[word.entry] = GuestCode(vm.word_name(token), word.entry, data)
    return list(found.values())


def name_of(word: GuestCode) -> str:
    """The name of a word's function."""
    return f"word {word.name} {word.start:x}"


def entries_of(modules: Modules, names: Sequence[str], words: Sequence[GuestCode]) -> dict[str, list[int]]:
    """The guest addresses at which each function may be entered, by its name; arguments as for `word_module`."""
    variants = _variants(modules, names)
    found = {}
    for word in words:
        places = _read(word, variants)
        known = {each.address: each.variant.state_in for each in places}
        canonical = modules.language.canonical
        found[name_of(word)] = [
            word.start,
            *(each for each in _returns(places) if known[each] == canonical and each != word.start),
        ]
    return found


def word_module(modules: Modules, names: Sequence[str], words: Sequence[GuestCode]) -> Module:
    """The module of these words; no two of them may start at the same place.

    `names` are those of the variants, by the numbers that guest code has: those of `modules` may be other ones, as
    instructions are numbered in the order of their definition.
    """
    module = Module("words")
    variants = _variants(modules, names)
    for word in words:
        module.add(_WholeWord(modules.language, variants, word).function)
    _declare(modules, module)
    return module


def _variants(modules: Modules, names: Sequence[str]) -> list[VariantPlan]:
    known = {each.name: each for each in modules.plan.variants}
    return [known[name] for name in names]


def _number(code: GuestCode, address: int, size: int) -> int:
    """The signed number of `size` bytes at an address of guest code."""
    at = address - code.start
    return int.from_bytes(code.data[at : at + size], "little", signed=True)


def _read(code: GuestCode, variants: Sequence[VariantPlan]) -> list[_Place]:
    """The instructions of a piece of guest code."""
    at, end = code.start, code.start + len(code.data)
    places = []
    while at < end:
        number = _number(code, at + VARIANT_OFFSET, 2) & 0xFFFF
        places.append(_Place(at, variants[number]))
        at += places[-1].variant.length
    return places


def _returns(places: Sequence[_Place]) -> list[int]:
    """The places after calls and after what only the handlers can do."""
    inside = {each.address for each in places}
    found = []
    for place in places:
        after = place.address + place.variant.length
        last = place.variant.sequence[-1]
        if after in inside and (place.variant.cold or not (last.falls_through or last.ends)):
            found.append(after)
    return found


class _WordEnding(Ending):
    """How the instruction at `place` reads operands and leaves; `word` knows the blocks."""

    def __init__(self, word: _WholeWord, place: _Place) -> None:
        super().__init__(word.language)
        self.starts_over = True
        self.word = word
        self.place = place

    def operand(self, builder: Builder, operand: Operand, offset: int, entry: Frame) -> Value:
        at = self.place.address + offset
        value = _number(self.word.code, at + operand.offset, operand.kind.stored.bytes)
        if operand.kind.relative:
            value += at
        return Constant(PTR if operand.kind.kernel_type.ir is PTR else I64, value)

    def pc(self, builder: Builder, offset: int, entry: Frame) -> Value:
        return Constant(PTR, self.place.address + offset)

    def next(self, builder: Builder, frame: Frame, entry: Frame, length: int) -> None:
        self.word.go_on(builder, frame, self.place.address + length)

    def jump(self, builder: Builder, frame: Frame, target: Value, operand: str | None) -> None:
        if isinstance(target, Constant) and int(target.value) in self.word.labels:
            self.word.branch(builder, frame, int(target.value))
        else:
            frame.fields["pc"] = target
            dispatch(builder, self.language, frame)

    def slow(self, builder: Builder, entry: Frame, function: str) -> None:
        frame = entry.copy()
        frame.fields["pc"] = Constant(PTR, self.place.address)
        arguments = handler_arguments(builder, self.language, frame)
        builder.end("tail_call", arguments, symbol=f"bail_{len(entry.cells)}")


class _WholeWord:
    """The work on one function."""

    def __init__(self, language: Language, variants: Sequence[VariantPlan], code: GuestCode) -> None:
        self.language = language
        self.code = code
        self.places = _read(code, variants)
        self.fallen: tuple[Block, Frame] | None = None  # where the instruction before falls into this one
        self.labels: dict[int, tuple[Block, Frame]] = {}
        state = self.places[0].variant.state_in
        self.function, entry = new_handler(self.language, name_of(code), state)
        self.vm = entry.fields["vm"]
        self._make_labels()
        self._lead_in(entry)
        for place in self.places:
            self._expand(place)

    def go_on(self, builder: Builder, frame: Frame, address: int) -> None:
        """Fall out of an instruction into the one at `address`."""
        if address in self.labels:
            self.branch(builder, frame, address)
        else:
            self.fallen = builder.block, frame

    def branch(self, builder: Builder, frame: Frame, address: int) -> None:
        """Go to the label at `address`."""
        builder.jump(self.labels[address][0], self._values(frame))

    # --- the parts of the function ----------------------------------------------------------------------------------

    def _make_labels(self) -> None:
        """A block for the targets of branches, and for where control comes back to from elsewhere."""
        known = {each.address: each.variant.state_in for each in self.places}
        wanted = {each for each in self._targets() if each in known} | set(_returns(self.places))
        for address in sorted(wanted):
            block = self.function.add_block(f"at_{address:x}")
            fields: dict[str, Value] = {"vm": self.vm}
            for name, type in self.language.fields[1:-1]:
                fields[name] = block.add_parameter(type, name)
            fields["pc"] = Constant(PTR, address)
            cells = [block.add_parameter(I64, f"c{place}") for place in range(known[address])]
            self.labels[address] = block, Frame(fields, cells)

    def _targets(self) -> list[int]:
        found = []
        for place in self.places:
            at = place.address
            for each in place.variant.sequence:
                found += [
                    at + _number(self.code, at + operand.offset, operand.kind.stored.bytes)
                    for operand in each.operands
                    if operand.kind.relative
                ]
                at += each.length
        return found

    def _lead_in(self, entry: Frame) -> None:
        """The function is entered at its first instruction, and again where its callees return to."""
        canonical = self.language.canonical
        builder = Builder(self.function)
        returns = [each for each in _returns(self.places) if len(self.labels[each][1].cells) == canonical]
        first = self.function.add_block("start")
        if returns:
            names = dict(
                zip((name for name, _ in self.language.signature), self.function.parameters, strict=True)
            )
            cells = [names[f"c{place}"] for place in range(canonical)]
            ways = []
            for address in returns:
                way = self.function.add_block(f"back_{address:x}")
                self.branch(Builder(self.function, way), Frame(entry.fields, cells), address)
                ways.append((address, way))
            builder.switch(builder.value("address", entry.fields["pc"]), ways, first)
        else:
            builder.jump(first)
        self.go_on(Builder(self.function, first), entry, self.code.start)

    def _expand(self, place: _Place) -> None:
        if place.address in self.labels:
            block, frame = self.labels[place.address]
        elif self.fallen is not None:
            block, frame = self.fallen
        else:
            return  # nothing leads here
        self.fallen = None
        frame = Frame({**frame.fields, "pc": Constant(PTR, place.address)}, frame.cells)
        builder = Builder(self.function, block)
        variant = place.variant
        if variant.cold:
            arguments = handler_arguments(builder, self.language, frame)
            builder.end("tail_call", arguments, symbol=variant.name)
        else:
            expand(builder, variant.sequence, frame, variant.state_out, _WordEnding(self, place))

    def _values(self, frame: Frame) -> list[Value]:
        return [*(frame.fields[name] for name, _ in self.language.fields[1:-1]), *frame.cells]


def _declare(modules: Modules, module: Module) -> None:
    """Declare what the functions of the module call, and take in the data that they point to."""
    types = tuple(type for _, type in modules.language.signature)
    pool = modules.pool
    slow = {each.name for each in modules.language.slow_paths}
    for function in module.functions.values():
        for each in function.instructions():
            name = each.symbol
            if each.operation.name not in ("call", "tail_call", "symbol") or name in module.functions:
                continue
            if name in pool.data:
                module.data[name] = pool.data[name]
            elif name in pool.declarations:
                module.declare(pool.declarations[name])
            elif name in pool.functions and name not in slow:
                parameters = tuple(value.type for value in pool.functions[name].parameters)
                module.declare(Declaration(name, parameters, pool.functions[name].results))
            else:
                module.declare(Declaration(name, types, (), "handler"))
