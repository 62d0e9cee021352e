"""Random programs, by seed: what the engines must agree about before anything is compared, and what tests feed them.

One module for each language.
"""
