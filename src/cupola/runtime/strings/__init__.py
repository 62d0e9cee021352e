"""Strings of bytes: hashing, interning, comparing, concatenating, and buffers to build them in.

Strings up to 40 bytes are interned: equal ones are one object. Functions that make objects return null if there is no
memory, and have changed nothing then.
"""

from __future__ import annotations

from cupola.runtime.strings.buffer import Buffer, append, append_byte, begin, finish, reserve
from cupola.runtime.strings.compare import compare_strings, same_string, string_bytes
from cupola.runtime.strings.concatenate import concatenate
from cupola.runtime.strings.hashing import hash_bytes, hash_of
from cupola.runtime.strings.intern import make_string, new_string, set_up

__all__ = [
    "Buffer",
    "append",
    "append_byte",
    "begin",
    "compare_strings",
    "concatenate",
    "finish",
    "hash_bytes",
    "hash_of",
    "make_string",
    "new_string",
    "reserve",
    "same_string",
    "set_up",
    "string_bytes",
]
