"""What the driver does for `terminal`: keys, the clock, waiting, arguments."""

from __future__ import annotations

import time

from cupola.languages.forth.constants import TERMINAL_OPERATIONS
from cupola.languages.forth.driver.loading import LoadError, load

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.forth.vm import ForthVM

STEP = 0.02  # seconds of waiting after which limits and Ctrl-C are looked at
LONGEST = 10**9  # seconds


def serve(vm: ForthVM) -> None:
    """Do what native code asks for; results are pushed."""
    operation, argument = vm.request(2)
    match TERMINAL_OPERATIONS[operation]:
        case "key?":
            vm.push(-int(vm.input.is_ready()))
        case "ekey":
            from cupola.languages.forth.driver.keys import read_event

            vm.drain()
            vm.output.flush()
            vm.push(read_event(vm.input))
        case "ms":
            wait(vm, argument)
        case "time&date":
            now = time.localtime()
            vm.push(now.tm_sec, now.tm_min, now.tm_hour, now.tm_mday, now.tm_mon, now.tm_year)
        case "argc":
            vm.push(len(vm.arguments) + 1)
        case "arg":
            push_argument(vm, argument)


def wait(vm: ForthVM, milliseconds: int) -> None:
    """Wait, and look around meanwhile: a limit or Ctrl-C ends the run here, too."""
    vm.drain()
    vm.output.flush()
    end = time.monotonic() + min((milliseconds & (1 << 64) - 1) / 1000, LONGEST)
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, STEP))
        vm.look_at_the_clock()


def push_argument(vm: ForthVM, number: int) -> None:
    texts = ["cupola", *vm.arguments]
    if not 0 <= number < len(texts):
        vm.push(0, 0)
        return
    try:
        start, length, _ = load(vm, texts[number].encode("utf-8", "surrogateescape"), "<argument>")
    except LoadError:
        vm.push(0, 0)
        return
    vm.push(start, length)
