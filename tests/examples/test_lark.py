"""Lark, the language of docs/second-language.md: the same on every tier, with a collection at every allocation, errors
and limits included."""

from __future__ import annotations

from typing import Any

import pytest

from cupola.language import GuestError, LimitReached, Limits, Thresholds
from examples.languages.lark.vm import LarkVM

TIERS = ("switch", "table", "threaded", "baseline", "auto")
SOON = Thresholds(calls=1, loops=1)

PROGRAM = """
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(print "fib" (fib 15))

; numbers
(print 7 -7 1.5 (/ 7 2) (// -7 2) (% -7 3) (// 7.5 2) (* 1.5 2) (+ 1 2 3) (- 10 1 2))
(print (+ 140737488355327 1) (- -140737488355328 1) (* 100000000 100000000) (// 1 0) (/ -1 0))
(print (< 1 2) (< 2.5 1) (<= 2 2.0) (> 3 2) (>= 1 2) (= 1 1.0) (!= 1 2) (= "a" "a") (= (list) (list)))
(define long "a string of more than forty bytes is not interned")
(print (= (join long "!") (join long "!")) (= (join long "!") (join long "?")) (!= nil false))
(define nan (- (/ 1 0) (/ 1 0)))
(print (= nan nan) (< nan 1) (>= nan 1) (!= nan nan) (not (< nan 1)))

; truth
(print (and 1 2) (and nil 2) (or false 3) (or nil false) (not nil) (not 0) (if nil 1) (if 0 "yes" "no"))

; closures
(define (counter from)
  (define n from)
  (define (more by) (set! n (+ n by)) n)
  (list more (fn () n)))
(define a (counter 10))
(define b (counter 20))
((get a 1) 5)
((get b 1) 1)
(print ((get a 2)) ((get b 2)))
(define (compose f g) (fn (x) (f (g x))))
(define (twice f) (compose f f))
(print ((twice (twice (fn (x) (* x 3)))) 1))
(define functions (list))
(define i 1)
(while (<= i 3)
  (define own i)
  (put functions i (fn () (* own 10)))
  (set! i (+ i 1)))
(print ((get functions 1)) ((get functions 2)) ((get functions 3)))
(define (is-even n)
  (define even nil)
  (define (odd n) (if (= n 0) false (even (- n 1))))
  (set! even (fn (n) (if (= n 0) true (odd (- n 1)))))
  (even n))
(print (is-even 100) (is-even 7))

; tables
(define t (list 1 2 3))
(put t "name" "lark")
(put t 4 40)
(put t 2.0 "two")
(put t 1 nil)
(print (get t 1) (get t 2) (get t 4) (get t "name") (get t "none") (len t) (len (keys t)))
(define (sum t) (define s 0) (define i 1) (while (<= i (len t)) (set! s (+ s (get t i))) (set! i (+ i 1))) s)
(print (sum (list 1 2 3.5)) (len "four"))

; much that dies at once
(define kept (list))
(set! i 1)
(while (<= i 2000)
  (put kept (+ 1 (% i 10)) (list i (join "number " (text i)) (fn () i)))
  (set! i (+ i 1)))
(print (get (get kept 1) 2) (get (get kept 10) 1))
(do (define x 1) (do (define x 2) (print x)) (print x))
(print t sum)
"""
PRINTED = [
    "fib 610",
    "7 -7 1.5 3.5 -4 2 3.0 3.0 6 7",
    "1.4073748835533e+14 -1.4073748835533e+14 1e+16 inf -inf",
    "true false true true false true true true false",
    "true false true",
    "false false false true true",
    "2 nil 3 false true false nil yes",
    "15 21",
    "81",
    "10 20 30",
    "true false",
    "nil two 40 lark nil 4 4",
    "6.5 4",
    "number 2000 1999",
    "2",
    "1",
    "table function",
]


@pytest.fixture(params=TIERS)
def vm(request: pytest.FixtureRequest) -> LarkVM:
    return LarkVM(request.param, thresholds=SOON if request.param == "auto" else None)


def test_programs_print_the_same_on_every_tier(vm: LarkVM) -> None:
    vm.run(PROGRAM)
    assert vm.printed == PRINTED


def test_with_a_collection_wherever_there_may_be_one(vm: LarkVM) -> None:
    vm.heap.stress = 1
    vm.run(PROGRAM)
    assert vm.printed == PRINTED
    assert vm.collect() < 1 << 20


@pytest.mark.parametrize(
    ("source", "message", "place"),
    [
        ("(+ 1 nil)", "expected a number, found a nil", "1:1"),
        ('(define (f x)\n  (- x "a"))\n(f 1)', "expected a number, found a string", "2:3"),
        ("(- true 1)", "expected a number, found a boolean", "1:1"),
        ("(if (< 1 (list)) 1)", "expected a number, found a table", "1:5"),
        ("(get 1 2)", "expected a table, found a number", "1:1"),
        ("(put nil 1 2)", "expected a table, found a nil", "1:1"),
        ("(put (list) nil 2)", "None cannot be a key", "1:1"),
        ("(len 1.5)", "expected a table, found a number", "1:1"),
        ("(keys len)", "expected a name", "1:7"),
        ("(keys 1)", "expected a table, found a number", "1:1"),
        ("(nothing)", "there is no variable 'nothing'", "1:2"),
        ("(set! f 5) (f 1)", "a number is called, which is no function", "1:12"),
        ("(define (f x) x) (f)", "the function takes another number of arguments than 0", "1:10"),
        ("(define (f x) x) (f 1 2)", "the function takes another number of arguments than 2", "1:10"),
        ("(define (f x) (+ 1 (f x))) (f 1)", "too many calls inside each other", "1:10"),
        ("(print 1", "this bracket is never closed", "1:1"),
        ("1 )", "')' is not expected here", "1:3"),
        ('"open', "'\"' is not expected here", "1:1"),
        ("(if)", "'if' takes 2 or more forms", "1:1"),
        ("(not 1 2)", "'not' takes 1 forms", "1:1"),
        ("(if (< 1) 2)", "'<' takes 2 forms", "1:5"),
        ("(define)", "'define' takes a name and a form", "1:1"),
        ("(define x)", "'define' takes a name and a form", "1:1"),
        ("(+ 1 ())", "an empty form", "1:6"),
        ("(" * 101, "forms are nested more than 100 deep", "1:100"),
        ("(fn (1) 2)", "expected a name", "1:6"),
        ("(fn 1 2)", "expected names in brackets", "1:1"),
        ("(+ 1 (define x 2))", "'define' is not expected here", "1:6"),
    ],
)
def test_errors_have_a_place(vm: LarkVM, source: str, message: str, place: str) -> None:
    with pytest.raises(GuestError) as caught:
        vm.run(source, "wrong.lark")
    assert (caught.value.message, str(caught.value.where)) == (message, f"wrong.lark:{place}")
    assert vm.run("(+ 1 2)") == 3


@pytest.mark.parametrize(
    "source",
    [f"(join {'1 ' * 300})", f"(f {'1 ' * 300})", f"(fn ({' '.join(f'p{n}' for n in range(300))}) 1)"],
    ids=["join", "call", "parameters"],
)
def test_functions_have_so_many_registers(source: str) -> None:
    with pytest.raises(GuestError, match="needs more than 250 registers"):
        LarkVM().run(source)


def test_long_lists_and_large_numbers() -> None:
    vm = LarkVM()
    assert vm.run(f"(len (list {'1 ' * 1000}))") == 1000
    assert vm.run("(- 140737488355328 1)") == 140737488355327.0
    assert vm.run("9" * 400) == float("inf")


def test_errors_name_the_source_of_the_function(vm: LarkVM) -> None:
    vm.run("(define (wrong x)\n  (+ x nil))", "first.lark")
    with pytest.raises(GuestError) as caught:
        vm.run("(wrong 1)", "second.lark")
    assert str(caught.value.where) == "first.lark:2:3"


def test_backtraces_name_functions(vm: LarkVM) -> None:
    with pytest.raises(GuestError) as caught:
        vm.run("(define (inner x) (+ x nil))\n(define (outer x) (+ 1 (inner x)))\n(outer 1)", "deep.lark")
    assert [each.name for each in caught.value.backtrace] == ["inner", "outer", "main"]
    assert caught.value.show().splitlines() == [
        "error: expected a number, found a nil",
        "  deep.lark:1:19",
        "    (define (inner x) (+ x nil))",
        "                      ^",
        "  in inner, defined at deep.lark:1:10",
        "  in outer, defined at deep.lark:2:10",
        "  in main",
    ]


@pytest.mark.parametrize(
    ("limits", "source", "limit"),
    [
        (Limits(steps=100_000), "(while true)", "steps"),
        (Limits(time=0.05), "(define (f) (while true (list 1 2))) (f)", "time"),
        (
            Limits(memory=2 << 20),
            '(define (f t) (while true (put t (+ 1 (len t)) (join "x" (text (len t)))))) (f (list))',
            "memory",
        ),
        (Limits(memory=2 << 20), '(define s "x") (while true (set! s (join s s)))', "memory"),
    ],
)
@pytest.mark.parametrize("tier", TIERS)
def test_limits_hold(tier: str, limits: Limits, source: str, limit: str) -> None:
    vm = LarkVM(tier, limits=limits)
    with pytest.raises(LimitReached) as caught:
        vm.run(source)
    assert caught.value.limit == limit
    assert vm.run("(set! s nil) (+ 1 2)") == 3


def test_functions_are_called_from_python(vm: LarkVM) -> None:
    vm.run("(define (area w h) (* w h))")
    area = vm.global_value("area")
    assert vm.python(vm.call(area, vm.value(6), vm.value(7))) == 42
    assert vm.python(vm.call(area, vm.value(1.5), vm.value(2))) == 3.0
    with pytest.raises(GuestError, match="expected a number, found a string"):
        vm.call(area, vm.value("six"), vm.value(7))
    with pytest.raises(LookupError):
        vm.global_value("volume")


def test_what_python_cannot_hand_over() -> None:
    vm = LarkVM()
    things: list[Any] = [object(), [1], 10**400]
    for each in things:
        with pytest.raises((TypeError, OverflowError)):
            vm.value(each)
    assert [vm.python(vm.value(each)) for each in (None, True, -5, 0.5, "süß")] == [
        None,
        True,
        -5,
        0.5,
        "süß",
    ]


def test_hot_functions_are_compiled() -> None:
    vm = LarkVM()
    vm.run(PROGRAM)
    assert vm.counts["tier-ups"] > 0


def test_a_closed_system_says_so() -> None:
    vm = LarkVM()
    vm.close()
    vm.close()
    with pytest.raises(ValueError, match="closed"):
        vm.call(0)
