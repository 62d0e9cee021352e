"""The text interpreter and the text that it reads: lines, words, numbers.

`source` has the input source and how one is put aside for another; `scanning` and `parsing` take words out of a line,
`numbers` reads numbers, `interpreting` does with each word what the system's state says. `input` and `refilling` go on
in other texts and lines. What may be touched: how a token is found and what it means; what a word compiles to is the
compiler's.
"""
