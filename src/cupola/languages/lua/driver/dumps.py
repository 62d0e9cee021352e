"""Compiled functions as bytes: what string.dump gives, and files of the system that are compiled once.

Code of the guest is trusted: what the front end made cannot touch what it must not, other instructions could. So a dump
is signed with a key of the user's, which lies beside the cache; `load` takes no other.
"""

from __future__ import annotations

import marshal
import os

from cupola.languages.lua.front.code import FunctionCode, Instruction, Local, Upvalue

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

SIGNATURE = b"\x1bLua"
HEAD = SIGNATURE + b"\x54cupola"
FORMAT = 2  # counts changes of the form, and of the instructions' meaning
SIGNED = 32  # bytes
KEY = "lua-dump-key"  # in the cache

_keys: list[bytes] = []


class BadDump(Exception):
    """The bytes are no dump of this user's."""


def dump(code: FunctionCode, strip: bool = False) -> bytes:
    """A function as bytes; without lines and names if it is to be stripped."""
    body = marshal.dumps((FORMAT, _packed(code, strip)))
    return HEAD + _signature(body) + body


def undump(data: bytes) -> FunctionCode:
    """The function of a dump. Raises BadDump."""
    import hmac

    if not data.startswith(HEAD):
        is_short = HEAD.startswith(data)
        raise BadDump(f"bad binary format ({'truncated chunk' if is_short else 'not of this Lua'})")
    body = data[len(HEAD) + SIGNED :]
    if not hmac.compare_digest(_signature(body), data[len(HEAD) : len(HEAD) + SIGNED]):
        raise BadDump("bad binary format (truncated chunk, or not of this user)")
    form, packed = marshal.loads(body)
    if form != FORMAT:
        raise BadDump("bad binary format (version mismatch)")
    return unpacked(packed)


def _signature(body: bytes) -> bytes:
    import hashlib
    import hmac

    return hmac.digest(_key(), body, hashlib.sha256)


def _key() -> bytes:
    """The user's key, made when it is first wanted; one for this process alone if it cannot be kept."""
    if not _keys:
        from cupola.machine.cache import Cache

        cache = Cache(report=lambda message: None)
        key = cache.load(KEY)
        if key is None or len(key) != SIGNED:
            key = os.urandom(SIGNED)
            cache.store(KEY, key)
        _keys.append(key)
    return _keys[0]


# --- code as plain data ---------------------------------------------------------------------------------------------


def packed(code: FunctionCode) -> tuple[Any, ...]:
    """A function as tuples, numbers and bytes."""
    return _packed(code, False)


def _packed(code: FunctionCode, strip: bool) -> tuple[Any, ...]:
    instructions = [
        (
            *each[:4],
            ("code", _packed(each.k, strip)) if isinstance(each.k, FunctionCode) else each.k,
            each.target,
        )
        for each in code.instructions
    ]
    upvalues = [(b"" if strip else each.name, each.in_register, each.number) for each in code.upvalues]
    return (
        code.name, b"=?" if strip else code.source, code.line_defined, code.last_line, code.parameters, code.is_vararg,
        code.frame_size, upvalues, instructions, [] if strip else code.lines,
        [] if strip else [tuple(each) for each in code.locals], sorted(code.fixed),
    )  # fmt: skip


def unpacked(data: tuple[Any, ...]) -> FunctionCode:
    """The function of such tuples."""
    code = FunctionCode(data[0], data[1], data[2])
    code.last_line, code.parameters, code.is_vararg, code.frame_size = data[3:7]
    code.upvalues = [Upvalue(*each) for each in data[7]]
    code.instructions = [
        Instruction(name, a, b, c, unpacked(k[1]) if k.__class__ is tuple else k, target)
        for name, a, b, c, k, target in data[8]
    ]
    code.lines = data[9] or [-1] * len(code.instructions)
    code.locals = [Local(*each) for each in data[10]]
    code.fixed = frozenset(data[11])
    return code


# --- files of the system --------------------------------------------------------------------------------------------


def compiled(path: str, chunk_name: bytes) -> FunctionCode:
    """The code of a file of ours, from the cache if it was compiled before."""
    from cupola.language.engines import python_files
    from cupola.machine.cache import Cache, digest
    from cupola.tiers.start import state_of

    front = os.path.join(os.path.dirname(os.path.dirname(__file__)), "front")
    state, settled = state_of([path, *python_files(front)])
    cache = Cache(report=lambda message: None)
    key = f"lua-source-{digest(state, str(FORMAT), str(marshal.version))[:40]}"
    kept = cache.load(key) if settled else None
    if kept is not None:
        return unpacked(marshal.loads(kept))
    from cupola.languages.lua.front import compile_source

    with open(path, "rb") as file:
        code = compile_source(file.read(), chunk_name)
    if settled and cache.store(key, marshal.dumps(packed(code))):
        cache.keep_newest("lua-source-", 4)
    return code
