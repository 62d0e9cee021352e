"""Forth on Cupola: 64-bit cells, the words of Forth-2012 CORE and CORE-EXT; the prelude is Forth itself."""
