"""The exit statuses of all commands."""

from __future__ import annotations

OK = 0
GUEST_ERROR = 1  # the program failed; for other commands: something was found to be wrong
USAGE = 2  # also: a file that is missing, an ending that belongs to no language
LIMIT = 3  # the program used up what it may use
INTERRUPTED = 130  # 128 + SIGINT, as shells report it
BROKEN_PIPE = 141  # 128 + SIGPIPE: whoever read our output went away


class UsageError(Exception):
    """The command cannot be run as it was asked for; the message says what was expected, found, and what to do."""
