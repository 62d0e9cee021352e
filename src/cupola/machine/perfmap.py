"""Names for our machine code in Linux's perf: lines in /tmp/perf-PID.map, written when CUPOLA_PERF=1 or after `enable`.

The format (linux/tools/perf/Documentation/jit-interface.txt): start address and size in hexadecimal, then the
name to the end of the line.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterable


def enabled() -> bool:
    """Whether the user asked for the map."""
    return os.environ.get("CUPOLA_PERF") == "1"


def enable() -> None:
    """Write the map from now on, and in the processes that this one starts."""
    os.environ["CUPOLA_PERF"] = "1"


def path() -> str:
    """Where perf looks for the map of this process."""
    return f"/tmp/perf-{os.getpid()}.map"


def record(entries: Iterable[tuple[int, int, str]]) -> None:
    """Append functions (address, bytes, name) to the map; nothing happens when the map is not enabled.

    OSError when the file cannot be written: the user asked for it, and a profile without names would mislead.
    """
    if not enabled():
        return
    text = "".join(f"{address:x} {size:x} {_one_line(name)}\n" for address, size, name in entries)
    # Not through a symbolic link: everybody can place one in /tmp.
    fd = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    with open(fd, "w", encoding="utf-8") as file:
        file.write(text)


def _one_line(name: str) -> str:
    return " ".join(name.split()) or "unnamed"
