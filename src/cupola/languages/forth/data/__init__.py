"""Words that work on cells and on memory, but for those that are hot instructions.

`space` is the data space; `heap` and `heap_pages` are ALLOCATE's. `texts` and `strings` work on texts, `division` and
`fixed_point` on numbers, `output` prints, `put_aside` keeps cells. What may be touched: a family of words is a file;
every address that a program gives is checked by `space` before it is used.
"""
