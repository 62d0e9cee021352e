"""Abacus, the language of docs/define-a-language.md: the same on every tier, errors and limits included."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cupola.language import GuestError, LimitReached, Limits, Thresholds
from examples.languages.abacus.vm import SYNTAX, AbacusVM

ROOT = Path(__file__).resolve().parents[2]
TIERS = ("switch", "table", "threaded", "baseline", "auto")
SOON = Thresholds(calls=1, loops=1)

PROGRAM = """
fun fib(n) {
    if n < 2 { return n }
    return fib(n - 1) + fib(n - 2)
}

fun collatz(n) {                # steps until 1
    let steps = 0
    while n != 1 {
        if n % 2 == 0 { n = n / 2 } else { n = 3 * n + 1 }
        steps = steps + 1
    }
    return steps
}

fun is_even(n) { if n == 0 { return 1 } return is_odd(n - 1) }
fun is_odd(n) { if n == 0 { return 0 } return is_even(n - 1) }

fun sign(n) { if n < 0 { return -1 } else if n > 0 { return 1 } else { return 0 } }
fun mixed(a, b, c) { return (a - b) * c % 7 + -a / (b + 1) }
fun nothing() { }
fun hundred() { let i = 0 while i < 100 { i = i + 1 } return i }
fun down(n) { return down(n - 1) + 1 }
fun forever() { while 1 { } }
fun main() {
    print fib(15)
    print collatz(27)
    print is_even(1000)
    print 1073741823
    print 1073741824
    print 9223372036854775807
    print 9223372036854775807 + 1
    print sign(-5) + 10 * sign(7) + 100 * sign(0)
    print mixed(-100, 3, 5)
    print 7 / -2
    print -7 % 3
    nothing()
}
"""
MANY = " ".join(f"let v{n} = 1" for n in range(61))
PRINTED = [
    610,
    111,
    1,
    1073741823,
    1073741824,
    (1 << 63) - 1,
    -(1 << 63),
    9,
    (-103 * 5) % 7 + 100 // 4,
    -4,
    2,
]


@pytest.fixture(params=TIERS)
def vm(request: pytest.FixtureRequest) -> AbacusVM:
    return AbacusVM(request.param, SOON if request.param == "auto" else None)


def test_programs_print_the_same_on_every_tier(vm: AbacusVM) -> None:
    vm.run(PROGRAM)
    assert vm.printed == PRINTED
    assert vm.call("fib", 20) == 6765
    assert vm.call("hundred") == 100


def test_a_warm_function_is_compiled_and_a_running_loop_too() -> None:
    vm = AbacusVM("auto", Thresholds(calls=10, loops=10))
    vm.run("fun main() { let i = 0 while i < 1000 { i = i + 1 } print i }")
    assert vm.printed == [1000]
    assert vm.counts["tier-ups"] == 1, "the loop was entered once, so it was compiled while it ran"
    vm.run("fun one() { return 1 }")
    for _ in range(20):
        assert vm.call("one") == 1
    assert vm.counts["tier-ups"] == 2


def test_the_steps_of_a_run_are_the_same_on_every_tier() -> None:
    counted = set()
    for tier in TIERS:
        vm = AbacusVM(tier, SOON if tier == "auto" else None)
        vm.run(PROGRAM)
        counted.add(vm.steps)
    assert len(counted) == 1


def test_an_error_says_where_and_who_called(vm: AbacusVM) -> None:
    vm.run("fun f(a, b) { return a / b }\nfun g(x) { return 1 +\n  f(x, x - 5) }\n")
    assert vm.call("g", 6) == 7
    with pytest.raises(GuestError) as caught:
        vm.call("g", 5)
    error = caught.value
    assert error.message == "division by zero"
    assert str(error.where) == "<string>:1:24"
    assert [each.name for each in error.backtrace] == ["f", "g"]
    assert error.backtrace[1].where == "<string>:2:5"
    assert "    fun f(a, b) { return a / b }\n" + " " * 27 + "^" in error.show()
    assert vm.call("g", 6) == 7, "the VM is usable after an error"


def test_recursion_has_an_end_of_its_own(vm: AbacusVM) -> None:
    vm.run(PROGRAM)
    with pytest.raises(GuestError, match="too many calls inside each other") as caught:
        vm.call("down", 1)
    assert len(caught.value.backtrace) > 1000
    assert vm.call("fib", 10) == 55


def test_limits_hold() -> None:
    for tier in TIERS:
        vm = AbacusVM(tier, limits=Limits(steps=100_000))
        vm.run("fun forever() { while 1 { } }")
        with pytest.raises(LimitReached) as caught:
            vm.call("forever")
        assert caught.value.limit == "steps"
        assert caught.value.backtrace[0].name == "forever"
    vm = AbacusVM(limits=Limits(time=0.05))
    vm.run("fun forever() { while 1 { } }")
    with pytest.raises(LimitReached):
        vm.call("forever")


@pytest.mark.parametrize(
    ("source", "message", "place"),
    [
        ("fun f() {", "expected a name, found 'the end of the program'", "1:10"),
        ("fun f() { x = 1 }", "there is no variable 'x'; `let` makes one", "1:11"),
        ("fun f() {\n  return g(1) }", "there is no function 'g'", "2:10"),
        ("fun f() { return g(1) }\nfun g() { }", "g takes 0 numbers, found 1", "1:18"),
        ("fun f() { let a = 1 let a = 2 }", "the variable 'a' exists already", "1:25"),
        ("fun f() { }\nfun f() { }", "the function 'f' is defined twice", "2:5"),
        ("fun f() { return 1 ? 2 }", "expected a name, found '?'", "1:20"),
        ("print 1", "expected 'fun', found 'print'", "1:1"),
        ("fun f(a, b, c, d, e, f, g, h, i) { }", "more than 8 parameters", "1:5"),
        ("fun f() { return 9223372036854775808 }", "a number of more than 63 bits", "1:18"),
        (f"fun f() {{ return {'(' * 60}1{')' * 60} }}", "nested more than 50 deep", "1:67"),
        (f"fun f() {{ {MANY} }}", "more than 60 variables", "1:725"),
    ],
)
def test_errors_of_the_compiler(source: str, message: str, place: str) -> None:
    with pytest.raises(GuestError) as caught:
        AbacusVM().run(source)
    assert caught.value.code == SYNTAX
    assert caught.value.message.startswith(message)
    assert str(caught.value.where) == f"<string>:{place}"


def test_calls_from_python_are_checked() -> None:
    vm = AbacusVM()
    vm.run("fun f(a) { return a }")
    with pytest.raises(GuestError, match="f takes 1 numbers, found 0"):
        vm.call("f")
    with pytest.raises(GuestError, match="there is no function 'g'"):
        vm.call("g")


def test_programs_run_from_the_shell(tmp_path: Path) -> None:
    def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "examples.languages.abacus", *arguments]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(["src", os.environ.get("PYTHONPATH", "")])}
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)

    done = shell("examples/languages/abacus/primes.abacus")
    assert (done.returncode, done.stdout.split()) == (0, ["4", "25", "168", "1229", "9592"])
    wrong = tmp_path / "wrong.abacus"
    wrong.write_text("fun main() {\n    print 1 / 0\n}", encoding="utf-8")
    failed = shell(str(wrong), "threaded")
    assert failed.returncode == 1
    assert "error: division by zero" in failed.stderr and f"{wrong}:2:13" in failed.stderr
    assert shell().returncode == 2
