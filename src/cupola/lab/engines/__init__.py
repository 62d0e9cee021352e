"""Measurements of Forth's engines themselves: what `cupola bench compile`, `checks`, `options`, `start`, `lookup` and
`text` run. Each module has `run(programs, setting) -> Report`.
"""
