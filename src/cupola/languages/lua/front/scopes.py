"""What names mean: local variables, upvalues, blocks, labels and the jumps to them."""

from __future__ import annotations

from cupola.languages.lua.front.code import TYPE_CHECKING
from cupola.languages.lua.front.expression import CONSTANT, LOCAL, UPVALUE, VOID, Expression
from cupola.languages.lua.front.operators import Operators

if TYPE_CHECKING:
    from typing import Any

    from cupola.languages.lua.front.emitting import Reader
    from cupola.languages.lua.front.expression import Jumps

MOST_LOCALS = 200
MOST_UPVALUES = 255

# What may be done with a local variable.
REGULAR, READ_ONLY, CLOSED, COMPILE_TIME = range(4)

BREAK = b"break"  # the name of the label behind a loop: no name of a label is a reserved word


class Variable:
    """A local variable; one of the kind COMPILE_TIME has a value instead of a register.

    `exists_once`: it is one of the whole source's, in no loop. `changes`: something is assigned to it later.
    """

    __slots__ = ("block", "changes", "exists_once", "first", "kind", "name", "outer", "register", "value")

    def __init__(self, name: bytes, kind: int) -> None:
        self.name = name
        self.kind = kind
        self.register = 0
        self.value: Any = None
        self.first = 0
        self.block: Block | None = None
        self.exists_once = False
        self.changes = False
        self.outer: Variable | None = None  # the variable of the same name that this one hides


class Goto:
    """Jumps to a label that was not seen yet. `active` is how many variables there are where they come from."""

    __slots__ = ("active", "closes", "jumps", "line", "name")

    def __init__(self, name: bytes, line: int, jumps: Jumps, active: int) -> None:
        self.name = name
        self.line = line
        self.jumps = jumps
        self.active = active
        self.closes = False


class Label:
    """A label, and how many variables and registers are active there."""

    __slots__ = ("active", "at", "line", "registers")

    def __init__(self, line: int, at: int, active: int, registers: int) -> None:
        self.line = line
        self.at = at
        self.active = active
        self.registers = registers


class Block:
    """A block of a function.

    `captured`: there may be something to close when it is left. `repeats`: it is a loop or in one. `keeps_calls`: a
    call in a `return` here is no tail call. `leaving` counts the places noted so far where the function, or a goto, may
    leave this block.
    """

    __slots__ = (
        "active",
        "captured",
        "gotos",
        "is_loop",
        "keeps_calls",
        "labels",
        "leaving",
        "outer",
        "registers",
        "repeats",
    )

    def __init__(self, outer: Block | None, is_loop: bool, active: int, registers: int, leaving: int) -> None:
        self.outer = outer
        self.is_loop = is_loop
        self.active = active
        self.registers = registers
        self.leaving = leaving
        self.captured = False
        self.repeats: bool = is_loop or (outer is not None and outer.repeats)
        self.keeps_calls: bool = outer is not None and outer.keeps_calls
        self.labels: dict[bytes, Label] | None = None
        self.gotos: dict[bytes, list[Goto]] | None = None


class Scopes(Operators):
    """The names of one function, and its blocks.

    `leaving` lists where the function is left or a goto goes back: indexes of instructions, with the first register
    whose variables end there. `closes` says before which of them there has to be a `close`.
    """

    def __init__(self, reader: Reader, token_lines: list[int], outer: Scopes | None, line: int) -> None:
        super().__init__(reader, token_lines)
        self.outer = outer
        self.line_defined = line
        self.active: list[Variable] = []
        self.names: dict[bytes, Variable] = {}
        self.upvalues: list[tuple[bytes, bool, int]] = []
        self.captured: list[Variable] = []  # what the upvalues are
        self.upvalue_numbers: dict[bytes, int] = {}
        self.missing: set[bytes] = set()  # names that mean nothing in the functions around
        self.locals: list[tuple[bytes, int, int, int]] = []
        self.leaving: list[tuple[int, int]] = []
        self.closes: dict[int, int] = {}
        self.block: Block | None = None
        self.is_vararg = False
        self.goes_back = False  # by a goto

    # Variables

    def too_many(self, what: str, limit: int) -> None:
        """Refuse the function: a limit was passed."""
        where = f"function at line {self.line_defined}" if self.line_defined else "main function"
        self.reader.refuse(f"too many {what} (limit is {limit}) in {where}", near=True)

    def check_room(self, coming: int) -> None:
        """Refuse the function if there is no room for `coming` more variables."""
        if len(self.active) + coming > MOST_LOCALS:
            self.too_many("local variables", MOST_LOCALS)

    def activate(self, variables: list[Variable]) -> None:
        """Let variables be seen from here on; those with registers have taken them already."""
        names, active = self.names, self.active
        at = len(self.code)
        for variable in variables:
            if variable.kind != COMPILE_TIME:
                variable.register = self.active_registers
                self.active_registers += 1
            variable.first = at
            variable.block = self.block
            variable.exists_once = self.outer is None and self.block is not None and not self.block.repeats
            variable.outer = names.get(variable.name)
            names[variable.name] = variable
            active.append(variable)

    def deactivate(self, count: int) -> None:
        """Forget all variables but the first `count`."""
        active, names = self.active, self.names
        at = len(self.code)
        while len(active) > count:
            variable = active.pop()
            if variable.outer is None:
                del names[variable.name]
            else:
                names[variable.name] = variable.outer
            if variable.kind != COMPILE_TIME:
                self.locals.append((variable.name, variable.register, variable.first, at))

    def find(self, name: bytes) -> Expression:
        """Return what `name` means here: a variable, an upvalue, a constant, or VOID for a global one."""
        variable = self.names.get(name)
        if variable is not None:
            if variable.kind == COMPILE_TIME:
                return Expression(CONSTANT, variable, variable.value)
            return Expression(LOCAL, variable.register, variable)
        number = self.upvalue_numbers.get(name)
        if number is None:
            if self.outer is None or name in self.missing:
                return Expression(VOID)
            found = self.outer.find(name)
            if found.kind == LOCAL:
                captured: Variable = found.k
                assert captured.block is not None
                captured.block.captured = True
                number = self.add_upvalue(name, True, found.a, captured)
            elif found.kind == UPVALUE:
                number = self.add_upvalue(name, False, found.a, self.outer.captured[found.a])
            else:
                if found.kind == VOID:  # the functions around will not change before this one ends
                    self.missing.add(name)
                return found
        return Expression(UPVALUE, number, name)

    def add_upvalue(self, name: bytes, in_register: bool, index: int, variable: Variable) -> int:
        """Give the function another upvalue; returns its number."""
        if len(self.upvalues) >= MOST_UPVALUES:
            self.too_many("upvalues", MOST_UPVALUES)
        self.upvalues.append((name, in_register, index))
        self.captured.append(variable)
        number = self.upvalue_numbers[name] = len(self.upvalues) - 1
        return number

    def assigned(self, e: Expression) -> None:
        """Something is assigned to `e`: refused if it is a variable that is constant."""
        variable: Variable | None = None
        if e.kind == LOCAL:
            variable = e.k
        elif e.kind == CONSTANT and e.a:
            variable = e.a
        elif e.kind == UPVALUE:
            variable = self.captured[e.a]
        if variable is not None:
            if variable.kind != REGULAR:
                name = variable.name.decode("latin-1")
                self.reader.refuse(f"attempt to assign to const variable '{name}'")
            variable.changes = True

    # Blocks

    def enter_block(self, is_loop: bool = False) -> Block:
        block = Block(self.block, is_loop, len(self.active), self.active_registers, len(self.leaving))
        self.block = block
        return block

    def leave_block(self) -> None:
        """End the innermost block: its variables are closed, its pending gotos become those of the block around."""
        block = self.block
        assert block is not None
        outer = block.outer
        if block.captured:
            for at, register in self.leaving[block.leaving :]:
                self.closes[at] = min(register, self.closes.get(at, register))
        # Variables end before what closes them, as those that are in the way of a goto do.
        closed = block.is_loop and self.resolve(block, BREAK, block.active, block.registers)
        if block.captured and not closed and outer is not None and not self.unreachable():
            self.emit("close", block.registers)
        self.deactivate(block.active)
        self.active_registers = self.free = block.registers
        self.block = outer
        for pending in [each for same in (block.gotos or {}).values() for each in same]:
            if outer is None:
                self.undefined(pending)
            if pending.active > block.active:
                pending.closes = pending.closes or block.captured
                pending.active = block.active
            self.add_goto(pending)

    def close_late(self) -> None:
        """The variables of this block may hold something to close; a call that returns has to wait for that."""
        assert self.block is not None
        self.block.captured = True
        self.block.keeps_calls = True

    # Labels

    def add_goto(self, pending: Goto) -> None:
        assert self.block is not None
        if self.block.gotos is None:
            self.block.gotos = {}
        self.block.gotos.setdefault(pending.name, []).append(pending)

    def undefined(self, pending: Goto) -> None:
        """Refuse a function that goes to where there is nothing."""
        if pending.name is BREAK:
            self.reader.refuse(f"break outside loop at line {pending.line}")
        name = pending.name.decode("latin-1")
        self.reader.refuse(f"no visible label '{name}' for <goto> at line {pending.line}")

    def find_label(self, name: bytes) -> Label | None:
        """Return the label that is seen from here, if there is one already."""
        block = self.block
        while block is not None:
            if block.labels is not None and name in block.labels:
                return block.labels[name]
            block = block.outer
        return None

    def resolve(self, block: Block, name: bytes, active: int, registers: int) -> bool:
        """Let the gotos of `block` that look for `name` lead here; returns whether a `close` had to be put here."""
        if not block.gotos:
            return False
        closes = False
        for pending in block.gotos.pop(name, ()):
            if pending.active < active:
                hidden = self.active[pending.active].name.decode("latin-1")
                label = name.decode("latin-1")
                self.reader.refuse(
                    f"<goto {label}> at line {pending.line} jumps into the scope of local '{hidden}'"
                )
            closes = closes or pending.closes
            self.patch_here(pending.jumps)
        if closes:
            self.emit("close", registers)
        return closes

    def add_label(self, name: bytes, line: int, is_last: bool) -> None:
        """A label stands here; if nothing follows it in its block, the variables of the block have ended."""
        block = self.block
        assert block is not None
        active, registers = len(self.active), self.active_registers
        if is_last:
            active, registers = block.active, block.registers
        if block.labels is None:
            block.labels = {}
        block.labels[name] = Label(line, self.label(), active, registers)
        self.resolve(block, name, active, registers)

    def go_to(self, name: bytes, line: int, jumps: Jumps) -> None:
        """Jumps lead to a label that comes later."""
        self.add_goto(Goto(name, line, jumps, len(self.active)))

    def go_back(self, label: Label) -> None:
        """Go to a label that was seen."""
        if self.unreachable():
            return
        self.goes_back = True
        if self.active_registers > label.registers:
            self.leaving.append((len(self.code), label.registers))
        self.loop(label.at)
