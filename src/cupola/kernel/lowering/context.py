"""What a lowering knows while it walks a function, and the helpers that every construct needs.

Also the tables through which constructs are found: `EXPRESSIONS` and `STATEMENTS` by syntax tree class,
`CALLS` by the static object that is called.
"""

from __future__ import annotations

import ast
import builtins
import difflib
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, NoReturn

from cupola.ir.builder import Builder
from cupola.ir.core import Block, Constant, Function, Location, Value
from cupola.kernel.function import CFunction, KernelFunction
from cupola.kernel.layout import RegistersType
from cupola.kernel.lowering.report import Reporter
from cupola.kernel.lowering.ssa import Variables
from cupola.kernel.source import code_of
from cupola.kernel.types import KernelType


class Loop(NamedTuple):
    """Where `continue` and `break` go."""

    next: Block
    after: Block


class Static:
    """An expression whose value is known now; numbers among them have no type yet."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Typed:
    """An expression whose value is computed when the function runs. `place` is the address it was loaded
    from.
    """

    __slots__ = ("place", "type", "value")

    def __init__(self, value: Value, type: KernelType, place: Value | None = None) -> None:
        self.value = value
        self.type = type
        self.place = place


class Several:
    """The results of a call that has none or more than one, or a display `a, b`."""

    __slots__ = ("items",)

    def __init__(self, items: list[Static | Typed]) -> None:
        self.items = items


class Machine:
    """The parameter that is a bundle of registers."""

    __slots__ = ("name", "type")

    def __init__(self, name: str, type: RegistersType) -> None:
        self.name = name
        self.type = type


Expression = Static | Typed | Several | Machine
LIKELY = 1999  # of 2000: the weight of an edge that is nearly always taken
UNLIKELY = 1

# Globals of these types cannot be assigned. A local may have the name of a function, module or class: in that
# function the name then means the local alone.
DATA = (int, float, bytes, str, tuple, list, dict)

EXPRESSIONS: dict[type[ast.AST], Callable[[Lowering, Any], Expression]] = {}
STATEMENTS: dict[type[ast.AST], Callable[[Lowering, Any], None]] = {}
CALLS: dict[object, Callable[[Lowering, ast.Call], Expression]] = {}


class Lowering(Reporter):
    """One function on its way to IR.

    `block` is where code goes; it is `dead` after a statement that never goes on to the next. Local
    variables are in `variables` (their values) and `types` (their types, fixed by the first assignment);
    `statics` are the names bound by unrolled loops.
    """

    def __init__(self, kernel: KernelFunction[Any, Any], node: ast.FunctionDef, target: Function) -> None:
        super().__init__(kernel.function)
        self.kernel = kernel
        self.node = node
        self.target = target
        self.builder = Builder(target)
        self.slots = Block("slots")  # native stack memory, taken at the function's start
        self.variables = Variables(target.entry)
        self.types: dict[str, KernelType] = {}
        self.first_lines: dict[str, int] = {}
        self.statics: dict[str, object] = {}
        self.machine: Machine | None = None
        self.loops: list[Loop] = []
        self.skips = 0  # how much code static conditions have left out
        self.functions: dict[KernelFunction[Any, Any], None] = {}
        self.c_functions: dict[str, CFunction] = {}
        self.data: dict[str, bytes] = {}
        code = code_of(kernel.function)
        self.local_names = {*code.co_varnames, *code.co_cellvars}
        cells = getattr(kernel.function, "__closure__", None) or ()
        self.closure = dict(zip(code.co_freevars, cells, strict=True))
        self.globals: dict[str, Any] = getattr(kernel.function, "__globals__")  # noqa: B009  # hidden by Callable

    # --- blocks -------------------------------------------------------------------------------------------

    @property
    def block(self) -> Block:
        return self.builder.block

    @property
    def dead(self) -> bool:
        """Whether no code can run here."""
        return self.builder.terminated

    def new_block(self, name: str, open: bool = False) -> Block:
        """A block that is not yet in the function: `enter` puts it there."""
        block = Block(name)
        self.variables.add_block(block, open)
        return block

    def enter(self, block: Block) -> bool:
        """Go on in `block`, if anything leads there."""
        if not self.variables.reached(block):
            return False
        self.target.blocks.append(block)
        self.builder.block = block
        return True

    def jump(self, block: Block, *arguments: Value) -> None:
        self.builder.jump(block, arguments)
        self.variables.add_edges(self.block, self.block.terminator)

    def branch(self, condition: Value, then: Block, otherwise: Block, weight: int | None = None) -> None:
        self.builder.branch(condition, then, otherwise, weight=weight)
        self.variables.add_edges(self.block, self.block.terminator)

    def switch(self, value: Value, cases: list[tuple[int, Block]], default: Block) -> None:
        self.builder.switch(value, cases, default)
        self.variables.add_edges(self.block, self.block.terminator)

    # --- walking ------------------------------------------------------------------------------------------

    def expression(self, node: ast.expr) -> Expression:
        lower = EXPRESSIONS.get(type(node))
        if lower is None:
            self.reject(node)
        before = self.builder.location
        self.builder.location = self.location(node)
        try:
            return lower(self, node)
        finally:
            self.builder.location = before

    def statements(self, body: Iterable[ast.stmt]) -> None:
        before = self.skips
        for each in body:
            if self.dead:
                if self.skips > before:
                    return
                raise self.error(
                    each,
                    "this code cannot be reached",
                    help="remove it; the statement before it never goes on to here",
                )
            self.builder.location = self.location(each)
            lower = STATEMENTS.get(type(each))
            if lower is None:
                self.reject(each)
            before = self.skips
            lower(self, each)

    def location(self, node: ast.expr | ast.stmt) -> Location:
        return Location(self.file, node.lineno, node.col_offset + 1)

    # --- names --------------------------------------------------------------------------------------------

    def name(self, node: ast.Name) -> Expression:
        """What a name means here: a local, a static of the function, of its factory, of its module, of
        Python.
        """
        name = node.id
        if self.machine is not None and name == self.machine.name:
            return self.machine
        if name in self.types:
            return Typed(self.variables.read(self.block, name, self.types[name].ir, node), self.types[name])
        if name in self.statics:
            return Static(self.statics[name])
        if name in self.local_names:
            self._unassigned(node)
        if name in self.closure:
            try:
                return Static(self.closure[name].cell_contents)
            except ValueError:
                raise self.error(node, f"{name!r} of the enclosing function has no value yet") from None
        if name in self.globals:
            return Static(self.globals[name])
        if hasattr(builtins, name):
            return Static(getattr(builtins, name))
        known = [*self.types, *self.statics, *self.closure, *self.globals]
        close = difflib.get_close_matches(name, known, 1)
        raise self.error(node, f"unknown name {name!r}", help=f"did you mean {close[0]!r}?" if close else "")

    def peek(self, node: ast.expr) -> Static | None:
        """What a name or a dotted name stands for, if that is static; no code is made."""
        if isinstance(node, ast.Name):
            known = node.id in self.statics or node.id not in self.local_names
            found = self.name(node) if known else None
            return found if isinstance(found, Static) else None
        base = self.peek(node.value) if isinstance(node, ast.Attribute) else None
        if base is None or not isinstance(node, ast.Attribute) or not hasattr(base.value, node.attr):
            return None
        return Static(getattr(base.value, node.attr))

    def _unassigned(self, node: ast.Name) -> NoReturn:
        name = node.id
        if name in self.globals:
            raise self.error(
                node,
                f"{name!r} is used before it is assigned",
                help=f"this function assigns a local {name!r}, which hides the module's: rename it",
            )
        raise self.error(
            node,
            f"{name!r} is used before it is assigned",
            help="assign it first, on every path to this line; the names of unrolled loops end with the loop",
        )

    def assign(
        self, target: ast.Name, found: Static | Typed, source: ast.expr, type: KernelType | None = None
    ) -> None:
        """Bind a local variable to what `source` gave; `type` is that of its annotation."""
        from cupola.kernel.lowering.conversion import coerce, default

        name = target.id
        self._check_assignable(target)
        known = self.types.get(name)
        since = f"{known}, since line {self.first_lines.get(name)}"
        if known is not None and type is not None and type is not known:
            raise self.error(target, f"{name!r} is already {known}", expected=since, found=f"{type}")
        if known is not None and isinstance(found, Typed) and found.type is not known:
            raise self.error(
                target,
                f"{name!r} is {known}, and cannot become {found.type}",
                expected=since,
                found=f"{found.type}",
                help=self.cast_help(found.type, known, self.text(source)),
            )
        wanted = type or known
        typed = coerce(self, source, found, wanted, f"{name!r}") if wanted else default(self, source, found)
        self.types.setdefault(name, typed.type)
        self.first_lines.setdefault(name, target.lineno)
        self.variables.write(self.block, name, typed.value)

    def _check_assignable(self, target: ast.Name) -> None:
        name = target.id
        if self.machine is not None and name == self.machine.name:
            raise self.error(
                target,
                f"{name!r} is the function's registers, and cannot be assigned",
                help=f"assign its fields: {name}.{next(iter(self.machine.type.fields))} = ...",
            )
        hidden = self.globals.get(name) if name not in self.types else None
        if name in self.statics or isinstance(hidden, DATA):
            kind = (
                "static value of an unrolled loop" if name in self.statics else "static value of the module"
            )
            raise self.error(
                target,
                f"{name!r} is a {kind}, and cannot be assigned",
                help="choose another name for the local",
            )

    def register_values(self, node: ast.AST) -> list[Value]:
        """The present values of the fields of the registers, if the function has any."""
        if self.machine is None:
            return []
        fields = self.machine.type.fields.items()
        return [
            self.variables.read(self.block, f"{self.machine.name}.{name}", type.ir, node)
            for name, type in fields
        ]

    # --- values -------------------------------------------------------------------------------------------

    def constant(self, type: KernelType, value: float) -> Typed:
        return Typed(Constant(type.ir, value), type)

    def need(self, function: KernelFunction[Any, Any]) -> str:
        """The symbol of a kernel function, which the module must then have."""
        self.functions.setdefault(function)
        return function.name

    def need_c(self, function: CFunction, node: ast.AST) -> str:
        known = self.c_functions.setdefault(function.name, function)
        if known.declaration() != function.declaration():
            raise self.error(
                node, f"the C function {function.name!r} is declared twice, with different signatures"
            )
        return function.name

    def need_data(self, content: bytes) -> Value:
        """The address of read-only data."""
        import hashlib

        name = f"data.{hashlib.blake2b(content, digest_size=10).hexdigest()}"
        self.data[name] = content
        return self.builder.value("symbol", symbol=name)
