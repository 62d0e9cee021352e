"""The code of a function as text for people: one line an instruction, with what its operands mean."""

from __future__ import annotations

from collections.abc import Iterator

from cupola.languages.lua.front.code import TYPE_CHECKING, FunctionCode, Instruction

if TYPE_CHECKING:
    from cupola.languages.lua.front.code import Constant

# What stands in a, b, c of each instruction that has operands: r a register, n a number, u an upvalue, - nothing.
OPERANDS = {
    "move": "rr",
    "constant": "r",
    "load_nil": "rn",
    "get_upvalue": "ru",
    "set_upvalue": "ru",
    "get_global": "ru",
    "set_global": "ru",
    "get_field": "rr",
    "set_field": "rr",
    "get_index": "rrr",
    "set_index": "rrr",
    "get_integer": "rrn",
    "set_integer": "rrn",
    "self": "rr",
    "new_table": "rnn",
    "set_list": "rn",
    "set_list_open": "rn",
    "concat": "rrn",
    "if_true": "r",
    "if_false": "r",
    "call": "rn",
    "call_open": "rn",
    "adjust": "rn",
    "tail_call": "rn",
    "tail_call_open": "rn",
    "return_1": "r",
    "return": "rn",
    "return_open": "rn",
    "vararg": "r",
    "vararg_fixed": "rn",
    "closure": "r",
    "close": "r",
    "close_open": "rr",
    "to_close": "r",
    "for_prepare": "r",
    "for_loop": "rn",
    "for_call": "rn",
    "for_in_loop": "r",
    "enter": "nn",
    "enter_vararg": "nn",
    "jump": "",
    "loop": "",
    "return_0": "",
    **{name: "rr" for name in ("unm", "not", "len", "bnot")},
}
for _name in ("add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr"):
    OPERANDS[_name] = "rrr"
    OPERANDS[_name + "_k"] = "rr"
for _no in ("if_", "if_not_"):
    for _name in ("less", "less_equal", "equal"):
        OPERANDS[_no + _name] = "rr"
    for _name in ("less", "less_equal", "greater", "greater_equal"):
        OPERANDS[f"{_no}{_name}_i"] = "rn"
    OPERANDS[_no + "equal_k"] = "r"

WITH_CONSTANT = frozenset(
    {name for name in OPERANDS if name.endswith("_k")}
    | {
        "constant",
        "closure",
        "get_global",
        "set_global",
        "get_field",
        "set_field",
        "self",
        "set_list",
        "set_list_open",
    }
)
LONGEST = 40  # bytes of a string that are shown


def listing(code: FunctionCode, *, nested: bool = True) -> str:
    """Return the code of a function, and of those inside it, as text."""
    return "\n".join(lines(code, nested)) + "\n"


def lines(code: FunctionCode, nested: bool) -> Iterator[str]:
    """Yield the lines of a listing."""
    yield heading(code)
    numbers = len(str(len(code.instructions)))
    inner: list[FunctionCode] = []
    for at, one in enumerate(code.instructions):
        yield f"  {at:{numbers}}  [{code.lines[at]}]  {instruction(code, at, one)}".rstrip()
        if isinstance(one.k, FunctionCode):
            inner.append(one.k)
    for each in inner if nested else ():
        yield ""
        yield from lines(each, nested)


def heading(code: FunctionCode) -> str:
    """Return a line that tells about the whole function."""
    where = f"lines {code.line_defined}-{code.last_line}" if code.line_defined else "main"
    dots = "+" if code.is_vararg else ""
    parts = [
        f"{code.parameters}{dots} parameters",
        f"{code.frame_size} registers",
        f"{len(code.locals)} locals",
        f"{len(code.upvalues)} upvalues",
    ]
    return f"{shown(code.name)} ({where}): {', '.join(parts)}"


def instruction(code: FunctionCode, at: int, one: Instruction) -> str:
    """Return one instruction: its name, operands, constant and target, and the variables that it touches."""
    parts = []
    names = []
    for kind, value in zip(OPERANDS[one.name], (one.a, one.b, one.c), strict=False):
        parts.append(f"r{value}" if kind == "r" else f"u{value}" if kind == "u" else str(value))
        if kind == "u":
            names.append(shown(code.upvalues[value].name))
        elif kind == "r":
            names += [
                shown(each.name)
                for each in code.locals
                if each.register == value
                and each.first <= at + 1
                and at < each.last
                and each.name[:1] != b"("
            ][-1:]
    if one.name in WITH_CONSTANT:
        turned = one.c and one.name.endswith("_k")  # the constant is the left operand
        parts.insert(1 if turned else len(parts), constant(one.k))
    if one.target is not None:
        parts.append(f"-> {one.target}")
    text = f"{one.name:<14} {' '.join(parts)}"
    return f"{text:<44} ; {', '.join(dict.fromkeys(names))}" if names else text


def constant(k: Constant) -> str:
    """Return a constant as the source would have it."""
    if k is None:
        return "nil"
    if isinstance(k, bool):
        return "true" if k else "false"
    if isinstance(k, bytes):
        dots = "..." if len(k) > LONGEST else ""
        return '"' + shown(k[:LONGEST]).replace('"', '\\"') + dots + '"'
    if isinstance(k, FunctionCode):
        return f"{shown(k.name)} [{k.line_defined}]"
    return repr(k)


def shown(text: bytes) -> str:
    """Return bytes as text, those that are no letters as escapes."""
    return repr(text)[2:-1]
