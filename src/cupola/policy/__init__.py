"""What is decided about running, apart from how it is done: today the switches of the optimizations (`options`).

Nothing here knows a language or a tier. Modules are on the path of every start: they import next to nothing.
"""
