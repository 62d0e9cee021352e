"""What is kept: the journal of experiments, append-only, each entry chained to the one before by its hash.

`store` is the only module that opens the database.
"""
