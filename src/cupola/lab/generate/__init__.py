"""Random programs and texts, by seed: what the engines must agree about before anything is compared, what tests feed
them (one module for each language), and a source of any length, for measuring how fast text is interpreted.
"""
