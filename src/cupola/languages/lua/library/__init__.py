"""The standard libraries of Lua: native functions in kernel code, and what calls guest code in Lua (`prelude.lua`).

`natives` is the registry, from which the driver makes the libraries' tables; `failures` what may go wrong, as texts.
"""
