"""collectgarbage"""

from __future__ import annotations

from cupola.language.values import FALSE, NIL, TRUE, from_double
from cupola.languages.lua.driver.library import arguments as a

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cupola.languages.lua.driver.vm import LuaVM

OPTIONS = (
    b"collect", b"count", b"step", b"isrunning", b"stop", b"restart", b"incremental", b"generational", b"setpause",
    b"setstepmul",
)  # fmt: skip
NUMBERS = {b"step": 1, b"setpause": 1, b"setstepmul": 1, b"generational": 2, b"incremental": 3}  # of each
NEVER = 1 << 62
PAUSE, STEP = 200, 100  # what programs are told at first; the collector has its own policy
STEP_BYTES = 1 << 20  # looked at in a step whose size is not given
MOST_STEP = 1 << 40  # a larger step is no longer than this one: the bytes of it are a number of 64 bits


def collectgarbage(vm: LuaVM, arguments: list[int]) -> Sequence[int]:
    """Do what an option says: "collect" if there is none."""
    option = a.option(vm, arguments, 0, OPTIONS, b"collect")
    numbers = [a.optional_whole(vm, arguments, place, 0) for place in range(1, NUMBERS.get(option, 0) + 1)]
    settings = vm.collector_settings
    if vm.heap.is_finalizing:  # a finalizer may not ask
        return (NIL,)
    if option == b"collect":
        vm.collect()
        _after(vm)
        return (vm.objects.integer(0),)
    if option == b"count":
        return (from_double((vm.own_cells[vm.allocated] - (vm.heap.end - vm.heap.next)) / 1024),)
    if option == b"step":
        size = min(max(numbers[0], 0), MOST_STEP) * 1024
        ended = vm.entry_collect_step(vm.address, vm.live_top(), size or STEP_BYTES)
        _after(vm)
        return (TRUE if ended else FALSE,)
    if option == b"isrunning":
        return (FALSE if settings.get("stopped") else TRUE,)
    if option in (b"stop", b"restart"):
        settings["stopped"] = option == b"stop"
        vm.heap.threshold = NEVER if option == b"stop" else vm.own_cells[vm.allocated]
        return (vm.objects.integer(0),)
    if option in (b"incremental", b"generational"):
        before = settings.get("mode", "generational")
        settings["mode"] = option.decode()
        vm.heap.all_full = int(option == b"incremental")
        return (vm.objects.string(str(before).encode()),)
    name, default = ("pause", PAUSE) if option == b"setpause" else ("step", STEP)
    old = settings.get(name, default)
    settings[name] = numbers[0]
    return (vm.objects.integer(int(old)),)


def _after(vm: LuaVM) -> None:
    """A collection sets the threshold: where the program has stopped them, it is set again."""
    if vm.collector_settings.get("stopped"):
        vm.heap.threshold = NEVER
    vm.hosts.let_go_dead()
    vm.finalizers.run()
