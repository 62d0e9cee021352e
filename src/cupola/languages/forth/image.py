"""The engine of Forth: built on first use, from the cache afterwards, one for all VMs of a process."""

from __future__ import annotations

import os

from cupola.machine.cache import Cache
from cupola.tiers.start import open_engine

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterable

    from cupola.tiers.definition.language import Language
    from cupola.tiers.engine import Engine
    from cupola.tiers.image import Progress

    Names = tuple[str, ...]

_engines: dict[tuple[Names, ...], Engine] = {}
PROFILED_KEPT = 8  # images with superinstructions of a profile that stay in the cache
# The folders of the package whose sources decide what the image holds.
FOLDERS = ("ir", "kernel", "machine", "runtime", "policy", "tiers", "language", "languages/forth")


def engine(progress: Progress | None = None, more: Iterable[Names] = ()) -> Engine:
    """The engine of Forth, with `more` superinstructions that a profile asks for; `progress` hears how a first use
    compiles. Raises ValueError for an instruction that does not exist, or cannot be part of a superinstruction."""
    wanted = tuple(more)
    if wanted not in _engines:
        _engines[wanted] = _profiled(wanted, progress) if wanted else _plain(progress)
    return _engines[wanted]


def _plain(progress: Progress | None) -> Engine:
    return open_engine("forth", sources(), define, Cache(), progress)


def _profiled(more: tuple[Names, ...], progress: Progress | None) -> Engine:
    from cupola.machine.cache import digest

    def defined() -> Language:
        """The language with more superinstructions, which it loses again when it is built."""
        forth = define()
        before.append(list(forth.superinstructions))
        try:
            for names in more:
                forth.superinstruction(*names)
        except KeyError as error:
            raise ValueError(f"the profile does not fit this version: {error.args[0]}") from None
        return forth

    before: list[list[Names]] = []
    cache = Cache()
    name = f"profile-{digest(repr(more))[:16]}"
    try:
        made = open_engine(name, sources(), defined, cache, progress)
    except TypeError as error:
        raise ValueError(f"the profile has a superinstruction that cannot be: {error}") from None
    finally:
        for kept in before:
            define().superinstructions[:] = kept
    for prefix in ("profile-", "start-profile-"):
        cache.keep_newest(prefix, PROFILED_KEPT)
    return made


def define() -> Language:
    """The whole definition of the language."""
    from cupola.languages.forth import instructions, primitives, superinstructions
    from cupola.languages.forth.definition import forth

    assert instructions and primitives and superinstructions  # imported for what they define
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
