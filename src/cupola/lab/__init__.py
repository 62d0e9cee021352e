"""The lab: measurements that can fail.

`experiment` says what is asked, `running` runs it, `statistics` says what follows, `journal` keeps it, `reporting`
shows it; `commands` are the subcommands of `cupola lab`, one module each. `bench` compares the engines of a language
with them, `engines` measures the engines themselves, `workloads` are programs that experiments run, `generate` writes
random ones, `proofs` is apart. The lab stands at the side of the house: it may use everything below the command line,
and nothing below uses it.
"""
