"""The start of a process: an engine in linked form from the cache, ready to run.

Building an image takes seconds, linking one milliseconds; a start should do neither. What an engine is after linking
is kept beside the image, under a key made from the *state* of the source files (size, times, inode) instead of their
contents, which take longer to read than the whole engine. A state that might not tell two contents apart (a file
changed a moment ago) keeps nothing. Whatever is wrong with what is kept, the engine is made from the image again.
"""

from __future__ import annotations

import marshal
import os
import time

from cupola.machine.cache import Cache, digest
from cupola.machine.cpu import cpu_key, llvm_key
from cupola.machine.errors import AddressTaken, UnknownFunction
from cupola.tiers.engine import Engine

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cupola.tiers.definition.language import Language
    from cupola.tiers.image import Image, Progress

# Counts changes of the linked form.
FORMAT = 2
# Linked forms and snapshots of one language that stay in the cache.
STARTS_KEPT = 8
# The age, in seconds, from which on the times of a file tell its contents: clocks of file systems are coarse.
SETTLED = 2.0
# Where native code is put: between the program and the addresses that the system gives out, 8 MiB a language.
LOWEST_PLACE, PLACES, PLACE_BYTES = 0x2000_0000, 64, 8 << 20


def open_engine(
    name: str,
    sources: list[str],
    define: Callable[[], Language],
    cache: Cache,
    progress: Progress | None = None,
) -> Engine:
    """The engine of language `name`, as `image.load_or_build` describes the arguments; `start_key` of it is what other
    entries of the cache that belong to it may be keyed by."""
    state, settled = state_of(sources)
    quiet = Cache(cache.directory, report=lambda message: None)
    key = f"start-{name}-{digest(state, str(FORMAT), str(marshal.version), cpu_key(), llvm_key())[:40]}"
    found = _load(quiet, key)
    if found is None:
        from cupola.tiers.image import contents_key, load_or_build

        image = load_or_build(name, sources, define, cache, progress)
        found = _link(name, image)
        found.definition = digest(name, contents_key(sources))[:40]
        form = found.linked_form() if settled else None
        if form is not None and quiet.store(key, marshal.dumps({**form, "definition": found.definition})):
            quiet.keep_newest(f"start-{name}-", STARTS_KEPT)
    found.start_key = key if settled else ""
    return found


def state_of(paths: Iterable[str]) -> tuple[str, bool]:
    """A text that changes when one of the files does, and whether it is sure to."""
    parts = []
    newest = 0
    for path in paths:
        status = os.stat(path)
        newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
        parts.append(f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}")
    return "\n".join(parts), time.time() - newest / 1e9 > SETTLED


def _load(cache: Cache, key: str) -> Engine | None:
    data = cache.load(key)
    if data is None:
        return None
    try:
        form = marshal.loads(data)
        engine = Engine.from_linked(form)
    except (AddressTaken, UnknownFunction):
        return None
    engine.definition = form["definition"]
    return engine


def _link(name: str, image: Image) -> Engine:
    """An engine at the place of its language if it is free, or else anywhere."""
    place = LOWEST_PLACE + int(digest(name)[:8], 16) % PLACES * PLACE_BYTES
    try:
        return Engine(image, at=place)
    except AddressTaken:
        return Engine(image)
