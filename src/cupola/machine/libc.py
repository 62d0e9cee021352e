"""Addresses of functions of the C library and the mathematics library, for native code to call."""

from __future__ import annotations

import ctypes

from cupola.machine.errors import UnknownFunction

_libraries: list[ctypes.CDLL] = []  # opened on first use
_found: dict[str, int] = {}


def _open() -> list[ctypes.CDLL]:
    if not _libraries:
        for name in ("libc.so.6", "libm.so.6"):
            try:
                _libraries.append(ctypes.CDLL(name))
            except OSError:  # not the GNU C library: both live in the program's own namespace there
                _libraries.append(ctypes.CDLL(None))
    return _libraries


def address(name: str) -> int:
    """The address of C function `name` in this process (another one in the next process), or
    `UnknownFunction`.
    """
    found = _found.get(name)
    if found is not None:
        return found
    for library in _open():
        try:
            function = library[name]
        except AttributeError:
            continue
        found = ctypes.cast(function, ctypes.c_void_p).value
        if found:
            _found[name] = found
            return found
    raise UnknownFunction(f"neither libc nor libm has a function named {name!r}: check its spelling")
