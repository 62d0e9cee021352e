"""Listings of Lua's guest code: constants as a program writes them."""

from __future__ import annotations

from cupola.languages.lua.driver.vm import LuaVM
from cupola.observe import listing, native
from cupola.observe.decode import Unit

PROGRAM = """
function shown(a)
  local t = {x = 1.5, 12345678901234, nil}
  return a * 2 + 0.5, a .. "some text", t.x == nil, t.name, ("long"):rep(5)
    == "this text is rather long, so that its end is left out"
end
"""


def test_constants_are_shown_as_the_program_has_them() -> None:
    vm = LuaVM("threaded")
    vm.run(PROGRAM)
    text = listing.bytecode(vm, Unit(*vm.unit_named("shown")))
    for each in (
        "k=1.5",
        "k=12345678901234",
        "k='x'",
        "k=2",
        "k=0.5",
        "k='some text'",
        "k=true",
        "k='name'",
        "k='long'",
    ):
        assert each in text, each
    assert "'this text is rather long, so that its en'..." in text


def test_native_code_gives_up_to_the_slow_path_at_once() -> None:
    vm = LuaVM("baseline")
    vm.run("function f(t) return t.x[1] end f({ x = { 1 } })")
    text = native.baseline(vm, Unit(*vm.unit_named("f")))
    assert "fields.get_field_slow" in text and "tables.get_integer_slow" in text
    assert "bail" not in text
