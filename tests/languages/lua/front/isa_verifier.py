"""What must hold of all code that the front end makes, whatever way it takes: the rules of the instructions."""

from __future__ import annotations

from cupola.languages.lua.front import FunctionCode, Instruction
from cupola.languages.lua.front.listing import OPERANDS
from cupola.languages.lua.front.naming import ARITHMETIC

ENDS = frozenset({"loop", "jump", "return_0", "return_1", "return", "return_open"})
# Instructions that leave open values, and the operand that says where.
MAKES_OPEN = {
    "call": lambda one: one.a,
    "call_open": lambda one: one.a,
    "tail_call": lambda one: one.a,
    "tail_call_open": lambda one: one.a,
    "vararg": lambda one: one.a,
    "close_open": lambda one: one.b,
    "for_call": lambda one: one.a + 4,
}
WRITES_FIRST = frozenset(
    {
        "move",
        "constant",
        "get_upvalue",
        "get_global",
        "get_field",
        "get_index",
        "get_integer",
        "new_table",
        "closure",
    }
    | {"unm", "not", "len", "bnot", "concat"}
    | {each + k for each in ARITHMETIC for k in ("", "_k")}
)
LEAST, MOST = -32768, 65535


def open_start(one: Instruction) -> int | None:
    """Return where an instruction expects open values to begin, None if it takes none."""
    if one.name in ("call_open", "tail_call_open"):
        return one.a + 3 + one.b
    if one.name == "return_open":
        return one.a + one.b
    if one.name == "set_list_open":
        return one.a + 1 + one.b
    if one.name == "close_open":
        return one.b
    return one.a if one.name == "adjust" else None


def reads(one: Instruction) -> set[int]:
    """Return the registers that an instruction reads."""
    name, a, b, c = one.name, one.a, one.b, one.c
    if name in ("call", "tail_call", "call_open", "tail_call_open"):
        return {a, *range(a + 3, a + 3 + b)}
    if name in ("return", "return_open"):
        return set(range(a, a + b))
    if name in ("set_list", "set_list_open"):
        return set(range(a, a + 1 + b))
    if name == "concat":
        return set(range(b, b + c))
    if name == "for_prepare":
        return {a, a + 1, a + 2}
    if name in ("for_loop", "for_call"):
        return {a, a + 1, a + 2, a + 3}
    if name == "for_in_loop":
        return {a + 4}
    if name in ("close", "close_open", "adjust", "vararg", "vararg_fixed", "load_nil"):
        return set()
    kinds = OPERANDS[name]
    found = {value for kind, value in zip(kinds, (a, b, c), strict=False) if kind == "r"}
    return (
        found
        if name.startswith(("set_", "if_", "return")) or name == "to_close"
        else found
        - ({a} if a not in (b if kinds[1:2] == "r" else None, c if kinds[2:3] == "r" else None) else set())
    )


def after(code: FunctionCode, one: Instruction, held: frozenset[int]) -> frozenset[int]:
    """Return the registers that hold something after an instruction, given those that did before."""
    name, a, b = one.name, one.a, one.b
    if name in ("call", "call_open", "tail_call", "tail_call_open"):
        return frozenset(each for each in held if each < a) | {a}
    if name == "vararg":
        return frozenset(each for each in held if each < a)
    if name == "adjust" or name in ("load_nil", "vararg_fixed"):
        return held | set(range(a, a + b))
    if name == "self":
        return held | {a, a + 3}
    if name == "concat":
        return (held - set(range(b, b + one.c))) | {a}
    if name == "for_prepare":
        return held | {a + 3}
    if name == "for_call":
        return frozenset(each for each in held if each < a + 4) | {a + 4}
    return held | {a} if name in WRITES_FIRST else held


def verify(code: FunctionCode) -> None:
    """Fail if the code of a function, or of one inside it, breaks a rule."""
    instructions = code.instructions
    assert len(code.lines) == len(instructions)
    assert instructions[0].name == ("enter_vararg" if code.is_vararg else "enter")
    assert instructions[-1].name in ENDS or instructions[-1].name in ENDS
    targets = {one.target for one in instructions if one.target is not None}
    for at, one in enumerate(instructions):
        check_operands(code, at, one)
        opens = open_start(one)
        if opens is not None:
            before = instructions[at - 1]
            assert at not in targets, f"{code!r}: a way to {at} without open values"
            assert before.name in MAKES_OPEN, f"{code!r}: no open values at {at}"
            assert opens == MAKES_OPEN[before.name](before)
        if one.name in ("vararg", "close_open"):
            assert open_start(instructions[at + 1]) is not None, f"{code!r}: open values of {at} are not used"
        if isinstance(one.k, FunctionCode):
            verify(one.k)
    check_registers(code)
    for each in code.locals:
        assert 0 < each.first <= each.last <= len(instructions) and each.register < code.frame_size


def check_operands(code: FunctionCode, at: int, one: Instruction) -> None:
    kinds = OPERANDS[one.name].ljust(3, "n" if one.name.endswith("_k") else "-")
    for kind, value in zip(kinds, (one.a, one.b, one.c), strict=True):
        if kind == "r":
            assert 0 <= value < code.frame_size, f"{code!r}: register {value} at {at}"
        elif kind == "u":
            assert 0 <= value < len(code.upvalues)
        else:
            assert LEAST <= value <= MOST and (kind == "n" or value == 0)
    if reads(one):
        assert max(reads(one)) < code.frame_size
    if one.target is not None:
        backwards = one.name in ("loop", "for_loop", "for_in_loop")
        assert 0 < one.target < len(code.instructions)
        assert (one.target <= at) == backwards, f"{code!r}: {one.name} at {at} to {one.target}"
    else:
        assert not one.name.startswith(("if_", "jump", "loop", "for_prepare", "for_loop", "for_in"))


def check_registers(code: FunctionCode) -> None:
    """Follow all ways through the code, to see that nothing reads a register that may hold nothing."""
    instructions = code.instructions
    held: dict[int, frozenset[int]] = {}
    ahead = [(0, frozenset(range(code.parameters)))]
    while ahead:
        at, here = ahead.pop()
        if at in held:
            here = here & held[at]
            if here == held[at]:
                continue
        held[at] = here
        one = instructions[at]
        missing = reads(one) - here
        assert not missing, f"{code!r}: {one.name} at {at} reads {missing}, which may hold nothing"
        leaves = after(code, one, here)
        if one.target is not None:
            ahead.append((one.target, leaves if one.name != "for_prepare" else here))
        if one.name not in ENDS:
            ahead.append((at + 1, leaves))
