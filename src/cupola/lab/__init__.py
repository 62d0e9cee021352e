"""The lab: measurements that can fail.

`bench` compares engines and peers as whole processes: `measure` runs them, `results` computes, `report`
writes. The lab stands at the side of the house: it may use everything below the command line, and nothing
below uses it.
"""
