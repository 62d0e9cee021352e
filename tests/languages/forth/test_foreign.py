"""C functions: types, errors, limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import cupola
from tests.languages.forth.engines import ENGINES, Engine, make_vm

DECLARED = """
library libc.so.6
function: labs ( n -- n )            function: toupper ( i -- i )
function: strlen ( str -- u )        function: strlen ( addr -- u ) as raw-strlen
function: memset ( addr i u -- addr )
function: memcmp ( addr addr u -- i )
function: getenv ( str -- str )      function: strtol ( str n i -- n )
function: abs ( i -- i ) as c-abs    function: srand ( ui -- void )
function: write ( i buf -- n ) as c-write
function: llabs ( d -- d )           function: close ( i -- i ) as c-close
function: snprintf ( addr u str ... i n -- i )
"""


def vm_with_c(engine: Engine) -> cupola.VM:
    vm = cupola.VM(tier=engine.tier)
    vm.run(DECLARED)
    return vm


@pytest.mark.parametrize("engine", [ENGINES[0], ENGINES[2], ENGINES[3], ENGINES[6]], ids=str)
def test_types(engine: Engine) -> None:
    vm = vm_with_c(engine)
    vm.run('-7 labs . 97 toupper emit space s" hello" strlen . -5 c-abs . 1 srand depth .')
    assert vm.take_output() == "7 A 5 5 0 "
    vm.run("pad 65 3 memset pad = .  pad 3 type  0 pad 3 + c! pad raw-strlen .")
    assert vm.take_output() == "-1 AAA3 "
    vm.run('s" NONESUCH_VARIABLE" getenv . .  s" 42" 0 10 strtol .  -9. llabs d.')
    assert vm.take_output() == "0 0 42 9 "
    vm.run('pad 80 s" %d-%ld" -3 1000000000000 snprintf .  pad 16 type')
    assert vm.take_output() == "16 -3-1000000000000"
    vm.run(": use ( n -- n ) labs 1+ ;  -4 use .  -1 c-close . errno .")
    assert vm.take_output() == "5 -1 9 "


def test_a_pointer_to_text_stays_until_the_source_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUPOLA_TEST", "text of the environment")
    vm = vm_with_c(ENGINES[2])
    vm.run('s" CUPOLA_TEST" getenv 2dup type space type')
    assert vm.take_output() == "text of the environment text of the environment"


def test_declarations_survive_in_images(tmp_path: Path) -> None:
    vm = vm_with_c(ENGINES[2])
    vm.run(": use  labs . ;")
    vm.save_image(str(tmp_path / "c.image"))
    again = cupola.VM(image=str(tmp_path / "c.image"))
    again.run("-8 use  -3 c-abs .")
    assert again.take_output() == "8 3 "
    forbidden = cupola.VM(image=str(tmp_path / "c.image"), limits=cupola.Limits(foreign=False))
    with pytest.raises(cupola.GuestError, match="C functions may not be called"):
        forbidden.run("-8 use")


@pytest.mark.parametrize(
    ("source", "code", "said"),
    [
        ("function: labs ( n -- n )", -261, "say LIBRARY with the name"),
        ("library nonesuch.so", -261, "cannot open the library 'nonesuch.so'"),
        ("library", -261, "say LIBRARY"),
        ("library libc.so.6 function: nonesuch ( n -- n )", -261, "libc.so.6 has no function 'nonesuch'"),
        (
            "library libc.so.6 function: labs ( what -- n )",
            -261,
            "unknown type 'what', expected one of addr buf",
        ),
        ("library libc.so.6 function: labs ( n -- buf )", -261, "unknown type 'buf'"),
        ("library libc.so.6 function: labs ( n n )", -261, "expected types as in"),
        ("library libc.so.6 function: labs ( n -- n n )", -261, "has one result"),
        ("library libc.so.6 function: labs ( n -- n ) labs", -4, "underflow"),
        ("library libc.so.6 function: memset ( addr i u -- addr ) -5 0 0 memset", -9, "address"),
        ("library libc.so.6 function: strlen ( str -- u ) pad -1 strlen", -9, "address"),
        ("library libc.so.6 function: write ( i buf -- n ) 1 here 1 40 lshift write", -9, "address"),
        ("library libc.so.6 function: llabs ( d -- d ) 1 1 llabs", -11, "range"),
        ("library libc.so.6 function: labs ( n -- addr ) 77 labs", -261, "not the data space"),
        ("library libm.so.6 function: cos ( r -- r ) as c-cos c-cos", -45, "underflow"),
        ('5 s" call-function" driver-call', -4, "underflow"),
        ('here 0 s" call-function" driver-call', -261, "expected types"),
    ],
)
def test_errors(source: str, code: int, said: str) -> None:
    vm = cupola.VM()
    with pytest.raises(cupola.GuestError, match=said) as caught:
        vm.run(source)
    assert caught.value.code == code
    vm.run(f"{': f s' + chr(34) + ' x' + chr(34) + ' ; '}1 2 + .")
    assert vm.take_output() == "3 "


@pytest.mark.parametrize(
    ("limits", "allowed"),
    [
        ({}, True),
        ({"foreign": False}, False),
        ({"steps": 10_000_000}, False),
        ({"time": 60.0}, False),
        ({"memory": 1 << 20}, False),
        ({"files": "read"}, False),
        ({"time": 60.0, "foreign": True}, True),
    ],
    ids=str,
)
def test_limits_forbid_c(limits: dict[str, Any], allowed: bool) -> None:
    vm = cupola.VM(limits=cupola.Limits(**limits))
    if allowed:
        vm.run("library libc.so.6 function: labs ( n -- n ) -3 labs .")
        assert vm.take_output() == "3 "
        return
    for source in ("library libc.so.6", "function: labs ( n -- n )"):
        with pytest.raises(cupola.GuestError, match="C functions may not be called in this run") as caught:
            vm.run(source)
        assert caught.value.code == -261


def test_c_is_off_in_the_shared_engines_of_the_tests() -> None:
    with pytest.raises(cupola.GuestError, match="may not be called"):
        make_vm(ENGINES[0]).run("library libc.so.6")
