"""Counts runs of instructions that Lua programs run: what superinstructions are chosen by.

    python tools/count_lua_sequences.py [--longest 3] [--show 60] PROGRAM.lua ...

Each program is run once, with its global function `run` after it if there is one, and every instruction counts itself.
Shown is by how much of all dispatches a superinstruction would save, in the mean of the programs. A run never crosses a
label, and only its last instruction may branch or change into another one.
"""

from __future__ import annotations

import argparse
import collections
import io
from collections.abc import Iterator

from cupola.language.values import FUNCTION, cell, is_double, tag_of
from cupola.languages.lua.driver.functions import PRELUDE, Loaded
from cupola.languages.lua.driver.vm import LuaVM
from cupola.tiers.headers import OPCODE_MASK, OPCODE_OFFSET

Counted = list[tuple[str, int, bool]]  # instruction, how often it ran, whether something leads to it
# What becomes another instruction when it has seen what it meets, or stays where it is rarely.
CHANGES = ("add", "sub", "mul", "div", "if_less", "if_not_less", "if_less_equal", "if_not_less_equal")
ENDS = (
    "jump",
    "loop",
    "call",
    "return",
    "tail_call",
    "for_",
    "if_",
    "vararg_return",
    "vararg_tail_call",
    "enter",
)


def counted_vm(path: str) -> LuaVM:
    """The VM that has run a program whose instructions were counted."""
    vm = LuaVM("threaded", counting=True, output=io.BytesIO())
    vm.counted = frozenset(name for name, *_ in vm.engine.forms) - {"enter", "enter_vararg", "enter_source"}
    vm.run_file(path)
    run = vm.objects.get(vm.objects.globals, b"run")
    if not is_double(run) and tag_of(run) == FUNCTION:
        vm.call(run)
    return vm


def instructions(vm: LuaVM, loaded: Loaded) -> Counted:
    """The instructions of a function with their counts."""
    targets = {
        loaded.start + loaded.places[each.target]
        for each in loaded.code.instructions
        if each.target is not None
    }
    found: Counted = []
    at, runs, leads = loaded.start, 0, False
    while at < loaded.end:
        packed = int.from_bytes(vm.memory.read(at - vm.address + OPCODE_OFFSET, 2), "little")
        name, length, _, _, caches = vm.engine.forms[packed & OPCODE_MASK]
        leads = leads or at in targets
        if name == "tally":
            runs = cell(at + caches[0]) + 1
        else:
            found.append((name, runs, leads))
            leads = False
        at += length
    return found


def runs_in(code: Counted, longest: int) -> Iterator[tuple[tuple[str, ...], int]]:
    """All runs of two instructions or more, each with how many dispatches it would have saved."""
    for start in range(len(code)):
        names: list[str] = []
        for name, count, leads in code[start : start + longest]:
            if names and leads:
                break
            names.append(name)
            if len(names) > 1:
                yield tuple(names), count * (len(names) - 1)
            if name.startswith(ENDS) or name.removesuffix("_float").removesuffix("_mixed") in CHANGES:
                break


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", nargs="+")
    parser.add_argument("--longest", type=int, default=3)
    parser.add_argument("--show", type=int, default=60)
    options = parser.parse_args()
    total: collections.Counter[tuple[str, ...]] = collections.Counter()
    for path in options.programs:
        vm = counted_vm(path)
        code = [instructions(vm, each) for each in vm.functions.loaded if each.code.source != PRELUDE]
        everything = sum(count for each in code for _, count, _ in each)
        for each in code:
            for names, saved in runs_in(each, options.longest):
                total[names] += saved / everything / len(options.programs)  # type: ignore[assignment]
        vm.close()
    for names, part in total.most_common(options.show):
        print(f"{100 * part:6.2f} %  {' '.join(names)}")


if __name__ == "__main__":
    main()
