"""The guest code of a whole Forth system: in every word the states of the stack cache fit together."""

from __future__ import annotations

import contextlib
import io

import cupola
from cupola.lab.generate.forth import program
from cupola.languages.forth import constants
from tests.tiers.guest_code import check, decode


def test_all_guest_code_fits_together() -> None:
    with cupola.VM("forth", tier="threaded", limits=cupola.Limits(steps=10_000), input=io.BytesIO()) as vm:
        for seed in range(60):
            for line in program(seed):
                with contextlib.suppress(cupola.RunError):
                    vm.run(line)
        system = vm.system
        size = system.vm.code_next - system.address - constants.CODE_OFFSET
        start = system.address + constants.CODE_OFFSET
        code = decode(system.engine, system.memory.read(constants.CODE_OFFSET, size), start)
        words = (system.word(token) for token in range(1, system.vm.word_count))
        entries = {word.entry for word in words if word.entry}
        assert len(code) > 3000 and len(entries) > 300
        check(system.engine, code, entries)
