"""Random kernel functions: typed plain Python, the evaluator, LLVM at -O0 and at -O2 agree."""

from __future__ import annotations

from random import Random

import pytest

from cupola.ir.evaluator import Evaluator
from cupola.kernel import KernelFunction, collect, compile_native
from tests.kernel.random_source import PARAMETERS, SETTING, random_function
from tests.kernel.support import PRELUDE, python_number, run_source, same
from tests.kernel.typed_python import run_typed

BATCH = 25
ARGUMENTS = [
    (0, 0, 0, 0, 0.0, False),
    (-1, 2**64 - 1, -1, 255, -1.5, True),
    (2**63 - 1, 2**63, -(2**31), 128, 1e300, True),
]


def arguments(random: Random) -> tuple[int | float, ...]:
    """A value for each parameter that random functions have."""
    return (
        random.randint(-(2**63), 2**63 - 1) >> random.randrange(64),
        random.getrandbits(64) >> random.randrange(64),
        random.randint(-(2**31), 2**31 - 1) >> random.randrange(32),
        random.getrandbits(8),
        random.uniform(-1e6, 1e6),
        random.random() < 0.5,
    )


@pytest.mark.parametrize("batch", range(8))
def test_all_ways_agree(batch: int) -> None:
    random = Random(batch)
    seeds = [batch * BATCH + place for place in range(BATCH)]
    texts = {seed: random_function(seed, f"random_{seed}") for seed in seeds}
    names = run_source(PRELUDE + SETTING + "\n".join(texts.values()))
    functions: dict[int, KernelFunction[..., object]] = {seed: names[f"random_{seed}"] for seed in seeds}
    plain = compile_native(functions.values(), optimize=0)
    optimized = compile_native(functions.values(), optimize=2)
    evaluator = Evaluator(collect("random", functions.values()))
    for seed, function in functions.items():
        types = function.signature.ir_results()
        for values in [*ARGUMENTS, *(arguments(random) for _ in range(4))]:
            found = evaluator.run(function.name, *values)
            evaluated = tuple(python_number(type, each) for type, each in zip(types, found, strict=True))
            expected = run_typed(texts[seed], f"random_{seed}", values, PARAMETERS)
            assert same(evaluated, expected), f"evaluator, random_{seed}{values}:\n{texts[seed]}"
            for way, compiled in (("-O0", plain), ("-O2", optimized)):
                result = compiled[function.name](*values)
                assert same(result, expected), f"{way}, random_{seed}{values}:\n{texts[seed]}"
