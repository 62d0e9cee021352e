"""The physics of words, after StarForth (R. A. James): heat, temperature, decay, a window of what ran last, transitions
between words, a cache of hot words, and the feedback loops between them.

`presets` are the knobs, as plain data; `structs` lays the state out; every other file is one mechanism, a few kernel
functions over these structs. A word is a number here (its execution token), a clock is whatever the caller counts. All
arithmetic is on integers. A language calls `ticking.tick` at its ticks, and `hotwords` where it looks names up.
"""
