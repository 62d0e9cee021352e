"""Cupola: a toolkit for fast virtual machines.

The instructions of a language are written once, as small typed Python functions; the interpreters, the
compilers, the verifier and the printers are made from that one text. `cupola --help` shows the commands.

This module is the package's public face. It must stay cheap to import: every start of the command passes
through it.
"""

__version__ = "0.1.0"
