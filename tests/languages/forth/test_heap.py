"""ALLOCATE and its kin with warm pools, against the memory limit, and with notes that a program cannot reach."""

from __future__ import annotations

import random

import pytest

import cupola
from tests.languages.forth.engines import ENGINES, Engine, make_vm, run
from tests.languages.forth.suite_files import FOLDER

NO_MEMORY = -59
SIZES = (0, 1, 16, 17, 100, 1000, 2048, 2049, 4096, 4097, 20_000, 65_536)


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_the_suite_with_warm_pools(engine: Engine) -> None:
    vm = cupola.VM("forth", tier=engine.tier, options={"warm-pools": True})
    assert run(vm, f's" {FOLDER / "allocate.fs"}" included').output.strip().startswith("ok: allocate.fs")
    assert vm.statistics()["options"]["warm-pools"] > 0


@pytest.mark.parametrize("warm", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_blocks_never_overlap(seed: int, warm: bool) -> None:
    """Blocks of random sizes, against a model; the memory is so small that ALLOCATE often fails."""
    numbers = random.Random(seed)
    vm = cupola.VM("forth", limits=cupola.Limits(memory=1 << 20), options={"warm-pools": warm})
    blocks: dict[int, int] = {}
    refused = 0
    for _ in range(600):
        size = numbers.choice(SIZES)
        if blocks and numbers.random() < 0.4:
            block = numbers.choice(sorted(blocks))
            if numbers.random() < 0.5:
                assert vm.call("free", block) == (0,)
                del blocks[block]
                assert vm.call("free", block) == (-60,)
                continue
            address, ior = vm.call("resize", block, size)
            assert ior in (0, -61)
            if ior == 0:
                del blocks[block]
        else:
            address, ior = vm.call("allocate", size)
            assert ior in (0, NO_MEMORY)
        if ior:
            refused += 1
            continue
        end = address + max(size, 1)
        assert all(end <= start or address >= start + length for start, length in blocks.items())
        blocks[address] = max(size, 1)
    assert refused > 0
    assert sum(blocks.values()) <= 1 << 20
    for block in blocks:
        assert vm.call("free", block) == (0,)


def test_a_program_that_writes_everywhere_harms_nothing() -> None:
    vm = make_vm(ENGINES[0])
    vm.run("create ps 100 cells allot  : get  100 0 do i 97 * allocate throw i cells ps + ! loop ; get")
    vm.run(
        "variable low  variable high  -1 1 rshift low !"
        " : bounds-of  100 0 do i cells ps + @ dup low @ min low ! high @ max high ! loop ; bounds-of"
        " create copy 100 cells allot  ps copy 100 cells move"
        " low @ high @ over - -1 fill"
        " : drop-all  100 0 do i cells copy + @ free throw loop ; drop-all"
    )
    vm.run("0 free . low @ free . high @ free .")
    assert vm.take_output() == "-60 -60 -60 "
    assert vm.call("allocate", 100)[1] == 0


def test_heap_and_dictionary_share_the_limit() -> None:
    vm = cupola.VM("forth", limits=cupola.Limits(memory=1 << 20))
    (free,) = vm.call("unused")
    assert vm.call("allocate", free + 4096)[1] == NO_MEMORY
    block, ior = vm.call("allocate", free // 2)
    assert ior == 0 and vm.call("unused")[0] <= free - free // 2
    with pytest.raises(cupola.LimitReached):
        vm.call("allot", free // 2 + 8192)
    assert vm.call("free", block) == (0,)
    assert vm.call("allocate", free // 2)[1] == 0
