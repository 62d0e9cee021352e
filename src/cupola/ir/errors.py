"""The error of the IR: a function or module that does not make sense, or text that cannot be read."""

from __future__ import annotations


class IRError(Exception):
    """IR that breaks a rule. The message says where, what was expected and what was found."""
