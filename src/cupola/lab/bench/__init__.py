"""`cupola bench`: the engines of a language side by side, and beside a peer, as experiments of the lab that nobody
registers: the same runner, the same statistics, a table in the place of a verdict.

`command` is the command line, `programs` and `arms` say what runs, `results` what follows, `report` writes.
"""
