"""The image of a language: everything native about it as plain bytes and numbers, fit for the cache on disk.

Building one takes seconds and imports LLVM; `engine` makes a running engine of it in milliseconds and imports little.
"""

from __future__ import annotations

import marshal
from contextlib import contextmanager

from cupola.machine import elf
from cupola.machine.cache import Cache, digest
from cupola.machine.cpu import cpu_key, llvm_key

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from cupola.tiers.baseline.stencils import StencilCode
    from cupola.tiers.definition.language import Language
    from cupola.tiers.modules import Modules

    Image = dict[str, Any]
    Progress = Callable[[int, int], None]

# Counts changes of the image's own form; what it is made from is in the key already.
FORMAT = 3
# Images of one language that stay in the cache: for a few versions and environments side by side.
IMAGES_KEPT = 4


def load_or_build(
    name: str,
    sources: list[str],
    define: Callable[[], Language],
    cache: Cache,
    progress: Progress | None = None,
) -> Image:
    """The image of language `name` from the cache, or built anew and kept there.

    `sources` are the files that it is made of: a change of any makes a new image. `define` gives the language, and
    is called only to build.
    """
    key = image_key(name, sources)
    found = read_image(cache, key)
    if found is not None:
        return found
    with cache.lock(key):
        found = read_image(cache, key)  # another process may have built it while this one waited
        if found is None:
            with _no_collection():
                data = marshal.dumps(build(define(), cache, progress))
            cache.store(key, data)
            cache.keep_newest(f"{name}-", IMAGES_KEPT)
            found = marshal.loads(data)
    return found


def image_key(name: str, sources: list[str]) -> str:
    """The key of a language's image in the cache: sources, format, CPU and LLVM decide what it holds."""
    made_with = (str(FORMAT), str(marshal.version), cpu_key(), llvm_key())
    return f"{name}-{digest(*made_with, contents_key(sources))[:40]}"


def contents_key(sources: list[str]) -> str:
    """A name for the contents of the sources: the same on every machine."""
    contents = []
    for path in sources:
        with open(path, "rb") as file:
            contents.append(file.read())
    return digest(*contents)[:40]


def read_image(cache: Cache, key: str) -> Image | None:
    data = cache.load(key)
    if data is None:
        return None
    image: Image = marshal.loads(data)
    return image


def build(language: Language, cache: Cache, progress: Progress | None = None) -> Image:
    """Compile all of a language, but for modules whose objects are in the cache; `progress(done, total)` counts
    modules."""
    from cupola.machine.objects import compile_kept
    from cupola.tiers.baseline.linear import linear
    from cupola.tiers.modules import Modules
    from cupola.tiers.structs import reachable
    from cupola.tiers.tables import TableWriter

    for_copying: list[bool] = []  # which modules are stencils
    modules = Modules(language)
    texts = _texts(modules, for_copying)
    objects = compile_kept(texts, total=len(modules), cache=cache, progress=progress)
    linked = [each for each, stencils in zip(objects, for_copying, strict=True) if not stencils]
    image = _tables(modules, [each for each, stencils in zip(objects, for_copying, strict=True) if stencils])
    image["objects"] = linked
    image["structs"] = reachable(language.machine.fields["vm"])
    for struct in language.structs:
        image["structs"].update(reachable(struct))
    image["expressions"] = [str(each) for each in modules.expressions.numbers]
    image["linear"] = [form and tuple(form) for form in map(linear, modules.expressions.numbers)]
    writer = TableWriter(image)
    image["tables"] = {
        "data": bytes(writer.data), "places": writer.places, "moves": writer.moves, "links": writer.links,
    }  # fmt: skip
    image["externals"] = _undefined(linked)
    image["extra"] = language.extra(language)
    return image


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without Python's search for cycles, which takes a third of the time of making IR and frees little."""
    import gc

    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _texts(modules: Modules, for_copying: list[bool]) -> Iterator[str]:
    """The modules as LLVM text, one after the other; notes of each whether it has stencils."""
    from cupola.ir.llvm import module_text
    from cupola.machine.llvm import FOLD_TAIL_BRANCHES
    from cupola.tiers.endings import NEXT

    for each in modules:
        for_copying.append(each.name.startswith("stencils"))
        head = f"{FOLD_TAIL_BRANCHES}{NEXT}\n" if for_copying[-1] else ""
        yield head + module_text(each)


def _undefined(objects: list[bytes]) -> list[str]:
    """The symbols that the objects use and none of them defines: functions of the C library."""
    parsed = [elf.parse(each) for each in objects]
    defined = {symbol.name for each in parsed for symbol in each.symbols if symbol.is_defined}
    used = {
        symbol.name for each in parsed for symbol in each.symbols if symbol.name and not symbol.is_defined
    }
    return sorted(used - defined)


def _tables(modules: Modules, objects: list[bytes]) -> Image:
    from cupola.tiers.baseline.stencils import read_stencils
    from cupola.tiers.modules import STENCIL

    codes: dict[str, StencilCode] = {}
    for data in objects:
        codes.update(read_stencils(data, modules.expressions))
    language = modules.language
    store = _StencilStore(codes)
    variants = []
    for variant in modules.plan.variants:
        stencil = None if variant.step else store.add(STENCIL + variant.name)
        variants.append((
            variant.name, variant.sequence[0].opcode, variant.length, len(variant.sequence), variant.state_in,
            variant.state_out, variant.step, stencil,
        ))  # fmt: skip
    facts = [
        {
            "name": each.name, "length": each.length, "pops": each.pops, "pushes": each.pushes,
            "float_pops": each.float_pops, "float_pushes": each.float_pushes,
            "memory_stack": int(each.memory_stack), "ends": int(each.ends), "flags": language.flags(each),
            "operands": [(operand.name, operand.kind.name, operand.offset) for operand in each.operands],
            "caches": [
                operand.offset + 8 * cell for operand in each.operands for cell in range(operand.kind.cells)
            ],
            **each.places(),
        }
        for each in language.instructions
    ]  # fmt: skip
    return {
        "language": language.name,
        "variants": variants,
        "plain": [
            0xFFFF if each is None else each.number for row in modules.plan.plain for each in row
        ],
        "fusions": [(*key, each.number) for key, each in modules.plan.fusions.items()],
        "facts": facts,
        "bail_stubs": [store.add(f"{STENCIL}bail {state}") for state in range(language.cache + 1)],
        "goto_stub": store.add(STENCIL + "goto"),
        "states": language.cache + 1,
        "canonical": language.canonical,
        "least_at_label": language.least_at_label,
        "fields": [name for name, _ in language.fields],
        "blob": bytes(store.blob),
        "holes": store.holes,
        "to_state": [language[f"to_{state}"].opcode for state in range(language.cache + 1)],
        "entries": {
            **{each.function.__name__: each.name for each in language.entries},
            **{name: each.name for name, each in language.exports.items()},
        },
    }  # fmt: skip


class _StencilStore:
    """All stencils one after the other in `blob`, their holes in `holes`; equal ones are kept once."""

    def __init__(self, codes: dict[str, StencilCode]) -> None:
        self.codes = codes
        self.blob = bytearray()
        self.holes: list[tuple[int, int, int | str | bytes, int]] = []
        self._known: dict[StencilCode, tuple[int, int, int, int, int, int, int, int]] = {}

    def add(self, name: str) -> tuple[int, int, int, int, int, int, int, int]:
        """Offset in the blob, size of what runs in line, first hole, number of holes, how many of these give up or
        leave for guest code elsewhere, where it should not begin, and size of what seldom runs."""
        from cupola.machine.branches import crossings
        from cupola.tiers.layout import TO_BAIL, TO_GUEST

        code = self.codes[name]
        if code not in self._known:
            place = (len(self.blob), code.hot, len(self.holes), len(code.holes))
            counts = (code.count(TO_BAIL), code.count(TO_GUEST))
            cold = len(code.code) - code.hot
            self._known[code] = (*place, *counts, crossings(code.code[: code.hot]), cold)
            self.blob += code.code + bytes(8)
            self.holes += [(each.offset, each.kind, each.what, each.addend) for each in code.holes]
        return self._known[code]
