"""Says whether a function or a module makes sense: shape, types, SSA dominance, edges, calls, symbols.

Every pass may assume a function that passes here, and must leave one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cupola.ir.core import (
    TOTAL_WEIGHT,
    Block,
    Constant,
    Function,
    Instruction,
    Module,
    Parameter,
    Result,
    Successor,
    Value,
)
from cupola.ir.dominance import Dominance
from cupola.ir.errors import IRError
from cupola.ir.printer import Names, format_instruction, format_symbol
from cupola.ir.types import PTR, Type


def verify_module(module: Module) -> None:
    """Raise IRError unless every function of the module is well-formed and names mean one thing each."""
    owners: dict[str, str] = {}
    kinds: dict[str, Iterable[str]] = {
        "function": module.functions, "declaration": module.declarations,
        "data": module.data, "hole": module.holes,
    }  # fmt: skip
    for kind, names in kinds.items():
        for name in names:
            if name in owners and {kind, owners[name]} != {"function", "declaration"}:
                raise IRError(f"module {module.name!r}: {format_symbol(name)} is {owners[name]} and {kind}")
            owners[name] = kind
    for name, (low, high) in module.holes.items():
        if not -(1 << 63) <= low < high <= 1 << 64:
            raise IRError(
                f"hole {format_symbol(name)}: expected low < high in 64 bits, found {low} .. {high}"
            )
    for name, function in module.functions.items():
        if function.name != name:
            raise IRError(f"module {module.name!r}: function {function.name!r} is entered as {name!r}")
        declared = module.declarations.get(name)
        if declared is not None and tuple(declared[1:]) != _signature(function):
            raise IRError(f"{format_symbol(name)}: declared as {declared}, defined as {_signature(function)}")
        verify(function, module)


def verify(function: Function, module: Module | None = None) -> None:
    """Raise IRError unless `function` is well-formed; with `module`, check what it calls and names, too."""
    _Check(function, module).run()


def _signature(function: Function) -> tuple[object, ...]:
    return tuple(each.type for each in function.parameters), function.results, function.convention


def _types(values: Iterable[Value]) -> tuple[Type, ...]:
    return tuple(each.type for each in values)


def _shown(types: Iterable[Type]) -> str:
    return "(" + ", ".join(each.name for each in types) + ")"


class _Check:
    """One run over one function."""

    def __init__(self, function: Function, module: Module | None) -> None:
        self.function = function
        self.module = module
        self.block: Block | None = None
        self.instruction: Instruction | None = None

    def fail(self, message: str) -> IRError:
        names = Names(self.function)
        where = format_symbol(self.function.name)
        if self.block is not None:
            where += f", block {names.block(self.block)}"
        if self.instruction is not None:
            where += f", `{format_instruction(self.instruction, names)}`"
            if self.instruction.location is not None:
                file, line, column = self.instruction.location
                where += f" ({file}:{line}:{column})"
        return IRError(f"{where}: {message}")

    def run(self) -> None:
        if not self.function.blocks:
            raise self.fail("expected at least an entry block, found none")
        if self.function.convention == "handler" and self.function.results:
            raise self.fail(f"a handler has no results, found {_shown(self.function.results)}")
        if len(set(self.function.blocks)) != len(self.function.blocks):
            raise self.fail("a block is in the function twice")
        self.known = set(self.function.blocks)
        for block in self.function.blocks:
            self.block = block
            self._shape(block)
        self._definitions()
        self.block = None
        self.dominance = Dominance(self.function)
        for block, place, each in self._all():
            self._uses(block, place, each)
            self._one(each)

    def _all(self) -> Iterator[tuple[Block, int, Instruction]]:
        """Every instruction with its block and place; errors raised meanwhile tell of it."""
        for block in self.function.blocks:
            self.block = block
            for place, each in enumerate(block.instructions):
                self.instruction = each
                yield block, place, each
            self.instruction = None

    def _shape(self, block: Block) -> None:
        if not block.instructions:
            raise self.fail("expected a terminator, found an empty block")
        for each in block.instructions[:-1]:
            if each.operation.terminator:
                self.instruction = each
                raise self.fail("a terminator must be the last of its block")
        self.instruction = block.instructions[-1]
        if not self.instruction.operation.terminator:
            raise self.fail("expected a terminator at the end of the block")
        for edge in self.instruction.successors:
            if edge.block not in self.known:
                raise self.fail(f"successor {edge.block.name} is no block of the function")
        self.instruction = None

    def _definitions(self) -> None:
        """Where each value is defined: its block and its place there, -1 for parameters."""
        self.places: dict[Value, tuple[Block, int]] = {}
        for block in self.function.blocks:
            self.block = block
            for parameter in block.parameters:
                self._define(parameter, block, -1)
        for block, place, each in self._all():
            for result in each.results:
                if result.instruction is not each:
                    raise self.fail(f"result {result.name!r} says that it belongs to another instruction")
                self._define(result, block, place)

    def _define(self, value: Parameter | Result, block: Block, place: int) -> None:
        if value in self.places:
            raise self.fail(f"value {value.name!r} is defined twice")
        self.places[value] = (block, place)

    # --- uses ---

    def _uses(self, block: Block, place: int, instruction: Instruction) -> None:
        edges = [value for edge in instruction.successors for value in edge.arguments]
        for value in (*instruction.operands, *edges):
            if isinstance(value, Constant):
                self._constant(value)
                continue
            if value not in self.places:
                raise self.fail(f"operand {value.name or '?'} has no definition in this function")
            home, there = self.places[value]
            same = home is block and there < place
            if not same and not self.dominance.strictly(home, block):
                text = Names(self.function).value(value)
                raise self.fail(f"{text} is used where its definition does not always come before")

    def _constant(self, constant: Constant) -> None:
        type, value = constant.type, constant.value
        fine = isinstance(value, float) if type.is_float else 0 <= value <= type.mask and value == int(value)
        if not fine:
            raise self.fail(f"expected a constant of {type} in canonical form, found {value!r}")

    # --- instructions ---

    def _one(self, each: Instruction) -> None:
        operation = each.operation
        if not operation.variadic:
            try:
                operation.bind(_types(each.operands), _types(each.results))
            except TypeError as error:
                raise self.fail(str(error)) from None
        elif each.results and not operation.names_results:
            raise self.fail(f"{operation.name} has no results, found {len(each.results)}")
        if operation.has_symbol != bool(each.symbol):
            raise self.fail(
                "expected a symbol" if operation.has_symbol else f"takes no symbol, found {each.symbol!r}"
            )
        self._edges(each)
        special = getattr(self, "_check_" + operation.name, None)
        if special is not None:
            special(each)

    def _edges(self, each: Instruction) -> None:
        name = each.operation.name
        wanted = {"jump": 1, "branch": 2, "switch": len(each.cases) + 1}.get(name, 0)
        if len(each.successors) != wanted:
            raise self.fail(f"expected {wanted} successors, found {len(each.successors)}")
        if name != "switch" and each.cases:
            raise self.fail("only a switch has cases")
        if each.weight is not None and not (name == "branch" and 0 <= each.weight <= TOTAL_WEIGHT):
            raise self.fail(f"only a branch has a weight, of 0 to {TOTAL_WEIGHT}; found {each.weight}")
        for edge in each.successors:
            self._arguments(edge)

    def _arguments(self, edge: Successor) -> None:
        wanted, found = _types(edge.block.parameters), _types(edge.arguments)
        if wanted != found:
            raise self.fail(f"block {edge.block.name} takes {_shown(wanted)}, found {_shown(found)}")

    def _check_switch(self, each: Instruction) -> None:
        type = each.operands[0].type
        cases = [type.unsigned(number) for number in each.cases]
        if len(set(cases)) != len(cases):
            raise self.fail("a case stands there twice")
        for number in each.cases:
            if not -(type.mask + 1) // 2 <= number <= type.mask:
                raise self.fail(f"case {number} is no {type}")

    def _check_return(self, each: Instruction) -> None:
        found = _types(each.operands)
        if found != self.function.results:
            raise self.fail(f"the function returns {_shown(self.function.results)}, found {_shown(found)}")

    def _check_stack_slot(self, each: Instruction) -> None:
        if not isinstance(each.operands[0], Constant):
            raise self.fail("the size of a stack slot must be a constant")

    def _check_call(self, each: Instruction) -> None:
        callee = self._callee(each.symbol)
        if callee is not None:
            parameters, results, _ = callee
            self._match("takes", parameters, _types(each.operands))
            self._match("returns", results, _types(each.results))

    def _check_tail_call(self, each: Instruction) -> None:
        callee = self._callee(each.symbol)
        if callee is not None:
            parameters, _, convention = callee
            if convention != "handler":
                raise self.fail(
                    f"only a handler can be tail called, and {format_symbol(each.symbol)} is none"
                )
            self._match("takes", parameters, _types(each.operands))
        self._tail(_types(each.operands))

    def _check_tail_call_indirect(self, each: Instruction) -> None:
        self._target(each)
        self._tail(_types(each.operands[1:]))

    def _check_call_indirect(self, each: Instruction) -> None:
        self._target(each)

    def _target(self, each: Instruction) -> None:
        found = _types(each.operands[:1])
        if found != (PTR,):
            raise self.fail(
                f"expected the address to call as the first operand, a ptr, found {_shown(found)}"
            )

    def _tail(self, arguments: tuple[Type, ...]) -> None:
        if self.function.convention != "handler":
            raise self.fail("only a handler can end in a tail call")
        own = _types(self.function.parameters)
        if arguments != own:
            raise self.fail(
                f"a tail call passes the types of its function, {_shown(own)}, found {_shown(arguments)}"
            )

    def _check_symbol(self, each: Instruction) -> None:
        module = self.module
        if module is None:
            return
        if not any(
            each.symbol in names
            for names in (module.functions, module.declarations, module.data, module.holes)
        ):
            raise self.fail("expected a function, data or hole of the module")

    def _callee(self, name: str) -> tuple[tuple[Type, ...], tuple[Type, ...], str] | None:
        """Parameters, results and convention of a function; None if there is no module to look into."""
        if self.module is None:
            return None
        if name in self.module.functions:
            function = self.module.functions[name]
            return _types(function.parameters), function.results, function.convention
        if name in self.module.declarations:
            _, parameters, results, convention = self.module.declarations[name]
            return parameters, results, convention
        raise self.fail(f"expected a function or declaration of module {self.module.name!r}")

    def _match(self, verb: str, wanted: tuple[Type, ...], found: tuple[Type, ...]) -> None:
        if wanted != found:
            raise self.fail(f"the callee {verb} {_shown(wanted)}, found {_shown(found)}")
