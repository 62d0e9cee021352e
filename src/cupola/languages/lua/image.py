"""The engine of Lua: built on first use, from the cache afterwards, one for all VMs of a process."""

from __future__ import annotations

import os

from cupola.language.engines import python_files
from cupola.machine.cache import Cache
from cupola.tiers.start import open_engine

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.tiers.definition.language import Language
    from cupola.tiers.engine import Engine
    from cupola.tiers.image import Progress

# The folders of the package whose sources decide what the image holds, and the modules beside them.
FOLDERS = (
    "ir", "kernel", "machine", "runtime", "tiers", "language", "languages/lua/instructions",
    "languages/lua/semantics", "languages/lua/library",
)  # fmt: skip
FILES = (
    "constants", "definition", "entries", "failures", "image", "machine", "python_edge", "root_numbers",
    "service_entries",
)  # fmt: skip

_engines: list[Engine] = []


def engine(progress: Progress | None = None) -> Engine:
    """The engine of Lua; `progress` hears how a first use compiles."""
    if not _engines:
        _engines.append(open_engine("lua", sources(), define, Cache(), progress))
    return _engines[0]


def define() -> Language:
    """The whole definition of the language."""
    from cupola.languages.lua import entries, instructions, python_edge, service_entries
    from cupola.languages.lua.definition import lua
    from cupola.languages.lua.library.natives import all_natives

    assert entries and instructions and python_edge and service_entries  # imported for what they define
    if not lua.exports:
        for each in all_natives():
            lua.export(f"native {each.qualified}:{each.values}", each.function)
    return lua


def sources() -> list[str]:
    """The Python files that the image is made of, in a fixed order."""
    here = os.path.dirname(__file__)
    package = os.path.dirname(os.path.dirname(here))
    folders = [file for folder in FOLDERS for file in python_files(os.path.join(package, folder))]
    return [*folders, *(os.path.join(here, f"{name}.py") for name in FILES)]
