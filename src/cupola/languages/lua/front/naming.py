"""What messages call a value: "local 'x'", "global 'x'", "field 'x'", and so on.

Values have no names. But the code tells where the value in a register came from: the instruction that wrote it last,
if only one can have. A name is a kind and a text; `in_message` writes one the way messages want it.
"""

from __future__ import annotations

from typing import NamedTuple

from cupola.languages.lua.front.code import FunctionCode, Instruction

ENVIRONMENT = b"_ENV"
UNKNOWN = b"?"
MOST_COUNTED = 255  # elements up to this one are called by what they are, those above by nothing


class Name(NamedTuple):
    """What a value is called, and as what: "local", "upvalue", "global", "field", "method", "constant"..."""

    kind: str
    text: bytes


ITERATOR = Name("for iterator", b"for iterator")

# Instructions that write no register; some of them have one in `a`.
SILENT = frozenset(
    (
        "set_upvalue set_global set_field set_index set_integer set_list set_list_open jump loop return_0 return_1 "
        "return return_open close close_open to_close adjust enter enter_vararg for_in_loop"
    ).split()
)
CALLS = frozenset({"call", "call_open", "tail_call", "tail_call_open"})

# Instructions that may call a metamethod, and which; arithmetic is called by its own name.
EVENTS = {
    "get_global": b"index",
    "get_field": b"index",
    "get_index": b"index",
    "get_integer": b"index",
    "self": b"index",
    "set_global": b"newindex",
    "set_field": b"newindex",
    "set_index": b"newindex",
    "set_integer": b"newindex",
    "close": b"close",
    "close_open": b"close",
    **{each: each.encode() for each in ("unm", "bnot", "len", "concat")},
    **{f"if_{no}equal{k}": b"eq" for no in ("", "not_") for k in ("", "_k")},
    **{f"if_{no}{what}{i}": b"lt" for no in ("", "not_") for what in ("less", "greater") for i in ("", "_i")},
    **{
        f"if_{no}{what}_equal{i}": b"le"
        for no in ("", "not_")
        for what in ("less", "greater")
        for i in ("", "_i")
    },
}
ARITHMETIC = ("add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr")
EVENTS.update({each + k: each.encode() for each in ARITHMETIC for k in ("", "_k")})


def in_message(name: Name | None) -> bytes:
    """Return what a message has behind "a nil value": nothing for a value without a name."""
    return b"" if name is None else b" (%s '%s')" % (name.kind.encode(), name.text)


def of_upvalue(code: FunctionCode, number: int) -> Name:
    """Return the name of an upvalue."""
    return Name("upvalue", code.upvalues[number].name)


def local_in(code: FunctionCode, at: int, register: int) -> bytes | None:
    """Return the name of the local variable that is in `register` at the instruction `at`."""
    for each in code.locals:
        if each.register == register and each.first <= at < each.last:
            return each.name
    return None


def of_register(code: FunctionCode, at: int, register: int) -> Name | None:
    """Return the name of what is in `register` when the instruction `at` runs."""
    while True:
        local = local_in(code, at, register)
        if local is not None:
            return Name("local", local)
        written = last_write(code, at, register)
        if written is None:
            return None
        at = written
        one = code.instructions[at]
        if one.name != "move" or one.b >= one.a:
            return of_result(code, at, one)
        register = one.b


def of_result(code: FunctionCode, at: int, one: Instruction) -> Name | None:
    """Return the name of what an instruction leaves in its register."""
    name = one.name
    if name == "get_global":
        is_environment = code.upvalues[one.b].name == ENVIRONMENT
        return Name("global" if is_environment else "field", text_of(one))
    if name == "get_field":
        return Name(field_kind(code, at, one), text_of(one))
    if name == "get_integer":
        return Name("field", b"integer index" if one.c <= MOST_COUNTED else UNKNOWN)
    if name == "get_index":
        key = of_register(code, at, one.c)
        return Name(
            field_kind(code, at, one), key.text if key is not None and key.kind == "constant" else UNKNOWN
        )
    if name == "get_upvalue":
        return of_upvalue(code, one.b)
    if name == "constant" and isinstance(one.k, bytes):
        return Name("constant", one.k)
    if name == "self":
        return Name("method", text_of(one))
    return None


def text_of(one: Instruction) -> bytes:
    """Return the key of an instruction that has one."""
    return one.k if isinstance(one.k, bytes) else UNKNOWN


def field_kind(code: FunctionCode, at: int, one: Instruction) -> str:
    """Return what an element of a table is called: "global" if the table is the environment."""
    table = of_register(code, at, one.b)
    return "global" if table is not None and table.text == ENVIRONMENT else "field"


def last_write(code: FunctionCode, at: int, register: int) -> int | None:
    """Return the instruction before `at` that wrote `register`, None if that depends on the way that was taken."""
    found: int | None = None
    joined = 0  # where the jumps seen so far come together
    for here, one in enumerate(code.instructions[:at]):
        name = one.name
        if name in SILENT or name.startswith("if_"):
            target = one.target
            if target is not None and here < target <= at:
                joined = max(joined, target)
            continue
        if name in CALLS:
            writes = register >= one.a
        elif name == "for_call":
            writes = register >= one.a + 4
        elif name == "load_nil" or name == "vararg_fixed":
            writes = one.a <= register < one.a + one.b
        elif name == "self":
            writes = register == one.a or register == one.a + 3
        else:
            writes = register == one.a
        if writes:
            found = None if here < joined else here
    return found


def of_callee(code: FunctionCode, at: int) -> Name | None:
    """Return the name of the function that the instruction `at` has called: of a metamethod, its event."""
    one = code.instructions[at]
    if one.name in CALLS:
        return of_register(code, at, one.a)
    if one.name == "for_call":
        return ITERATOR
    event = EVENTS.get(one.name)
    return None if event is None else Name("metamethod", event)
