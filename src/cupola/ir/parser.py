"""Reads the text form that `printer` writes.

Grammar (`*` any number, `?` optional, lists are separated by commas; a comment runs from `;` to the end of
its line)::

    module      = "module" string (declaration | data | hole | function)*
    declaration = "declare" "handler"? symbol "(" types? ")" ("->" types)?
    data        = "data" symbol "=" string                      ; the bytes in hexadecimal
    hole        = "hole" symbol "=" number ".." number          ; from the first to below the second
    function    = ("function" | "handler") symbol "(" parameters? ")" ("->" types)? mark* "{" block* "}"
    block       = name ("(" parameters? ")")? ":" instruction*
    instruction = (results "=")? name ("." type)* (symbol | string)? operands? ("weight" number)?
    operands    = values | "(" values? ")" | value "(" values? ")" | switch or branch: value "," edges
    edges       = edge ("," edge)? | "[" (number ":" edge)* "]" "," edge
    edge        = name ("(" values? ")")?
    value       = "%" name | constant ":" type
    symbol      = "@" (name | string)

The first block is the entry; its parameters repeat the function's. Result types that the operands do not
determine follow the name of the operation: `load.i64 %p`, `call.i64.i1 @f(%x)`.
"""

from __future__ import annotations

from typing import NamedTuple

from cupola.ir.core import (
    Block,
    Constant,
    Convention,
    Declaration,
    Function,
    Instruction,
    Module,
    Parameter,
    Successor,
    Value,
)  # fmt: skip
from cupola.ir.operations import TABLE
from cupola.ir.tokens import Reader, Token
from cupola.ir.types import BY_NAME, Type


def parse_function(text: str) -> Function:
    """The only function of `text`."""
    reader = Reader(text)
    function = _function(reader)
    reader.end()
    return function


def parse_module(text: str) -> Module:
    """The module that `text` is."""
    reader = Reader(text)
    reader.expect("module")
    module = Module(reader.string())
    while reader.token.kind != "end":
        start = reader.token
        try:
            _part(reader, module)
        except ValueError as error:
            raise reader.error(str(error), start) from None
    return module


def _part(reader: Reader, module: Module) -> None:
    if reader.token.text in ("function", "handler"):
        module.add(_function(reader))
    elif reader.accept("declare"):
        convention: Convention = "handler" if reader.accept("handler") else "c"
        name = reader.symbol()
        parameters = reader.parenthesised(reader.type)
        results = reader.items(reader.type) if reader.accept("->") else []
        module.declare(Declaration(name, tuple(parameters), tuple(results), convention))
    elif reader.accept("data"):
        name = reader.symbol()
        reader.expect("=")
        module.data[name] = bytes.fromhex(reader.string())
    elif reader.accept("hole"):
        name = reader.symbol()
        reader.expect("=")
        low = reader.integer()
        reader.expect("..")
        module.holes[name] = (low, reader.integer())
    else:
        raise reader.error("expected function, handler, declare, data or hole")


class _Edge(NamedTuple):
    """A successor as read."""

    target: Token
    arguments: list[Token | Constant]


class _Line(NamedTuple):
    """An instruction as read, before its operands are looked up."""

    results: list[Token]
    operation: Token
    name: str
    suffixes: list[Type]
    symbol: str
    operands: list[Token | Constant]
    edges: list[_Edge]
    cases: list[int]
    weight: int | None


def _function(reader: Reader) -> Function:
    convention: Convention = "handler" if reader.next().text == "handler" else "c"
    name = reader.symbol()
    heads = reader.parenthesised(reader.parameter)
    results = reader.items(reader.type) if reader.accept("->") else []
    marks = []
    while reader.token.kind == "name":
        marks.append(reader.name("a mark"))
    parameters = [(_hint(token), type) for token, type in heads]
    function = Function(name, parameters, results, convention=convention, marks=marks)
    reader.expect("{")
    body = _Body(reader, function)
    while not reader.accept("}"):
        body.read_block()
    body.finish()
    return function


def _hint(token: Token) -> str:
    """The name that a value keeps: none for a plain number, which the printer gives again."""
    name = token.text[1:]
    return "" if name.isdecimal() else name


class _Body:
    """Reads the blocks of a function; looks up names when all blocks are known, in an order in which
    definitions come before their uses.
    """

    def __init__(self, reader: Reader, function: Function) -> None:
        self.reader = reader
        self.function = function
        self.blocks: dict[str, Block] = {}
        self.lines: dict[Block, list[_Line]] = {}
        self.values: dict[str, Value] = {}

    def read_block(self) -> None:
        reader = self.reader
        token = reader.kind("name", "the name of a block, or }")
        if token.text in self.blocks:
            raise reader.error(f"there is already a block {token.text}", token)
        heads = reader.parenthesised(reader.parameter) if reader.token.text == "(" else []
        reader.expect(":")
        block = self._new_block(token, heads)
        self.blocks[token.text] = block
        for (place, _), parameter in zip(heads, block.parameters, strict=True):
            self._define(place, parameter)
        self.lines[block] = []
        while not (reader.token.text == "}" or self._at_label()):
            self.lines[block].append(self._line())

    def _new_block(self, token: Token, heads: list[tuple[Token, Type]]) -> Block:
        if self.blocks:
            block = self.function.add_block(token.text)
            block.parameters = [Parameter(type, _hint(place)) for place, type in heads]
            return block
        entry = self.function.entry
        entry.name = token.text
        wanted = [each.type for each in entry.parameters]
        if [type for _, type in heads] != wanted:
            raise self.reader.error(f"the entry block must have the function's parameters: {wanted}", token)
        return entry

    def _at_label(self) -> bool:
        """Whether a block begins here: a name, perhaps with parameters in parentheses, and a colon."""
        tokens, place = self.reader.tokens, self.reader.place
        if tokens[place].kind != "name":
            return False
        after = place + 1
        if tokens[after].text == "(":
            while tokens[after].text != ")" and tokens[after].kind != "end":
                after += 1
            after += 1
        return after < len(tokens) and tokens[after].text == ":"

    def _define(self, token: Token, value: Value) -> None:
        if token.text in self.values:
            raise self.reader.error(f"{token.text} is defined twice", token)
        self.values[token.text] = value

    # --- reading ---

    def _line(self) -> _Line:
        reader = self.reader
        results = []
        if reader.token.kind == "value":
            results = reader.items(lambda: reader.kind("value", "a result: %name"))
            reader.expect("=")
        token = reader.kind("name", "an operation")
        name, *suffixes = token.text.split(".")
        if name not in TABLE:
            raise reader.error(f"there is no operation {name}", token)
        wrong = [each for each in suffixes if each not in BY_NAME]
        if wrong:
            raise reader.error(f"{wrong[0]} is no type ({', '.join(BY_NAME)})", token)
        operation = TABLE[name]
        symbol = ""
        if operation.has_symbol:
            symbol = reader.symbol() if operation.symbol_is_global else reader.string()
        operands: list[Token | Constant] = []
        edges: list[_Edge] = []
        cases: list[int] = []
        if operation.called_like:
            operands = [] if operation.has_symbol else [reader.operand()]
            operands += reader.parenthesised(reader.operand)
        elif name in ("jump", "branch", "switch"):
            self._control(name, operands, edges, cases)
        elif self._at_operand():
            operands = reader.items(reader.operand)
        weighted = reader.tokens[reader.place + 1 : reader.place + 2]
        weight = None
        if weighted and weighted[0].kind == "number" and reader.accept("weight"):
            weight = reader.integer()
        types = [BY_NAME[each] for each in suffixes]
        return _Line(results, token, name, types, symbol, operands, edges, cases, weight)

    def _at_operand(self) -> bool:
        """Whether an operand begins here: `%x`, or a constant, after which comes `:` and a type."""
        reader = self.reader
        if reader.token.kind == "value":
            after = reader.tokens[reader.place + 1].text
            return not (after == "=" or (after == "," and self._at_results()))
        if reader.token.kind == "number":
            return True
        following = reader.tokens[reader.place + 1 : reader.place + 3]
        return len(following) == 2 and following[0].text == ":" and following[1].text in BY_NAME

    def _at_results(self) -> bool:
        """Whether the list of values that begins here is followed by `=`: the next instruction's results."""
        tokens, place = self.reader.tokens, self.reader.place
        while tokens[place].kind == "value" and tokens[place + 1].text == ",":
            place += 2
        return tokens[place].kind == "value" and tokens[place + 1].text == "="

    def _control(
        self, name: str, operands: list[Token | Constant], edges: list[_Edge], cases: list[int]
    ) -> None:
        reader = self.reader
        if name != "jump":
            operands.append(reader.operand())
            reader.expect(",")
        if name != "switch":
            edges += reader.items(self._edge)
            return
        reader.expect("[")
        while not reader.accept("]"):
            if cases:
                reader.expect(",")
            cases.append(reader.integer())
            reader.expect(":")
            edges.append(self._edge())
        reader.expect(",")
        edges.append(self._edge())

    def _edge(self) -> _Edge:
        reader = self.reader
        target = reader.kind("name", "the name of a block")
        return _Edge(target, reader.parenthesised(reader.operand) if reader.token.text == "(" else [])

    # --- looking up ---

    def finish(self) -> None:
        if not self.blocks:
            raise self.reader.error("expected a block: a function has at least its entry")
        for block in self._order():
            for line in self.lines[block]:
                block.instructions.append(self._instruction(line))

    def _order(self) -> list[Block]:
        """Reverse postorder from the entry, then from each block that the entry does not reach."""
        order: list[Block] = []
        seen: set[Block] = set()
        for root in self.function.blocks:
            tree: list[Block] = []
            if root not in seen:
                self._visit(root, seen, tree)
            order += reversed(tree)
        return order

    def _visit(self, root: Block, seen: set[Block], order: list[Block]) -> None:
        seen.add(root)
        stack = [(root, iter(self._targets(root)))]
        while stack:
            block, targets = stack[-1]
            for each in targets:
                if each not in seen:
                    seen.add(each)
                    stack.append((each, iter(self._targets(each))))
                    break
            else:
                order.append(block)
                stack.pop()

    def _targets(self, block: Block) -> list[Block]:
        return [self._block(edge.target) for line in self.lines[block] for edge in line.edges]

    def _block(self, token: Token) -> Block:
        if token.text not in self.blocks:
            raise self.reader.error(f"there is no block {token.text}", token)
        return self.blocks[token.text]

    def _value(self, item: Token | Constant) -> Value:
        if isinstance(item, Constant):
            return item
        if item.text not in self.values:
            raise self.reader.error(f"{item.text} has no definition that comes before this use", item)
        return self.values[item.text]

    def _instruction(self, line: _Line) -> Instruction:
        operation = TABLE[line.name]
        operands = [self._value(each) for each in line.operands]
        if operation.names_results:
            types = tuple(line.suffixes)
        elif operation.variadic:
            types = ()
        else:
            types = self._inferred(line, operands)
        if len(types) != len(line.results):
            raise self.reader.error(
                f"{line.name} has {len(types)} results, but {len(line.results)} are named", line.operation
            )
        edges = [
            Successor(self._block(edge.target), [self._value(each) for each in edge.arguments])
            for edge in line.edges
        ]
        instruction = Instruction(
            operation,
            operands,
            types,
            symbol=line.symbol,
            successors=edges,
            cases=line.cases,
            weight=line.weight,
        )
        for token, result in zip(line.results, instruction.results, strict=True):
            result.name = _hint(token)
            self._define(token, result)
        return instruction

    def _inferred(self, line: _Line, operands: list[Value]) -> tuple[Type, ...]:
        operation = TABLE[line.name]
        if len(line.suffixes) > (1 if operation.suffixed else 0):
            raise self.reader.error(f"{line.name} takes no such suffix", line.operation)
        try:
            return operation.infer(
                tuple(each.type for each in operands), line.suffixes[0] if line.suffixes else None
            )
        except TypeError as error:
            raise self.reader.error(str(error), line.operation) from None
