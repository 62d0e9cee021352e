"""Where the native code of functions lies: loops at good addresses, functions that call each other side by side.

Functions are compiled in the order in which they get hot, and code that is compiled before what it calls finds that by
way of a header. When no function has been compiled for a while, all of them are laid out anew, in the order that
`policy.clusters` finds: nothing native runs while the driver does, and return addresses are guest addresses, so code
may move.
"""

from __future__ import annotations

from cupola.machine import perfmap
from cupola.policy.options import BRANCH_LAYOUT, WORD_PLACEMENT
from cupola.tiers.headers import UNIT_ALIGNMENT

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.language.driver import Compiled, Driver


def bound(vm: Driver, start: int, end: int) -> int:
    """An upper bound of the bytes of native code for guest code."""
    engine = vm.engine
    most: int = engine.code_bound(engine.tables, start, end)
    if vm.alignment > 1:
        most += vm.alignment * (engine.count_loops(engine.tables, start, end) + 1)
    return most


def compile_at(vm: Driver, start: int, end: int, offset: int) -> int:
    """Compile guest code to that offset of the VM's native code, where `bound` bytes are free; the bytes used."""
    engine, native = vm.engine, vm.native
    assert native is not None
    where = (native.writable + offset, native.executable + offset)
    used: int
    if vm.alignment > 1:
        loops = engine.count_loops(engine.tables, start, end)
        used = engine.compile_aligned(engine.tables, engine.evaluate, start, end, *where, vm.alignment)
        if loops:
            vm.acted_on(BRANCH_LAYOUT, loops)
    else:
        used = engine.compile_code(engine.tables, engine.evaluate, start, end, *where)
    return used


def settle(vm: Driver) -> None:
    """Place all functions if none was compiled since the last tick, but some since they were placed."""
    count = len(vm.compiled)
    if vm.places_code and count > 1 and count == vm.settled and count != vm.placed:
        place(vm)
    vm.settled = count


def place(vm: Driver) -> None:
    """Lay all compiled functions out anew, side by side, by who calls whom."""
    from cupola.policy.clusters import arrange

    assert vm.native is not None
    units = [each for each in vm.compiled if _is_current(vm, each)]
    order = [units[at] for at in arrange(len(units), vm.calls_between(units))]
    vm.placed = len(vm.compiled)
    if sum(_room(vm, each) for each in order) > vm.native.size:
        vm.refuse("no room to place code anew")
        return
    interrupted: KeyboardInterrupt | None = None
    while True:  # half of it would be worse than none: code jumps to addresses that other code has left
        try:
            _lay_out(vm, order)
            break
        except KeyboardInterrupt as error:
            interrupted = error
    vm.compiled[:] = order
    vm.placed = vm.settled = len(order)
    vm.acted_on(WORD_PLACEMENT, len(order))
    if perfmap.enabled():
        perfmap.record([(each.address, each.size, vm.label_at(each.start, each.name)) for each in order])
    if interrupted is not None:
        raise interrupted


def _is_current(vm: Driver, unit: Compiled) -> bool:
    """Whether the function's guest code still leads to this native code."""
    header = int.from_bytes(vm.memory.read(unit.start - vm.address, 4), "little")
    return unit.address <= header < unit.address + unit.size


def _room(vm: Driver, unit: Compiled) -> int:
    return bound(vm, unit.start, unit.end) + UNIT_ALIGNMENT


def _lay_out(vm: Driver, order: list[Compiled]) -> None:
    """Compile all, twice: the first time code may still find the old addresses of what follows it."""
    native = vm.native
    assert native is not None
    for _ in range(2):
        offset = 0
        for each in order:
            offset = -(-offset // UNIT_ALIGNMENT) * UNIT_ALIGNMENT
            each.address = native.executable + offset
            each.size = compile_at(vm, each.start, each.end, offset)
            offset += each.size
        native.used = offset
