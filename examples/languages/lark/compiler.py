"""Lark's forms as instructions on registers. FORMS at the end lists all forms that are no calls of functions."""

from __future__ import annotations

from typing import Any

from cupola.language import FunctionCode, Label
from cupola.language.frame_cells import FRAME_CELLS

from .reader import Atom, Form, LarkError

ARITHMETIC = {"+": "add", "-": "sub", "*": "mul", "/": "div", "//": "floor_div", "%": "floor_mod"}
COMPARISONS = {  # the instruction, and the order of its operands
    "<": ("less", 1), "<=": ("less_equal", 1), ">": ("less", -1), ">=": ("less_equal", -1), "=": ("equal", 1),
    "!=": ("equal", 1),
}  # fmt: skip
CONSTANTS = {"true": True, "false": False, "nil": None}
MANY = 1 << 30


def head_of(form: Any) -> str:
    """The word that a form begins with."""
    return str(form[0].text) if isinstance(form, Form) and form else ""


def constant_of(atom: Atom) -> Any:
    """The value of a number, a string, or a word that means one."""
    if atom.kind == "number":
        return float(atom.text) if "." in atom.text or len(atom.text) > 15 else int(atom.text)
    return CONSTANTS.get(atom.text, atom.text[1:-1])


def names_in(form: Any, inside: bool) -> set[str]:
    """The names in a form; `inside`: only in functions that it makes, whose variables live in boxes."""
    if isinstance(form, Atom):
        return set() if inside else {form.text}
    makes = head_of(form) == "fn" or (
        head_of(form) == "define" and any(isinstance(each, Form) for each in form[1:2])
    )
    return set().union(*(names_in(each, inside and not makes) for each in form))


class Compiler:
    """Compiles one function, and those inside it: `code`."""

    def __init__(
        self, name: str, where: Any, parameters: Form, body: Form, outer: FunctionCode | None
    ) -> None:
        self.code = code = FunctionCode(name, where, outer, names_in(body, True))
        self.add, self.blocks = code.add, 0
        self.add("enter")
        code.parameters = len(parameters)
        for register, each in enumerate(parameters, code.take(len(parameters))):
            code.declare(self.name(each), register)
        to = code.take()
        self.block(body, to)
        self.add("return", to)
        code.finish()

    def name(self, form: Any) -> str:
        if not isinstance(form, Atom) or form.kind != "name" or form.text in FORMS:
            raise LarkError("expected a name", form)
        return form.text

    def checked(self, form: Form) -> Any:
        """What compiles a form, which has as many parts as it must."""
        compile, least, most = FORMS[head_of(form)]
        if compile is None:
            raise LarkError(f"{head_of(form)!r} is not expected here", form)
        if not least < len(form) <= most + 1:
            raise LarkError(f"{head_of(form)!r} takes {least}{' or more' * (least < most)} forms", form)
        return compile

    # --- values into registers ------------------------------------------------------------------------------

    def register(self, form: Any) -> int:
        """A register with the value of a form: its own, if it is a variable in one."""
        own = self.code.in_register(form.text) if isinstance(form, Atom) else None
        to = self.code.take() if own is None else own
        if own is None:
            self.value(form, to)
        return to

    def value(self, form: Any, to: int) -> None:
        """The value of a form into a register."""
        outside, free = self.code.at, self.code.free
        self.code.at = form
        if isinstance(form, Atom) and (form.kind != "name" or form.text in CONSTANTS):
            self.add("constant", to, k=constant_of(form))
        elif isinstance(form, Atom):
            self.code.load(self.name(form), to)
        elif head_of(form) in FORMS:
            self.checked(form)(self, form, to)
        else:
            self.call(form, to)
        self.code.at, self.code.free = outside, free

    def block(self, forms: Form, to: int) -> None:
        """The value of the last form; the variables that the forms define end with them."""
        variables, free = dict(self.code.variables), self.code.free
        self.blocks += 1
        self.add("constant", to)
        for number, each in enumerate(forms, 1):
            if head_of(each) == "define":
                self.define(each)
            else:
                self.value(each, to if number == len(forms) else self.code.take())
        self.blocks -= 1
        self.code.variables, self.code.free = variables, free

    def define(self, form: Form) -> None:
        """A variable of the block; a global one, if that is the program."""
        if len(form) < 3:
            raise LarkError("'define' takes a name and a form", form)
        of_function, register = isinstance(form[1], Form), self.code.take()
        name = self.name(form[1][0] if of_function and form[1] else form[1])
        is_global = self.code.outer is None and self.blocks == 1
        if of_function and not is_global:  # it may call itself
            self.code.declare(name, register)
            register = self.code.take()
        if of_function:
            self.function(Form([form[0], Form(form[1][1:]), *form[2:]]), register, name, form[1][0])
        else:
            self.value(form[2], register)
        if of_function or is_global:
            self.code.store(name, register)
        else:
            self.code.declare(name, register)

    # --- forms ----------------------------------------------------------------------------------------------

    def function(self, form: Form, to: int, name: str = "fn", where: Any = None) -> None:
        if not isinstance(form[1], Form):
            raise LarkError("expected names in brackets", form)
        inner = Compiler(name, where or form, form[1], Form(form[2:]), self.code)
        self.add("closure", to, k=inner.code)

    def call(self, form: Form, to: int) -> None:
        if not form:
            raise LarkError("an empty form", form)
        place = self.code.take(len(form) + 2)
        for number, each in enumerate(form):
            self.value(each, place + number + FRAME_CELLS - 1 if number else place)
        self.add("call", place, len(form) - 1)
        self.add("move", to, place)

    def arithmetic(self, form: Form, to: int) -> None:
        left, name = self.register(form[1]), ARITHMETIC[form[0].text]
        for each in form[2:]:
            if isinstance(each, Atom) and each.kind == "number":
                self.add(f"{name}_k", to, left, k=constant_of(each))
            else:
                self.add(name, to, left, self.register(each))
            left = to

    def set(self, form: Form, to: int) -> None:
        self.value(form[2], to)
        self.code.store(self.name(form[1]), to)

    def if_(self, form: Form, to: int) -> None:
        otherwise, end = Label(), Label()
        self.branch(form[1], otherwise, False)
        self.value(form[2], to)
        self.add("go", to=end)
        self.code.place(otherwise)
        self.block(Form(form[3:]), to)
        self.code.place(end)

    def while_(self, form: Form, to: int) -> None:
        head, end = self.code.place(Label()), Label()
        self.branch(form[1], end, False)
        self.block(Form(form[2:]), to)
        self.add("loop", to=head)
        self.code.place(end)
        self.add("constant", to)

    def and_or(self, form: Form, to: int) -> None:
        end = Label()
        for each in form[1:]:
            self.value(each, to)
            self.add("if_false" if form[0].text == "and" else "if_true", to, to=end)
        self.code.place(end)

    def condition(self, form: Form, to: int) -> None:
        self.if_(Form([form[0], form, Atom("name", "true", 0), Atom("name", "false", 0)]), to)

    def branch(self, form: Any, to: Label, wanted: bool) -> None:
        """Go to a label if the value of a form is true, or if it is not."""
        head, free = head_of(form), self.code.free
        if head in ("not", "!="):
            wanted = not wanted
        if head == "not":
            self.checked(form)
            self.branch(form[1], to, wanted)
        elif head in COMPARISONS:
            self.checked(form)
            self.code.at = form
            name, order = COMPARISONS[head]
            operands = [self.register(each) for each in form[1:]][::order]
            self.add(f"if_{name}" if wanted else f"if_not_{name}", *operands, to=to)
        else:
            self.add("if_true" if wanted else "if_false", self.register(form), to=to)
        self.code.free = free

    def list(self, form: Form, to: int) -> None:
        self.add("table", to, len(form) - 1)
        for number, each in enumerate(form[1:], 1):
            key = self.code.take(2)
            self.add("constant", key, k=number)
            self.value(each, key + 1)
            self.add("put", key + 1, to, key)
            self.code.free = key

    def on_registers(self, form: Form, to: int) -> None:
        name = {"len": "length"}.get(form[0].text, form[0].text)
        self.add(name, to, *[self.register(each) for each in form[1:]])

    def put(self, form: Form, to: int) -> None:
        table, key = self.register(form[1]), self.register(form[2])
        self.value(form[3], to)
        self.add("put", to, table, key)

    def join(self, form: Form, to: int) -> None:
        """Texts one after the other; to be printed, with blanks between them."""
        texts = list(form[1:])
        if form[0].text == "print":
            texts = [each for part in texts for each in (Atom("string", '" "', 0), part)][1:]
        first = self.code.take(len(texts))
        for register, each in enumerate(texts, first):
            self.value(each, register)
            self.add("text", register, register)
        self.add("join", to, first, len(texts))
        if form[0].text == "print":
            self.add("print", to)


FORMS: dict[str, tuple[Any, int, int]] = {  # what compiles a form, and how many parts it has besides its name
    **dict.fromkeys(ARITHMETIC, (Compiler.arithmetic, 2, MANY)),
    **dict.fromkeys(COMPARISONS, (Compiler.condition, 2, 2)),
    "not": (Compiler.condition, 1, 1), "and": (Compiler.and_or, 1, MANY), "or": (Compiler.and_or, 1, MANY),
    "if": (Compiler.if_, 2, 3), "while": (Compiler.while_, 1, MANY), "set!": (Compiler.set, 2, 2),
    "do": (lambda compiler, form, to: compiler.block(Form(form[1:]), to), 1, MANY), "fn": (Compiler.function, 2, MANY),
    "list": (Compiler.list, 0, MANY), "get": (Compiler.on_registers, 2, 2), "put": (Compiler.put, 3, 3),
    "len": (Compiler.on_registers, 1, 1), "keys": (Compiler.on_registers, 1, 1), "text": (Compiler.on_registers, 1, 1),
    "define": (None, MANY, 0),  # only in blocks
    "join": (Compiler.join, 1, MANY), "print": (Compiler.join, 1, MANY),
}  # fmt: skip
