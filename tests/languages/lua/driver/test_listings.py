"""Listings of Lua's guest code: constants as a program writes them."""

from __future__ import annotations

from cupola.languages.lua.driver.vm import LuaVM
from cupola.observe import listing
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
