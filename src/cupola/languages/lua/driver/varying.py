"""Instructions that rely on variables that never change (`instructions.fixed`, `.globals`): told where one does.

That is where a source runs a second time, as its variables exist a second time then; where a source that is kept is
loaded with another table of globals; and where the library `debug` sets a variable or lets functions share another one.
"""

from __future__ import annotations

from cupola.languages.lua.cache_cells import (
    NOT_KNOWN,
    RAN_ONCE,
    READ_CELLS,
    RELIABLE,
    VALUE,
    VARIES,
    WRITE_CELLS,
)

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterable

    from cupola.languages.lua.driver.functions import Loaded
    from cupola.languages.lua.driver.vm import LuaVM

# What the cells of these instructions say from then on: which cell, and what.
TOLD = {
    "get_global": ((READ_CELLS, VARIES),),
    "set_global": ((WRITE_CELLS, VARIES),),
    "get_fixed": ((RELIABLE, VARIES), (VALUE, NOT_KNOWN)),
    "enter_source": ((0, RAN_ONCE + 1),),
}


def tell(vm: LuaVM, functions: Iterable[Loaded]) -> None:
    """Let the instructions of these functions rely on no variable any more."""
    for loaded in functions:
        for name, first, _ in vm.functions.sites(loaded):
            for place, value in TOLD.get(name, ()):
                vm.memory.write(first + 8 * place, value.to_bytes(8, "little", signed=True))


def is_fixed(vm: LuaVM, function: int, number: int) -> bool:
    """Whether a closure's upvalue is a variable that instructions may rely on."""
    loaded = vm.stack.loaded(function)
    return loaded is not None and number in loaded.code.fixed
