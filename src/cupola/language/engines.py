"""Engines: built on first use, from the cache on disk afterwards, one for all VMs of a process."""

from __future__ import annotations

import os

from cupola.machine.cache import Cache
from cupola.tiers.start import open_engine

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cupola.tiers.definition.language import Language
    from cupola.tiers.engine import Engine
    from cupola.tiers.image import Progress

# The folders of the package that every image is made with.
TOOLKIT = ("ir", "kernel", "machine", "runtime", "tiers", "language")
_engines: dict[str, Engine] = {}


def load_engine(
    name: str, define: Callable[[], Language], folders: Sequence[str], progress: Progress | None = None
) -> Engine:
    """The engine of the language `name`.

    `define` imports its definition and returns it; it is called only to build. `folders` hold the definition:
    a change of any Python file there, or in the toolkit, makes a new image. `progress(done, total)` counts
    compiled modules.
    """
    if name not in _engines:
        package = os.path.dirname(os.path.dirname(__file__))
        toolkit = [os.path.join(package, folder) for folder in TOOLKIT]
        files = [file for folder in (*toolkit, *folders) for file in python_files(folder)]
        _engines[name] = open_engine(name, files, define, Cache(), progress)
    return _engines[name]


def python_files(folder: str) -> list[str]:
    """The Python files below a folder, in a fixed order."""
    found: list[str] = []
    for root, folders, names in os.walk(folder):
        folders.sort()
        found += [os.path.join(root, name) for name in sorted(names) if name.endswith(".py")]
    return found
