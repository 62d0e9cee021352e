"""What is kept: the journal of experiments, append-only, each entry chained to the one before by its hash.

`chain` has entries and digests, `database` is the only module that opens the file, `store` says what is written when:
registrations, amendments, runs and their records. `difference` compares experiments, `origin` says where something ran,
`export` writes a journal as text and reads it, `calibration` scores predictions. No module here computes a statistic of
times.
"""
