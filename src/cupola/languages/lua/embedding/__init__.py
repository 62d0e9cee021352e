"""Lua inside a Python program: a runtime with limits, and tables and functions of Lua as Python objects.

What is public is in `cupola.languages.lua`; docs/lua-embedding.md tells how it is used.
"""
