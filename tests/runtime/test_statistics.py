"""Statistics in integers against exact fractions, numerical integrals and simulated experiments with known truth."""

from __future__ import annotations

import ctypes
import math
import random
import re
import statistics as reference
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import pytest

from cupola.kernel import compile_native, sizeof
from cupola.runtime import q48
from cupola.runtime import statistics as counted
from cupola.runtime.statistics import posterior, wide
from cupola.runtime.statistics.histogram import bin_of, lowest_of
from cupola.runtime.statistics.speedup import student

ONE = q48.ONE


class Native:
    """An arm in native memory: the same functions, compiled."""

    functions = (
        counted.clear,
        counted.record,
        counted.add_to_histogram,
        counted.mean,
        counted.deviation,
        counted.median,
        posterior.standard_error,
        counted.credible_interval,
        counted.speedup,
        counted.speedup_interval,
        counted.probability_above,
    )

    def __init__(self, compiled: dict[str, Callable[..., Any]]) -> None:
        self.compiled = compiled
        self.memory = ctypes.create_string_buffer(sizeof(counted.Samples))
        self.bins = ctypes.create_string_buffer(sizeof(counted.Histogram))

    def fill(self, latencies: Iterable[int]) -> Native:
        record = self.compiled[counted.record.name]
        for each in latencies:
            record(self.memory, each)
        return self


@pytest.fixture(scope="module")
def compiled() -> dict[str, Callable[..., Any]]:
    return compile_native(Native.functions)


def arm(latencies: Iterable[int]) -> Any:
    samples = counted.plain(counted.Samples)
    for each in latencies:
        counted.record(samples, each)
    return samples


def gaussian(source: random.Random, middle: float, spread: float, count: int) -> list[int]:
    return [max(0, round(source.gauss(middle, spread))) for _ in range(count)]


def test_sums_are_exact() -> None:
    source = random.Random(1)
    latencies = [source.getrandbits(source.randrange(1, 33)) for _ in range(5000)]
    samples = arm([*latencies, -1, counted.LONGEST + 1])
    assert (samples.count, samples.refused) == (5000, 2)
    assert samples.total == sum(latencies)
    assert samples.squares_high << 64 | samples.squares_low == sum(each * each for each in latencies)
    assert (samples.least, samples.most) == (min(latencies), max(latencies))
    assert counted.mean(samples) == (round(Fraction(sum(latencies) * ONE, 5000)), False)
    variance = reference.variance(map(Fraction, latencies))
    assert counted.deviation(samples)[0] == math.isqrt(int(variance * ONE * ONE))
    error, few = posterior.standard_error(samples)
    assert not few and abs(error - math.sqrt(variance / 5000) * 2**30) <= error / 2**20


def test_the_longest_samples_do_not_overflow() -> None:
    samples = counted.plain(counted.Samples)
    many = counted.MOST_SAMPLES - 1
    samples.count, samples.total = many, many * counted.LONGEST
    squares = many * counted.LONGEST**2
    samples.squares_high, samples.squares_low = squares >> 64, squares & (1 << 64) - 1
    counted.record(samples, counted.LONGEST)
    counted.record(samples, counted.LONGEST)
    assert (samples.count, samples.refused) == (counted.MOST_SAMPLES, 1)
    assert samples.total < 1 << 63
    assert counted.deviation(samples) == (0, False)
    assert counted.mean(samples) == (counted.LONGEST * ONE, False)


def test_too_few_samples_fail() -> None:
    samples = arm(range(9))
    assert posterior.standard_error(samples)[1] and counted.credible_interval(samples, 95)[2]
    counted.record(samples, 9)
    assert not posterior.standard_error(samples)[1]
    assert counted.mean(arm([]))[1] and counted.deviation(arm([5]))[1]
    assert counted.speedup(arm([0, 0]), arm([0, 0]))[1]
    assert "each arm needs 10 samples" in counted.report(
        ("off", arm([3, 4]), None), ("on", arm([1, 2]), None)
    )


def test_wide_numbers() -> None:
    source = random.Random(3)

    def split(number: int) -> tuple[int, int]:
        return number >> 64, number & (1 << 64) - 1

    def joined(pair: tuple[int, int]) -> int:
        return pair[0] << 64 | pair[1]

    for _ in range(1000):
        number = source.getrandbits(source.randrange(1, 123))
        factor = source.getrandbits(31)
        divisor = source.getrandbits(source.randrange(1, 63)) + 1
        count = source.randrange(128)
        assert joined(wide.scale(*split(number >> 31), factor)) == (number >> 31) * factor
        assert joined(wide.divide(*split(number), divisor)) == number // divisor
        assert wide.square_root(*split(number)) == math.isqrt(number)
        assert wide.leading_zeros(*split(number)) == 128 - number.bit_length()
        assert joined(wide.shift_left(*split(number), count)) == (number << count) % (1 << 128)
        assert joined(wide.shift_right(*split(number), count)) == number >> count
        assert joined(wide.subtract(*split(number + factor), *split(factor))) == number
        small = number % divisor
        assert wide.ratio(small, divisor, 62) == (small << 62) // divisor
        assert joined(wide.multiply(number >> 60, divisor)) == (number >> 60) * divisor


def density(t: float, n: int) -> float:
    scale = math.exp(math.lgamma((n + 1) / 2) - math.lgamma(n / 2)) / math.sqrt(n * math.pi)
    return float(scale * (1 + t * t / n) ** (-(n + 1) / 2))


def below(t: float, n: int) -> float:
    """P(T <= t), by Simpson's rule."""
    steps = 2000
    h = t / steps
    inner = sum((4 if place % 2 else 2) * density(place * h, n) for place in range(1, steps))
    return 0.5 + (density(0, n) + density(t, n) + inner) * h / 3


@pytest.mark.parametrize("n", [9, 10, 12, 20, 30, 100, 1000, 4096, 4097, 10**6])
def test_student(n: int) -> None:
    for t in (0.01, 0.1, 0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 3, 4, 6, 10, -0.7, -1, -3):
        x = round(t * ONE)
        assert abs(student(x, n) / ONE - below(x / ONE, n)) < 0.0002, t
    for level in (95, 99):
        found = counted.quantile(level, n) / ONE
        wanted = 1 - (100 - level) / 200
        assert abs(below(found, n) - wanted) < density(found, n) * 0.0005 + 1e-6


def test_student_is_a_distribution_function() -> None:
    for n in (9, 50, 4096, 4097):
        values = [student(x, n) for x in range(-70 * ONE, 70 * ONE, 4801)]
        assert values == sorted(values) and values[0] == 0 and values[-1] == ONE
        assert all(student(x, n) + student(-x, n) in (ONE - 1, ONE) for x in range(0, 3 * ONE, 977))


def test_median() -> None:
    source = random.Random(5)
    for size in (1, 2, 7, 100, 1001):
        for scale in (3, 30, 3000, 3_000_000):
            latencies = [int(source.expovariate(1 / scale)) for _ in range(size)]
            histogram = counted.plain(counted.Histogram)
            for each in latencies:
                counted.add_to_histogram(histogram, each)
            found, none = counted.median(histogram)
            exact = sorted(latencies)[(size - 1) // 2]
            assert not none and exact * 63 / 64 - 1 <= found / ONE <= (exact + 1) * 65 / 64 + 1
    assert counted.median(counted.plain(counted.Histogram)) == (0, True)


def test_bins_cover_everything_once() -> None:
    edge = 0
    for place in range(counted.Histogram.fields["bins"].type.count):  # type: ignore[attr-defined]  # a struct at run time
        lowest, width = lowest_of(place)
        assert lowest == edge and bin_of(lowest) == place == bin_of(lowest + width - 1)
        edge += width
    assert edge == counted.LONGEST + 1


def test_native_and_python_agree(compiled: dict[str, Callable[..., Any]]) -> None:
    source = random.Random(7)
    speedup_interval: Any = counted.speedup_interval
    probability_above: Any = counted.probability_above
    for _ in range(20):
        latencies = [
            gaussian(source, 10 ** source.uniform(1, 6), 5 ** source.uniform(0, 4), 60) for _ in "ab"
        ]
        native = [Native(compiled).fill(each) for each in latencies]
        plain = [arm(each) for each in latencies]
        for one, same in zip(native, plain, strict=True):
            assert counted.read(counted.Samples, one.memory.raw) == same
            functions: tuple[Any, ...] = (counted.mean, counted.deviation, posterior.standard_error)
            for function in functions:
                assert compiled[function.name](one.memory) == function(same)
            assert compiled[counted.credible_interval.name](one.memory, 99) == counted.credible_interval(
                same, 99
            )
        both = [each.memory for each in native]
        assert compiled[counted.speedup.name](*both) == counted.speedup(*plain)
        for level in (95, 99):
            found = compiled[counted.speedup_interval.name](*both, level)
            assert found == speedup_interval(*plain, level)
        for x in (ONE // 2, ONE, ONE * 11 // 10, 3 * ONE):
            assert compiled[probability_above.name](*both, x) == probability_above(*plain, x)
    histogram = counted.plain(counted.Histogram)
    memory = Native(compiled)
    for each in latencies[0]:
        counted.add_to_histogram(histogram, each)
        compiled[counted.add_to_histogram.name](memory.bins, each)
    assert counted.read(counted.Histogram, memory.bins.raw) == histogram
    assert compiled[counted.median.name](memory.bins) == counted.median(histogram)
    compiled[counted.clear.name](native[0].memory)
    assert counted.read(counted.Samples, native[0].memory.raw) == counted.plain(counted.Samples)


def test_the_ratio_against_floats() -> None:
    """Interval and probability as the textbook's formulas give them in floats."""
    source = random.Random(11)
    for _ in range(40):
        latencies = [gaussian(source, source.uniform(300, 90000), source.uniform(5, 99), 400) for _ in "ab"]
        before, after = map(arm, latencies)
        means = [reference.fmean(each) for each in latencies]
        errors = [reference.stdev(each) / 20 for each in latencies]
        ratio = means[0] / means[1]
        assert abs(counted.speedup(before, after)[0] / ONE - ratio) < 1e-5 * max(1, ratio)
        first, second = errors[0] / means[0], errors[1] / means[1]
        freedom = (first**2 + second**2) ** 2 / (first**4 / 399 + second**4 / 399)
        t = counted.quantile(95, int(freedom)) / ONE
        f, g = t * first, t * second
        root = math.sqrt(f * f + g * g - f * f * g * g)
        least, most, failed = counted.speedup_interval(before, after, 95)
        assert not failed
        for found, sign in ((least, -1), (most, 1)):
            wanted = ratio * (1 + sign * root) / (1 - g * g)
            assert abs(found / ONE - wanted) < 3e-5 * max(1, ratio)
        x = min(ratio + source.uniform(-2, 2) * ratio * math.hypot(first, second), 16)
        t = (means[0] - x * means[1]) / math.hypot(errors[0], x * errors[1])
        found, failed = counted.probability_above(before, after, round(x * ONE))
        slack = 0.001 + 0.4 * means[1] / ONE / math.hypot(
            errors[0], x * errors[1]
        )  # x has 16 bits of fraction
        assert not failed and abs(found / ONE - below(t, 400)) < slack


@pytest.mark.parametrize("count", [10, 60])
def test_intervals_cover_as_often_as_they_say(count: int, compiled: dict[str, Callable[..., Any]]) -> None:
    """3000 experiments of known means: the 95 % and 99 % intervals hold the truth that often, within 3 sigma."""
    trials = 3000
    source = random.Random(count)
    hits = dict.fromkeys(((what, level) for what in ("mean", "ratio") for level in (95, 99)), 0)
    above = 0
    for _ in range(trials):
        arms = [
            Native(compiled).fill(gaussian(source, *each, count)).memory for each in ((1780, 120), (1000, 60))
        ]
        for level in (95, 99):
            least, most, _ = compiled[counted.credible_interval.name](arms[0], level)
            hits["mean", level] += least <= 1780 * ONE <= most
            least, most, _ = compiled[counted.speedup_interval.name](*arms, level)
            hits["ratio", level] += least <= round(1.78 * ONE) <= most
        above += compiled[counted.probability_above.name](*arms, round(1.78 * ONE))[0] > ONE // 10
    for (what, level), found in hits.items():
        sigma = math.sqrt(level / 100 * (1 - level / 100) / trials)
        assert abs(found / trials - level / 100) < 3 * sigma, (what, level, found / trials)
    assert abs(above / trials - 0.9) < 3 * math.sqrt(0.09 / trials)


def test_report() -> None:
    source = random.Random(13)
    arms: list[Any] = []
    for name, middle in (("off", 56), ("on", 31)):
        latencies = gaussian(source, middle, 6, 2000)
        histogram = counted.plain(counted.Histogram)
        for each in latencies:
            counted.add_to_histogram(histogram, each)
        arms.append((name, arm(latencies), histogram))
    text = counted.report(*arms)
    assert re.search(r"^samples +2000 +2000$", text, re.MULTILINE)
    found = re.search(r"^mean ns +(\S+) +(\S+)$", text, re.MULTILINE)
    assert found and 55 < float(found[1]) < 57 and 30 < float(found[2]) < 32
    assert "speedup off / on: 1.7" in text and "P(speedup > 1.1): more than 99.95 %" in text
    assert "P(speedup > 2): less than 0.05 %" in text
