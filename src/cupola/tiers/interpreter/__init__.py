"""The interpreters: `threaded` (a handler for each variant, tail calls), `loops` (a switch, a table of functions)."""
