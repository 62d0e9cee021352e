"""warn"""

from __future__ import annotations

from cupola.languages.lua.driver.library import arguments as a

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM


def warn(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Write a message made of the arguments to standard error; "@on" and "@off" switch that."""
    a.text(vm, arguments, 0)
    parts = [a.text(vm, arguments, place) for place in range(len(arguments))]
    if len(parts) == 1 and parts[0].startswith(b"@"):
        if parts[0] in (b"@on", b"@off"):
            vm.warnings = parts[0] == b"@on"
    elif vm.warnings:
        import sys

        vm.flush()
        print(f"Lua warning: {b''.join(parts).decode('utf-8', 'replace')}", file=sys.stderr, flush=True)
    return ()
