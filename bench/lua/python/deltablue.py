"""deltablue.lua in Python: deques for the queues."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable

# Strengths are numbers, the strongest is the least.
REQUIRED, PREFERRED, STRONG_DEFAULT, DEFAULT, WEAKEST = 1, 3, 4, 5, 7


def weakest(a: int, b: int) -> int:
    return a if a > b else b


class Variable:
    def __init__(self, value: float) -> None:
        self.value = value
        self.constraints: list[Constraint] = []
        self.determined_by: Constraint | None = None
        self.mark = 0
        self.walk_strength = WEAKEST
        self.stay = True

    def drop(self, constraint: Constraint) -> None:
        for i, each in enumerate(self.constraints):
            if each is constraint:
                del self.constraints[i]
                break
        if self.determined_by is constraint:
            self.determined_by = None


Action = Callable[[Variable], None]


# Constraints: of one variable, of two, and what all have in common


class Constraint:
    strength: int

    def is_input(self) -> bool:
        return False

    def is_satisfied(self) -> bool:
        raise NotImplementedError  # each kind has its own

    def forget(self) -> None:
        raise NotImplementedError  # each kind has its own

    def output(self) -> Variable:
        raise NotImplementedError  # each kind has its own

    def for_variables(self, action: Action) -> None:
        raise NotImplementedError  # each kind has its own

    def for_inputs(self, action: Action) -> None:
        raise NotImplementedError  # each kind has its own

    def choose(self, mark: int) -> None:
        raise NotImplementedError  # each kind has its own

    def recalculate(self) -> None:
        raise NotImplementedError  # each kind has its own

    def execute(self) -> None:
        raise NotImplementedError  # each kind has its own

    def enter(self, planner: Planner) -> None:
        self.for_variables(lambda variable: variable.constraints.append(self))
        self.forget()
        planner.add(self)

    def leave(self, planner: Planner) -> None:
        if self.is_satisfied():
            planner.remove(self)
        else:
            self.detach()

    def detach(self) -> None:
        self.for_variables(lambda variable: variable.drop(self))
        self.forget()

    def inputs_known(self, mark: int) -> bool:
        known = True

        def look(variable: Variable) -> None:
            nonlocal known
            if variable.mark != mark and not variable.stay and variable.determined_by:
                known = False

        self.for_inputs(look)
        return known

    def satisfy(self, mark: int, planner: Planner) -> Constraint | None:
        self.choose(mark)
        if not self.is_satisfied():
            if self.strength == REQUIRED:
                raise ValueError("a required constraint cannot be satisfied")
            return None

        def set_mark(variable: Variable) -> None:
            variable.mark = mark

        self.for_inputs(set_mark)
        output = self.output()
        overridden = output.determined_by
        if overridden:
            overridden.forget()
        output.determined_by = self
        if not planner.propagate(self, mark):
            raise ValueError("a cycle of constraints")
        output.mark = mark
        return overridden


class Unary(Constraint):
    def __init__(self, variable: Variable, strength: int, planner: Planner) -> None:
        self.variable = variable
        self.strength = strength
        self.satisfied = False
        self.enter(planner)

    def is_satisfied(self) -> bool:
        return self.satisfied

    def forget(self) -> None:
        self.satisfied = False

    def output(self) -> Variable:
        return self.variable

    def for_variables(self, action: Action) -> None:
        action(self.variable)

    def for_inputs(self, action: Action) -> None:
        pass

    def choose(self, mark: int) -> None:
        self.satisfied = self.variable.mark != mark and self.strength < self.variable.walk_strength

    def recalculate(self) -> None:
        self.variable.walk_strength = self.strength
        self.variable.stay = not self.is_input()

    def execute(self) -> None:
        pass


class Stay(Unary):
    pass


class Edit(Unary):
    def is_input(self) -> bool:
        return True


class Binary(Constraint):
    def __init__(self, left: Variable, right: Variable, planner: Planner) -> None:
        self.left = left
        self.right = right
        self.strength = REQUIRED
        self.source: Variable | None = None
        self.target: Variable | None = None
        self.enter(planner)

    def is_satisfied(self) -> bool:
        return self.source is not None

    def forget(self) -> None:
        self.source = self.target = None

    def ends(self) -> tuple[Variable, Variable]:
        """Source and target of a constraint that is satisfied."""
        assert self.source and self.target
        return self.source, self.target

    def output(self) -> Variable:
        assert self.target
        return self.target

    def for_variables(self, action: Action) -> None:
        action(self.left)
        action(self.right)

    def for_inputs(self, action: Action) -> None:
        action(self.ends()[0])

    def choose(self, mark: int) -> None:
        left, right = self.left, self.right
        if left.mark == mark:
            target = right
        elif right.mark == mark or left.walk_strength > right.walk_strength:
            target = left
        else:
            target = right
        if target.mark != mark and self.strength < target.walk_strength:
            self.target = target
            self.source = right if target is left else left
        else:
            self.forget()

    def recalculate(self) -> None:
        source, target = self.ends()
        target.walk_strength = weakest(self.strength, source.walk_strength)
        target.stay = source.stay
        if target.stay:
            self.execute()


class Equal(Binary):
    def execute(self) -> None:
        source, target = self.ends()
        target.value = source.value


class Scale(Binary):
    def __init__(
        self, left: Variable, factor: Variable, offset: Variable, right: Variable, planner: Planner
    ) -> None:
        self.factor = factor
        self.offset = offset
        super().__init__(left, right, planner)

    def for_variables(self, action: Action) -> None:
        super().for_variables(action)
        action(self.factor)
        action(self.offset)

    def for_inputs(self, action: Action) -> None:
        super().for_inputs(action)
        action(self.factor)
        action(self.offset)

    def execute(self) -> None:
        if self.target is self.right:
            self.right.value = self.left.value * self.factor.value + self.offset.value
        else:
            self.left.value = (self.right.value - self.offset.value) / self.factor.value

    def recalculate(self) -> None:
        source, target = self.ends()
        target.walk_strength = weakest(self.strength, source.walk_strength)
        target.stay = source.stay and self.factor.stay and self.offset.stay
        if target.stay:
            self.execute()


class Planner:
    def __init__(self) -> None:
        self.mark = 0

    def next_mark(self) -> int:
        self.mark += 1
        return self.mark

    def add(self, constraint: Constraint) -> None:
        mark = self.next_mark()
        following: Constraint | None = constraint
        while following:
            following = following.satisfy(mark, self)

    def consumers(self, variable: Variable, action: Callable[[Constraint], None]) -> None:
        determining = variable.determined_by
        for constraint in variable.constraints:
            if constraint is not determining and constraint.is_satisfied():
                action(constraint)

    def propagate(self, constraint: Constraint, mark: int) -> bool:
        ahead = deque([constraint])
        while ahead:
            each = ahead.popleft()
            if each.output().mark == mark:
                self.remove(constraint)
                return False
            each.recalculate()
            self.consumers(each.output(), ahead.append)
        return True

    def remove(self, constraint: Constraint) -> None:
        output = constraint.output()
        constraint.detach()
        output.determined_by, output.walk_strength, output.stay = None, WEAKEST, True
        unsatisfied = []
        ahead = deque([output])

        def recalculate(each: Constraint) -> None:
            each.recalculate()
            ahead.append(each.output())

        while ahead:
            variable = ahead.popleft()
            for each in variable.constraints:
                if not each.is_satisfied():
                    unsatisfied.append(each)
            self.consumers(variable, recalculate)
        unsatisfied.sort(key=lambda each: each.strength)
        for each in unsatisfied:
            self.add(each)

    def plan(self, edit: Constraint) -> list[Constraint]:
        plan: list[Constraint] = []
        mark = self.next_mark()
        sources: deque[Constraint] = deque()
        if edit.is_input() and edit.is_satisfied():
            sources.append(edit)
        while sources:
            each = sources.popleft()
            output = each.output()
            if output.mark != mark and each.inputs_known(mark):
                plan.append(each)
                output.mark = mark
                self.consumers(output, sources.append)
        return plan

    def change(self, variable: Variable, value: float) -> None:
        edit = Edit(variable, PREFERRED, self)
        plan = self.plan(edit)
        for _ in range(10):
            variable.value = value
            for each in plan:
                each.execute()
        edit.leave(self)


# The two tests: a chain of equal variables, and many pairs with one factor and one offset


def check(got: object, wanted: object) -> None:
    if got != wanted:
        raise ValueError(f"deltablue: expected {wanted}, found {got}")


def chain(length: int) -> None:
    planner = Planner()
    first = last = Variable(0)
    for _ in range(length):
        following = Variable(0)
        Equal(last, following, planner)
        last = following
    Stay(last, STRONG_DEFAULT, planner)
    edit = Edit(first, PREFERRED, planner)
    plan = planner.plan(edit)
    for value in range(1, 101):
        first.value = value
        for each in plan:
            each.execute()
        check(last.value, value)
    edit.leave(planner)


def projection(count: int) -> int:
    planner = Planner()
    factor, offset = Variable(10), Variable(1000)
    results = []
    source = result = Variable(0)
    for i in range(1, count + 1):
        source, result = Variable(i), Variable(i)
        results.append(result)
        Stay(source, DEFAULT, planner)
        Scale(source, factor, offset, result, planner)
    planner.change(source, 17)
    check(result.value, 1170)
    planner.change(result, 1050)
    check(source.value, 5)
    planner.change(factor, 5)
    for i in range(1, count):
        check(results[i - 1].value, i * 5 + 1000)
    planner.change(offset, 2000)
    for i in range(1, count):
        check(results[i - 1].value, i * 5 + 2000)
    return math.floor(source.value)


def run() -> str:
    for _ in range(3):
        chain(200)
    value = f"1170 {projection(800)}"
    check(value, "1170 5")
    return value
