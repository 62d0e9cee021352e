"""Who runs it: processes in interleaved blocks, the gates before any number, and what each process left behind.

`records` has the types of what was seen. `blocks` says in which order, `runner` runs it through `process`, the only
place that starts what is measured; `gates` are the checks, `conditions` what the machine is like, `progress` what the
user is told. `guest` is the other side, inside a process of cupola; `told` is what both agree on, `surroundings` the
runner's end of it. `cluster` runs blocks elsewhere, `pyperf_files` exchanges records. Nothing computes a statistic.
"""
