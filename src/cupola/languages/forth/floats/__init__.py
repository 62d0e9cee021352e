"""Floats beyond the hot instructions (`instructions.floats`): from and to text, functions, defining words.

`text` converts both ways, correctly rounded; `output` prints, `words` has the rest. What may be touched: words; what
`text` promises is tested against Python's own conversion.
"""
