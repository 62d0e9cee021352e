"""The superinstructions of Lua: runs of instructions that are frequent in the benchmark programs.

Chosen by counting (`tools/count_lua_sequences.py bench/lua/*.lua`), of what has no call of C on its likely way. They
save dispatches of the threaded interpreter; native code is made of their parts. What becomes another instruction when
it runs (`language.standard.quicken`) is in none, as it could not in the middle of one.
"""

from __future__ import annotations

from cupola.languages.lua import instructions  # noqa: F401  # defines all instructions
from cupola.languages.lua.definition import lua

RUNS = """
move call
move move call
get_fixed move
get_fixed move call
get_fixed move move
sub_i call
get_fixed sub_i
get_fixed sub_i call
constant return_1
add_i loop
mul_k add_i
get_upvalue add_i
"""

for _run in RUNS.split("\n"):
    if _run:
        lua.superinstruction(*_run.split())
