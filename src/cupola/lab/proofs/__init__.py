"""What is proved of Cupola's own functions, on the IR that runs; `python -m cupola.lab.proofs` proves it all anew and
writes docs/proofs.md.

`claim` is what a claim is, `fixed_point` and `hot_words` are the claims, one function each, which takes the kernel
functions that it is about: the tests hand it broken copies too, which must be refuted. A new claim is a function with
the decorator `claim`; it needs nothing else.
"""
