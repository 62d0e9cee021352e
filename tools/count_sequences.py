"""Counts runs of instructions in the guest code of Forth programs: what superinstructions are chosen by.

    python tools/count_sequences.py PROGRAM.fs ... [--longest 4] [--show 100]

Each run counts ten times as much for every loop around it, and as much as its length saves: a run of n instructions
replaces n dispatches by one. A run never crosses a label, and only its last instruction may branch.
"""

from __future__ import annotations

import argparse
import collections

from cupola.languages.forth.vm import ForthVM
from cupola.tiers.headers import OPCODE_MASK

Code = list[tuple[int, str, int | None]]  # address, instruction, target


def decode(vm: ForthVM, start: int, end: int) -> Code:
    """The plain instructions of a stretch of guest code, without those that move cells between registers."""
    out: Code = []
    pc = start
    while pc < end:
        head = vm.memory.read(pc - vm.address, 8)
        fact = vm.engine.facts[int.from_bytes(head[4:6], "little") & OPCODE_MASK]
        target = None
        if fact.get("target_offset") and fact["name"] != "call":
            place = pc - vm.address + fact["target_offset"]
            target = pc + int.from_bytes(vm.memory.read(place, 4), "little", signed=True)
        if not fact["name"].startswith("to_"):
            out.append((pc, fact["name"], target))
        pc += fact["length"]
    return out


def count(vm: ForthVM, code: Code, longest: int, into: collections.Counter[tuple[str, ...]]) -> None:
    labels = {target for _, _, target in code if target is not None}
    loops = [(target, pc) for pc, _, target in code if target is not None and target < pc]
    facts = {fact["name"]: fact for fact in vm.engine.facts}
    for at, (pc, _, _) in enumerate(code):
        weight = 10 ** sum(start <= pc <= end for start, end in loops)
        run: list[str] = []
        for here, name, target in code[at : at + longest]:
            if facts[name]["memory_stack"] or (run and here in labels):
                break
            run.append(name)
            if len(run) > 1:
                into[tuple(run)] += weight * (len(run) - 1)
            if target is not None or name in ("call", "exit", "execute", "tail"):
                break


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", nargs="+")
    parser.add_argument("--longest", type=int, default=4)
    parser.add_argument("--show", type=int, default=100)
    options = parser.parse_args()
    total: collections.Counter[tuple[str, ...]] = collections.Counter()
    for path in options.programs:
        vm = ForthVM("threaded")
        known = vm.vm.word_count
        with open(path, encoding="utf-8") as file:
            vm.run(file.read(), path)
        found: collections.Counter[tuple[str, ...]] = collections.Counter()
        for token in range(known, vm.vm.word_count):
            word = vm.word(token)
            if word.code_end > word.entry:
                count(vm, decode(vm, word.entry, word.code_end), options.longest, found)
        whole = sum(found.values()) or 1
        for run, weight in found.items():
            total[run] += weight * 1_000_000 // whole
    for run, weight in total.most_common(options.show):
        print(f"{weight:9,}  {' '.join(name.replace(' ', '_') for name in run)}")


if __name__ == "__main__":
    main()
