"""Random modules for tests: well-formed, always ending, and without undefined behaviour.

Control is structured (branches and switches that meet again, loops with a counter), so that a value may be
used wherever it is in the pool of its scope. Memory is a region of REGION bytes that every function gets as
its first parameter, and addresses are masked to stay inside. No result depends on which NaN an operation
makes.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import product

from cupola.ir.builder import Builder
from cupola.ir.core import Block, Constant, Function, Module, Successor, Value
from cupola.ir.operation import Operation
from cupola.ir.operations import TABLE
from cupola.ir.types import ALL, I1, I8, I32, I64, PTR, Type

REGION = 128
MAIN = "main"

_DIVISIONS = ("sdiv", "srem", "udiv", "urem")
_PURE = [each for each in TABLE.values() if each.effect == "pure" and each.evaluate is not None]
_VALUES = ALL
_MEMORY = tuple(each for each in ALL if each not in (I1, PTR))
_FLOATS = (0.0, -0.0, 1.0, -2.5, 0.1, 1e10, -3e38, 1e300, 5e-324, float("inf"))


def random_module(seed: int, size: int = 30) -> Module:
    """A module whose function `main` takes the region and some values; about `size` statements a function."""
    return _Generator(random.Random(seed), size).module(f"random {seed}")


def random_arguments(seed: int, function: Function) -> list[int | float]:
    """Values for the parameters of `function`, without the region."""
    numbers = random.Random(seed)
    return [_number(numbers, each.type) for each in function.parameters[1:]]


def _number(numbers: random.Random, type: Type) -> int | float:
    if type.is_float:
        return type.rounded(
            numbers.choice(_FLOATS)
            if numbers.random() < 0.6
            else numbers.uniform(-1, 1) * 10 ** numbers.randrange(20)
        )
    edges = (0, 1, 2, type.bits - 1, type.mask, type.mask >> 1, (type.mask >> 1) + 1)
    value = (
        numbers.choice(edges)
        if numbers.random() < 0.5
        else numbers.getrandbits(numbers.randint(1, type.bits))
    )
    return type.unsigned(value)


def _all_bindings(operation: Operation) -> list[dict[str, Type]]:
    """Every choice of the operation's type variables."""
    letters = {each for each in (*operation.operand_types, *operation.result_types) if isinstance(each, str)}
    order = sorted(letters)
    choices = [operation.types if each == "T" else operation.source_types for each in order]
    every = (dict(zip(order, types, strict=True)) for types in product(*choices))
    return [each for each in every if operation.constraint is None or operation.constraint(each)]


_BINDINGS = {each.name: _all_bindings(each) for each in _PURE}


class _Generator:
    """Makes one module."""

    def __init__(self, numbers: random.Random, size: int) -> None:
        self.numbers = numbers
        self.size = size
        self.result = Module("")

    def module(self, name: str) -> Module:
        self.result.name = name
        self.result.data["table"] = self.numbers.randbytes(REGION)
        for place in range(self.numbers.randrange(3)):
            self._function(f"helper{place}", self.size // 3)
        self._function(MAIN, self.size)
        return self.result

    def _function(self, name: str, size: int) -> None:
        numbers = self.numbers
        parameters = [(f"a{place}", numbers.choice(_VALUES)) for place in range(numbers.randrange(1, 5))]
        results = [numbers.choice(_VALUES) for _ in range(numbers.randrange(1, 4))]
        marks = [] if name == MAIN else [numbers.choice(("inline", "slow", "pure"))]
        function = Function(name, [("region", PTR), *parameters], results, marks=marks)
        body = _Body(self, function)
        body.statements(size)
        body.builder.end("return", [body.pick(each) for each in results])
        self.result.add(function)  # after its body, so that it cannot call itself


class _Body:
    """Makes the body of one function."""

    def __init__(self, generator: _Generator, function: Function) -> None:
        self.numbers = generator.numbers
        self.callees = list(generator.result.functions.values())
        self.function = function
        self.builder = Builder(function)
        self.region, *parameters = function.parameters
        self.pool: list[Value] = [*parameters]
        self.depth = 0
        self.kinds: list[tuple[Callable[[], None], int]] = [
            (self._operation, 60), (self._division, 4), (self._store, 8), (self._load, 8), (self._bulk, 3),
            (self._slot, 2), (self._table, 2), (self._call, 3), (self._if, 4), (self._switch, 2),
            (self._loop, 3),
        ]  # fmt: skip

    def statements(self, count: int) -> None:
        makers = [maker for maker, _ in self.kinds]
        weights = [weight for _, weight in self.kinds]
        for _ in range(count):
            self.numbers.choices(makers, weights)[0]()

    def pick(self, type: Type) -> Value:
        """A value of a type: from the pool, newer ones rather, or a constant."""
        found = [each for each in self.pool if each.type is type]
        if found and self.numbers.random() < 0.8:
            return found[max(self.numbers.randrange(len(found)), self.numbers.randrange(len(found)))]
        return Constant(type, _number(self.numbers, type))

    def keep(self, *values: Value) -> None:
        self.pool += values

    # --- straight code ---

    def _operation(self) -> None:
        operation = self.numbers.choice(_PURE)
        if operation.name in _DIVISIONS:
            return self._division()
        bindings = self.numbers.choice(_BINDINGS[operation.name])
        operands = [
            self.pick(bindings[each] if isinstance(each, str) else each) for each in operation.operand_types
        ]
        if operation.name == "bits" and operands[0].type.is_float:
            operands = [self._number_only(operands[0])]
        result = operation.result_types[0]
        suffix = bindings[result] if operation.suffixed and isinstance(result, str) else None
        self.keep(*self.builder.emit(operation.name, *operands, type=suffix))
        return None

    def _division(self) -> None:
        """The divisor is made small and positive."""
        operation = TABLE[self.numbers.choice(_DIVISIONS)]
        type = self.numbers.choice(operation.types)
        small = self.builder.value("and", self.pick(type), Constant(type, 63))
        divisor = self.builder.value("or", small, Constant(type, 1))
        self.keep(self.builder.value(operation.name, self.pick(type), divisor))

    def _number_only(self, value: Value) -> Value:
        """A float, or zero in place of a NaN, whose bits are not the same everywhere."""
        if not value.type.is_float:
            return value
        ordered = self.builder.value("feq", value, value)
        return self.builder.value("select", ordered, value, Constant(value.type, 0.0))

    # --- memory ---

    def _place(self, base: Value, alignment: int = 1) -> Value:
        """An address in a region of REGION bytes with at least 8 bytes behind it."""
        if self.numbers.random() < 0.5:
            return self.builder.offset(base, self.numbers.randrange(0, REGION - 8, alignment))
        mask = (REGION // 2 - 1) // alignment * alignment
        offset = self.builder.value("and", self.pick(I64), Constant(I64, mask))
        return self.builder.value("ptr_add", base, offset)

    def _store(self) -> None:
        type = self.numbers.choice(_MEMORY)
        atomic = type.is_integer and self.numbers.random() < 0.1
        value = self._number_only(self.pick(type))
        self.builder.emit(
            "atomic_store" if atomic else "store", self._place(self.region, 8 if atomic else 1), value
        )

    def _load(self) -> None:
        type = self.numbers.choice(_MEMORY)
        atomic = type.is_integer and self.numbers.random() < 0.1
        name = "atomic_load" if atomic else "load"
        self.keep(self.builder.value(name, self._place(self.region, 8 if atomic else 1), type=type))

    def _table(self) -> None:
        base = self.builder.value("symbol", symbol="table")
        self.keep(self.builder.value("load", self._place(base), type=self.numbers.choice(_MEMORY)))

    def _bulk(self) -> None:
        half = REGION // 2
        low = self.builder.offset(self.region, self.numbers.randrange(half // 2))
        high = self.builder.offset(self.region, half + self.numbers.randrange(half // 2))
        length: Value = Constant(I64, self.numbers.randrange(half // 2))
        if self.numbers.random() < 0.5:
            length = self.builder.value("and", self.pick(I64), Constant(I64, 15))
        kind = self.numbers.randrange(4)
        if kind == 0:
            self.builder.emit("memory_copy", high, low, length)
        elif kind == 1:
            self.builder.emit("memory_move", low, self.builder.offset(low, 5), length)
        elif kind == 2:
            self.builder.emit("memory_fill", low, self.pick(I8), length)
        else:
            order = self.builder.value("memory_compare", low, high, length)
            zero = Constant(I32, 0)  # only the sign of the order is determined
            self.keep(self.builder.value(self.numbers.choice(("eq", "slt")), order, zero))

    def _slot(self) -> None:
        slot = self.builder.value("stack_slot", Constant(I64, 16))
        value = self._number_only(self.pick(self.numbers.choice(_MEMORY)))
        self.builder.emit("store", slot, value)
        self.keep(self.builder.value("load", slot, type=value.type))

    def _call(self) -> None:
        if self.callees and self.depth < 2:
            callee = self.numbers.choice(self.callees)
            arguments = [self.pick(each.type) for each in callee.parameters[1:]]
            self.keep(*self.builder.call(callee.name, [self.region, *arguments], callee.results))

    # --- control ---

    def _arm(self, block: Block, join: Block, types: list[Type], most: int) -> None:
        """Fill `block` with statements that end in a jump to `join`; what it defines is seen only there."""
        outside = list(self.pool)
        self.builder.block = block
        self.depth += 1
        self.statements(self.numbers.randrange(most))
        self.builder.jump(join, [self.pick(each) for each in types])
        self.depth -= 1
        self.pool = outside

    def _join(self) -> tuple[Block, list[Type]]:
        join = self.function.add_block("join")
        types = [self.numbers.choice(_VALUES) for _ in range(self.numbers.randrange(3))]
        for type in types:
            join.add_parameter(type)
        return join, types

    def _if(self) -> None:
        if self.depth > 2:
            return
        condition = self.pick(I1)
        join, types = self._join()
        then = self.function.add_block("then")
        weight = self.numbers.choice((None, 1, 1000, 1999))
        if self.numbers.random() < 0.4:  # no other arm: the edge itself carries the values
            values = [self.pick(each) for each in types]
            self.builder.branch(condition, then, join, else_arguments=values, weight=weight)
        else:
            other = self.function.add_block("else")
            self.builder.branch(condition, then, other, weight=weight)
            self._arm(other, join, types, 5)
        self._arm(then, join, types, 5)
        self.builder.block = join
        self.keep(*join.parameters)

    def _switch(self) -> None:
        if self.depth > 2:
            return
        type = self.numbers.choice(TABLE["switch"].types)
        value = self.pick(type)
        join, types = self._join()
        most = 1 if type is I1 else 3
        cases = sorted(
            {type.signed(int(_number(self.numbers, type))) for _ in range(self.numbers.randint(0, most))}
        )
        arms = [self.function.add_block("case") for _ in cases]
        self.builder.switch(value, list(zip(cases, arms, strict=True)), join)
        default = self.builder.block.terminator.successors[-1]
        default.arguments = [self.pick(each) for each in types]
        if arms and self.numbers.random() < 0.3:  # two edges between the same two blocks
            again = [self.pick(each) for each in types]
            self.builder.block.terminator.successors[0] = Successor(join, again)
            self.function.blocks.remove(arms.pop(0))
        for arm in arms:
            self._arm(arm, join, types, 4)
        self.builder.block = join
        self.keep(*join.parameters)

    def _loop(self) -> None:
        if self.depth > 1:
            return
        types = [self.numbers.choice(_VALUES) for _ in range(self.numbers.randrange(3))]
        head, body, out = (self.function.add_block(name) for name in ("head", "body", "out"))
        count = head.add_parameter(I64, "count")
        carried = [head.add_parameter(each) for each in types]
        self.builder.jump(
            head, [Constant(I64, self.numbers.randrange(6)), *(self.pick(each) for each in types)]
        )
        self.builder.block = head
        outside = list(self.pool)
        self.keep(count, *carried)
        self.builder.branch(self.builder.value("eq", count, Constant(I64, 0)), out, body)
        self.builder.block = body
        self.depth += 1
        self.statements(self.numbers.randrange(6))
        less = self.builder.value("sub", count, Constant(I64, 1))
        self.builder.jump(head, [less, *(self.pick(each) for each in types)])
        self.depth -= 1
        self.pool = [*outside, count, *carried]  # the head dominates what follows
        self.builder.block = out
