"""The engine of Forth: built on first use, from the cache afterwards, one for all VMs of a process."""

from __future__ import annotations

import os

from cupola.machine.cache import Cache
from cupola.tiers.start import open_engine

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.tiers.definition.language import Language
    from cupola.tiers.engine import Engine
    from cupola.tiers.image import Progress

_engines: list[Engine] = []
# The folders of the package whose sources decide what the image holds.
FOLDERS = ("ir", "kernel", "machine", "runtime", "policy", "tiers", "language", "languages/forth")


def engine(progress: Progress | None = None) -> Engine:
    """The engine of Forth; `progress` hears how a first use compiles."""
    if not _engines:
        _engines.append(open_engine("forth", sources(), define, Cache(), progress))
    return _engines[0]


def define() -> Language:
    """The whole definition of the language."""
    from cupola.languages.forth import primitives, superinstructions
    from cupola.languages.forth.definition import forth

    assert primitives and superinstructions  # imported for what they define
    return forth


def sources() -> list[str]:
    """The Python files that the image is made of, in a fixed order."""
    package = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    found: list[str] = []
    for folder in FOLDERS:
        for root, folders, names in os.walk(os.path.join(package, folder)):
            folders.sort()
            found += [os.path.join(root, name) for name in sorted(names) if name.endswith(".py")]
    return found
