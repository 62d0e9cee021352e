"""Functions that Python does for the guest: their arguments come from its stack, their results go back there."""

from __future__ import annotations

from cupola.language.values import MASK, NIL
from cupola.languages.lua import constants as c
from cupola.languages.lua.driver.stack import CELL

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM


def serve(vm: LuaVM) -> None:
    """Do what a native function of the driver's does, and return from it."""
    cells, origin, registers = vm.cells, vm.heap_memory.address, vm.registers
    n, at = vm.fields["n"], vm.fields["base"]
    if vm.wants_collection:
        vm.entry_collect_step(vm.address, vm.live_top(), 0)
    if vm.finalizers.waiting and registers[n] <= c.ROOM:
        vm.finalizers.run()
    place = (registers[at] - origin) // CELL
    arguments = cells[place : place + registers[n]].tolist()
    number = cells[(cells[place + c.FUNCTION] & MASK) - origin + vm.objects.number_offset >> 3]
    if vm.sampling:
        results = sampled_service(vm, number, cells[place + c.FUNCTION], arguments)
    else:
        results = vm.services[number](vm, arguments)
    give_back(vm, results)


def give_back(vm: LuaVM, results: Sequence[int]) -> None:
    """Return from the function of the driver's that is on top."""
    cells, origin, registers = vm.cells, vm.heap_memory.address, vm.registers
    n, at = vm.fields["n"], vm.fields["base"]
    place = (registers[at] - origin) // CELL  # the stack may have moved
    count = len(results)
    if count > c.ROOM and registers[at] + (count + c.ROOM) * CELL > vm.vm.stack_end:
        place = (vm.stack.grow(count + c.ROOM) - origin) // CELL
    caller, link = cells[place + c.CALLER], cells[place + c.LINK] & c.LINK_MASK
    place += c.FUNCTION
    if count == 1:
        cells[place] = results[0]
    elif count == 0:
        cells[place] = NIL
    else:
        for value in results:
            cells[place] = value
            place += 1
    registers[at] -= link
    registers[n] = count
    registers[vm.fields["pc"]] = caller


def sampled_service(vm: LuaVM, number: int, function: int, arguments: list[int]) -> Sequence[int]:
    """A function of the driver's, which is noted if a sample became wanted while it ran."""
    results = vm.services[number](vm, arguments)
    if vm.vm.poll and not vm.vm.sampled:
        vm.vm.sampled = function
    return results
