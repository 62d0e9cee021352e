"""Lark, a small dynamic language made with Cupola: a Lisp with floats, strings, closures and tables.

`definition` has its instructions, `compiler` its front end, `vm` what runs it; docs/second-language.md walks through.
"""
