"""The symbolic executor: runs a function of a module on unknown arguments.

Blocks are executed in reverse postorder, a loop's blocks once for each iteration before anything behind the loop; so
all ways into a block are known when it is reached, and are merged into one state. The order is the lexicographic one
of (place of the outermost loop's head, iteration, ..., place of the block).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from cupola.ir.core import Block, Constant, Function, Instruction, Module, Successor, Value
from cupola.ir.dominance import Dominance
from cupola.ir.errors import IRError
from cupola.ir.operations.terms import z3
from cupola.ir.proofs.conditions import both, either, opposite
from cupola.ir.proofs.memory import Memory, Pointer, Region
from cupola.ir.proofs.shape import constant_region, loops_of
from cupola.ir.proofs.solver import conjuncts
from cupola.ir.types import I64, PTR, Type


class Obligation(NamedTuple):
    """Something that must hold wherever control comes to a place: `condition` implies `claim`."""

    what: str
    condition: Any
    claim: Any


class Invariant(NamedTuple):
    """What holds each time a loop's head is reached, of its block parameters; `measure` is an unsigned
    number that falls with each turn, which shows that the loop ends. Both take the values in order.
    """

    holds: Callable[..., Any]
    measure: Callable[..., Any]


class Outcome(NamedTuple):
    """What a call came to: results and memory where it returned, and under which condition it did."""

    results: tuple[Any, ...]
    memory: Memory
    condition: Any


class State(NamedTuple):
    """A way into a block: condition, values of what was computed, memory, which turn of each loop it is."""

    condition: Any
    values: dict[Value, Any]
    memory: Memory
    turns: dict[Block, int]


Contract = Callable[["Executor", Sequence[Any], Any, Memory], tuple[tuple[Any, ...], Memory]]


class Executor:
    """Runs functions of a module; collects obligations. `domain` is the reading of operations.

    `contracts` replace calls of functions, by name: they get this executor, the arguments, the path's condition
    and the memory, and give the memory afterwards with the results; what they promise of them they add to
    `domain.facts`. `invariants` cut loops: by function name and number of the loop, in order. Other loops are
    unrolled; that they turn at most `turns` times is an obligation.
    """

    def __init__(
        self,
        module: Module,
        domain: Any,
        *,
        contracts: Mapping[str, Contract] | None = None,
        invariants: Mapping[tuple[str, int], Invariant] | None = None,
        turns: int = 64,
    ) -> None:
        self.module = module
        self.domain = domain
        self.contracts = contracts or {}
        self.invariants = invariants or {}
        self.turns = turns
        self.assumptions: list[Any] = []
        self.obligations: list[Obligation] = []
        self.regions: dict[str, Region] = {}

    def assume(self, *conditions: Any) -> None:
        """What may be taken for granted everywhere."""
        self.assumptions += [each for each in conditions if each is not True]

    @property
    def known(self) -> list[Any]:
        return [*self.assumptions, *self.domain.facts]

    def require(self, what: str, condition: Any, claim: Any) -> None:
        """Note an obligation, unless it holds as it stands."""
        if claim is True or condition is False:
            return
        parts = [False] if claim is False else conjuncts(claim)
        self.obligations += [Obligation(what, condition, each) for each in parts]

    def call(self, name: str, arguments: Sequence[Any], memory: Memory, condition: Any = True) -> Outcome:
        """Run the function `name`."""
        return _Run(self, self.module.functions[name]).run(arguments, memory, condition)


class _Run:
    """One call of one function."""

    def __init__(self, executor: Executor, function: Function) -> None:
        self.executor = executor
        self.domain = executor.domain
        self.function = function
        dominance = Dominance(function)
        self.place = {block: number for number, block in enumerate(dominance.order)}
        self.loops = loops_of(function, dominance)
        self.heads = [block for block in dominance.order if block in self.loops]
        self.pending: dict[tuple[int, ...], tuple[Block, list[tuple[State, list[Any]]]]] = {}
        self.returns: list[tuple[Any, tuple[Any, ...], Memory]] = []

    def run(self, arguments: Sequence[Any], memory: Memory, condition: Any) -> Outcome:
        entry = State(condition, {}, memory, {})
        self.pending[self.key(self.function.entry, {})] = (self.function.entry, [(entry, list(arguments))])
        while self.pending:
            block, ways = self.pending.pop(min(self.pending))
            self.block(block, self.merge(block, ways))
        return self.outcome()

    def outcome(self) -> Outcome:
        if not self.returns:
            raise IRError(f"@{self.function.name}: no path returns")
        conditions = [condition for condition, _, _ in self.returns]
        results = list(self.returns[-1][1])
        for condition, values, _ in reversed(self.returns[:-1]):
            for place, (type, value) in enumerate(zip(self.function.results, values, strict=True)):
                results[place] = self.choose(type, condition, value, results[place])
        parts = [(condition, memory) for condition, _, memory in self.returns]
        merged = Memory.merged(self.domain, self.executor.regions.values(), parts)
        return Outcome(tuple(results), merged, either(conditions))

    # --- the order of blocks ---

    def key(self, block: Block, turns: Mapping[Block, int]) -> tuple[int, ...]:
        around = [head for head in self.heads if block in self.loops[head]]
        out: list[int] = []
        for head in around:
            out += [self.place[head], turns.get(head, 0)]
        return (*out, self.place[block])

    def follow(self, source: Block, edge: Successor, state: State, condition: Any) -> None:
        """Go along an edge, if it can be taken."""
        if condition is False:
            return
        target = edge.block
        back = target in self.loops and source in self.loops[target]
        turns = {head: count for head, count in state.turns.items() if target in self.loops[head]}
        arguments = [self.value(state, each) for each in edge.arguments]
        if target in self.loops:
            cut = self.invariant(target)
            if cut is not None:
                self.cut(target, cut, back, arguments, state, condition)
                if back:
                    return
            turns[target] = turns[target] + 1 if back else 0
        if back and turns[target] > self.executor.turns:
            what = f"a loop of {self.function.name} turns at most {self.executor.turns} times"
            self.executor.require(what, condition, False)
            return
        if target in self.loops and self.invariant(target) is not None:
            arguments = self.forget(target, state)
            condition = both(condition, self.holds(target, arguments))
        key = self.key(target, turns)
        moved = State(condition, state.values, state.memory, turns)
        self.pending.setdefault(key, (target, []))[1].append((moved, arguments))

    # --- loops that are cut ---

    def invariant(self, head: Block) -> Invariant | None:
        return self.executor.invariants.get((self.function.name, self.heads.index(head)))

    def holds(self, head: Block, values: Sequence[Any]) -> Any:
        cut = self.invariant(head)
        assert cut is not None
        return cut.holds(*self.numbers(head, values))

    def numbers(self, head: Block, values: Sequence[Any]) -> list[Any]:
        return [
            self.domain.term(each.type, value) for each, value in zip(head.parameters, values, strict=True)
        ]

    def cut(
        self, head: Block, cut: Invariant, back: bool, arguments: list[Any], state: State, condition: Any
    ) -> None:
        """Control comes to the head of a cut loop: the invariant must hold, and the measure have fallen."""
        name = f"loop {self.heads.index(head)} of {self.function.name}"
        now = self.numbers(head, arguments)
        moment = "is kept by" if back else "holds before"
        self.executor.require(f"the invariant {moment} {name}", condition, cut.holds(*now))
        if back:
            before = cut.measure(*self.numbers(head, [state.values[each] for each in head.parameters]))
            self.executor.require(f"{name} ends", condition, z3().UGT(before, cut.measure(*now)))

    def forget(self, head: Block, state: State) -> list[Any]:
        """New unknowns for the block parameters of a cut loop; memory must not be changed in it."""
        for block in self.loops[head]:
            if any(each.operation.effect in ("writes", "call") for each in block.instructions):
                raise IRError(
                    f"@{self.function.name}: a loop with an invariant must not write memory or call"
                )
        return [self.domain.fresh(each.type, each.name or "loop") for each in head.parameters]

    # --- states ---

    def merge(self, block: Block, ways: list[tuple[State, list[Any]]]) -> State:
        """One state of all ways into a block."""
        first, arguments = ways[-1]
        values = dict(first.values)
        for state, others in reversed(ways[:-1]):
            for each in [*values]:
                if each not in state.values:
                    del values[each]
                elif state.values[each] is not values[each]:
                    values[each] = self.choose(each.type, state.condition, state.values[each], values[each])
            arguments = [
                self.choose(each.type, state.condition, left, right)
                for each, left, right in zip(block.parameters, others, arguments, strict=True)
            ]
        values.update(zip(block.parameters, arguments, strict=True))
        condition = either([state.condition for state, _ in ways])
        parts = [(state.condition, state.memory) for state, _ in ways]
        memory = parts[0][1]
        if len(parts) > 1:
            memory = Memory.merged(self.domain, self.executor.regions.values(), parts)
        return State(condition, values, memory, first.turns)

    def choose(self, type: Type, condition: Any, left: Any, right: Any) -> Any:
        if isinstance(left, Pointer) and isinstance(right, Pointer):
            if left.region is not right.region:
                raise IRError(f"@{self.function.name}: a pointer into one of two regions is not supported")
            if left.array != right.array:
                raise IRError(f"@{self.function.name}: a pointer into one of two arrays is not supported")
            return left._replace(offset=self.domain.choose(I64, condition, left.offset, right.offset))
        if condition is True or condition is False:
            return left if condition else right
        return self.domain.choose(type, condition, left, right)

    def value(self, state: State, value: Value) -> Any:
        return value.value if isinstance(value, Constant) else state.values[value]

    # --- instructions ---

    def block(self, block: Block, state: State) -> None:
        for each in block.instructions[:-1]:
            state = self.instruction(each, state)
        self.terminator(block, block.terminator, state)

    def instruction(self, instruction: Instruction, state: State) -> State:
        operands = [self.value(state, each) for each in instruction.operands]
        name = instruction.operation.name
        memory, condition = state.memory, state.condition
        results: tuple[Any, ...]
        if name == "call":
            results, memory, condition = self.called(instruction, operands, state)
        elif name == "load":
            results = (self.load(instruction, operands[0], state),)
        elif name == "store":
            results, memory = (), self.store(instruction, operands, state)
        elif name == "symbol":
            results, memory = self.table(instruction.symbol, memory)
        elif any(isinstance(each, Pointer) for each in operands):
            results = (self.pointer_operation(instruction, operands),)
        else:
            results = self.compute(instruction, operands, state)
        state.values.update(zip(instruction.results, results, strict=True))
        return State(condition, state.values, memory, state.turns)

    def compute(self, instruction: Instruction, operands: list[Any], state: State) -> tuple[Any, ...]:
        operation = instruction.operation
        if operation.effect != "pure" or operation.z3 is None:
            raise IRError(f"@{self.function.name}: {operation.name} cannot be executed symbolically")
        types = tuple(each.type for each in instruction.operands)
        bindings = operation.bind(types, tuple(each.type for each in instruction.results))
        meaning = self.domain.defined(operation, bindings, types, operands)
        self.executor.require(
            f"{operation.name} in {self.where(instruction)} is defined", state.condition, meaning
        )
        out: tuple[Any, ...] = self.domain.apply(operation, bindings, types, operands)
        return out

    def where(self, instruction: Instruction) -> str:
        line = f", line {instruction.location.line}" if instruction.location is not None else ""
        return f"{self.function.name}{line}"

    def pointer_operation(self, instruction: Instruction, operands: list[Any]) -> Any:
        name = instruction.operation.name
        if name == "ptr_add" and isinstance(operands[0], Pointer):
            pointer, distance = operands
            operation = _add()
            offset = self.domain.apply(operation, {"T": I64}, (I64, I64), (pointer.offset, distance))[0]
            return pointer.moved(offset)
        if name == "select":
            return self.choose(PTR, self.domain.truth(operands[0]), *operands[1:])
        raise IRError(f"@{self.function.name}: {name} of pointers cannot be executed symbolically")

    def access(self, instruction: Instruction, pointer: Any, type: Type, state: State) -> bool:
        """Note that the access must hit a cell; False if there is none that it might hit."""
        if not isinstance(pointer, Pointer):
            raise IRError(f"@{self.function.name}: the address of a load or store is not known")
        offsets = Memory.candidates(pointer, type)
        hit = isinstance(pointer.offset, int) and bool(offsets)
        claim = hit or either([self.domain.equal(I64, pointer.offset, each) for each in offsets])
        what = f"{instruction.operation.name} in {self.where(instruction)} stays within {pointer.region.name}"
        self.executor.require(what, state.condition, claim)
        return bool(offsets)

    def load(self, instruction: Instruction, pointer: Any, state: State) -> Any:
        type = instruction.result.type
        if not self.access(instruction, pointer, type, state):
            return self.domain.fresh(type, "nothing")
        return state.memory.load(self.domain, I64, type, pointer)

    def store(self, instruction: Instruction, operands: list[Any], state: State) -> Memory:
        pointer, value = operands
        type = instruction.operands[1].type
        if pointer.region.constant:
            raise IRError(f"@{self.function.name}: a store into the constant {pointer.region.name}")
        if not self.access(instruction, pointer, type, state):
            return state.memory
        return state.memory.stored(self.domain, I64, type, pointer, value)

    def table(self, name: str, memory: Memory) -> tuple[tuple[Any, ...], Memory]:
        """The address of read-only data, as a region of numbers of the width in which it is read."""
        if name not in self.executor.module.data:
            raise IRError(f"@{self.function.name}: the address of {name} cannot be executed symbolically")
        region = self.executor.regions.get(name)
        if region is None:
            region = self.executor.regions[name] = constant_region(self.executor.module, name)
        if (name, 0) not in memory.cells:
            content = self.executor.module.data[name]
            values = {
                offset: int.from_bytes(content[offset : offset + type.bytes], "little")
                for offset, type in region.cells.items()
            }
            memory = memory.filled(region, values)
        return (Pointer(region, 0),), memory

    def called(self, instruction: Instruction, operands: list[Any], state: State) -> tuple[Any, ...]:
        name = instruction.symbol
        contract = self.executor.contracts.get(name)
        if contract is not None:
            return (*contract(self.executor, operands, state.condition, state.memory), state.condition)
        if name not in self.executor.module.functions:
            raise IRError(f"@{self.function.name}: {name} is foreign, and has no contract")
        found = self.executor.call(name, operands, state.memory, state.condition)
        return found.results, found.memory, found.condition

    def terminator(self, block: Block, instruction: Instruction, state: State) -> None:
        operands = [self.value(state, each) for each in instruction.operands]
        name = instruction.operation.name
        if name == "return":
            self.returns.append((state.condition, tuple(operands), state.memory))
        elif name == "jump":
            self.follow(block, instruction.successors[0], state, state.condition)
        elif name == "branch":
            truth = self.domain.truth(operands[0])
            yes, no = instruction.successors
            self.follow(block, yes, state, both(state.condition, truth))
            self.follow(block, no, state, both(state.condition, opposite(truth)))
        elif name == "switch":
            self.switch(block, instruction, operands[0], state)
        elif name in ("trap", "unreachable"):
            what = (
                f"the assertion {instruction.symbol!r}" if name == "trap" else "a place that is never reached"
            )
            self.executor.require(f"{what} in {self.where(instruction)}", state.condition, False)
        else:
            raise IRError(f"@{self.function.name}: {name} cannot be executed symbolically")

    def switch(self, block: Block, instruction: Instruction, chosen: Any, state: State) -> None:
        type = instruction.operands[0].type
        rest = state.condition
        for case, edge in zip(instruction.cases, instruction.successors, strict=False):
            here = self.domain.equal(type, chosen, type.unsigned(case))
            self.follow(block, edge, state, both(rest, here))
            rest = both(rest, opposite(here))
        self.follow(block, instruction.successors[-1], state, rest)


def _add() -> Any:
    from cupola.ir.operations import TABLE

    return TABLE["add"]
