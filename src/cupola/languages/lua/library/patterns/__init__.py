"""Patterns: a backtracking matcher over bytes.

`items` reads one item of a pattern and tells whether a byte is in it, `matcher` matches, `searching` and
`replacing` are the functions of the library.
"""
