"""Loading a large source: the only place where looking words up matters, since compiled code holds no names.

    python -m cupola.lab.workloads.loading LINES SWITCHES

An iteration interprets a text of so many lines (`forth_text`) in a new system, whose making is not timed. SWITCHES are
those of `cupola run`. What is printed is the text's checksum, once for all iterations that agree.
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence

from cupola.lab.generate.forth_text import forth_text
from cupola.lab.running import guest, told
from cupola.launch import start, switches

TEXT_SEED = 1


def main(arguments: Sequence[str]) -> int:
    """Run the iterations that are wanted, and tell."""
    parser = ArgumentParser(prog="cupola.lab.workloads.loading", allow_abbrev=False)
    parser.add_argument("lines", type=int)
    switches.add_vm(parser)
    args = parser.parse_args(arguments)
    text = forth_text(args.lines, TEXT_SEED)
    seconds: list[float] = []
    printed: dict[str, None] = {}
    state: dict[str, str] = {}
    steps = 0
    for _ in range(told.wanted_iterations()):
        with start.make_vm("forth", **switches.vm_arguments(args)) as vm:
            began = time.perf_counter()
            vm.run(text)
            seconds.append(time.perf_counter() - began)
            printed[vm.take_output()] = None
            state = guest.state_of(vm, args)
            steps += vm.system.steps
    print("".join(printed), end="")
    told.tell(told.Told(seconds, state=state, instructions=steps))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
