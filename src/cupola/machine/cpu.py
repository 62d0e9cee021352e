"""What we run on: keys that change when compiled code must be made anew, and whether this machine is
supported.

Read at every start, so nothing here imports llvmlite.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder

from cupola.machine.cache import digest

# These lines of /proc/cpuinfo decide what LLVM generates for the host; others (the clock) vary by the minute.
_LINES = ("vendor_id", "cpu family", "model", "stepping", "flags")


def cpu_key() -> str:
    """A short stable name of this CPU's model and features: objects compiled under another key may not run
    here.
    """
    found: dict[str, str] = {}
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
            for line in lines:
                name, colon, value = line.partition(":")
                if not colon:
                    break  # the end of the first processor; the others are its equals
                found[name.strip()] = value.strip()
    except OSError as error:
        found["unreadable"] = f"{error.errno}"
    parts = [" ".join(sorted(found.get(name, "").split())) for name in _LINES]
    return digest(_machine(), found.get("unreadable", ""), *parts)[:16]


def llvm_key() -> str:
    """A short name of the installed llvmlite: its version, and the size of the library with LLVM in it.

    Found without importing it; "absent" when it is not installed.
    """
    spec = PathFinder.find_spec("llvmlite")
    if spec is None or spec.origin is None:
        return "absent"
    folder = os.path.dirname(spec.origin)
    try:
        with open(os.path.join(folder, "_version.py"), encoding="utf-8") as file:
            version = file.read()
        # One version of llvmlite can be built with several of LLVM; the file's size tells them apart.
        size = os.stat(os.path.join(folder, "binding", "libllvmlite.so")).st_size
    except OSError as error:
        return f"unknown-{error.errno}"
    return digest(version, str(size))[:16]


def is_supported() -> tuple[bool, str]:
    """Whether native code can be made for this machine, and a sentence that says why (not)."""
    machine = _machine()
    if not sys.platform.startswith("linux"):
        return False, f"Cupola runs on Linux; this is {sys.platform}"
    if machine != "x86_64":
        return False, f"Cupola makes code for x86-64; this machine is {machine}"
    if sys.maxsize < 1 << 32:
        return False, "Cupola needs a 64-bit Python; this one is 32-bit"
    return True, "Linux on x86-64 with a 64-bit Python"


def _machine() -> str:
    return os.uname().machine if hasattr(os, "uname") else "unknown"
