"""The interpreters: `threaded` (a handler for each variant, tail calls) and `loops` (a switch, a table of functions)."""
