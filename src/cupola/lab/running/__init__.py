"""Who runs it: processes in interleaved blocks, the gates before any number, and what each process left behind.

`records` has the types of what was seen. Nothing here computes a statistic.
"""
