"""A Forth system as plain data: taken out of a VM, and put into another one, at whatever address that lies.

`take` copies the parts of memory that are in use; `put` copies them back, and native code makes them fit (see
`relocating`). What the driver knows goes along as text. The start of every process is such a snapshot, kept in the
cache; `images` makes files of them.
"""

from __future__ import annotations

from cupola.languages.forth import constants
from cupola.machine.cache import Cache, digest
from cupola.tiers.start import STARTS_KEPT, state_of

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.forth.vm import ForthVM

    Sections = dict[str, bytes]

# Counts changes of what the sections hold.
FORMAT = 3
LIMITS = ("byte_limit", "cell_limit", "pair_limit")  # of addresses: they grow with the heap


def parts(vm: ForthVM, base: int) -> list[tuple[str, int, int]]:
    """The parts of the memory that make the system, but for the VM's struct: name, offset and bytes in use, as the
    struct says it, in which addresses count from `base`.

    A region that is not here is empty between two lines that are interpreted, or belongs to the process.
    """
    state = vm.vm
    return [
        ("words", constants.WORDS_OFFSET, state.word_count * vm.engine.size_of("Word")),
        ("slots", state.slots - base, (state.slot_mask + 1) * vm.engine.size_of("Slot")),
        ("names", constants.NAMES_OFFSET, state.names_next - base - constants.NAMES_OFFSET),
        ("inline", constants.INLINE_OFFSET, state.inline_next * vm.engine.size_of("Draft")),
        ("sites", constants.SITES_OFFSET, (state.site_count + 1) * constants.SITE_BYTES),
        ("origins", constants.ORIGINS_OFFSET, state.origin_count * constants.ORIGIN_BYTES),
        ("owners", constants.OWNERS_OFFSET, state.owner_count * constants.OWNER_BYTES),
        ("batches", constants.BATCHES_OFFSET, state.batch_next * constants.PIECE_BYTES),
        ("code", constants.CODE_OFFSET, state.code_next - base - constants.CODE_OFFSET),
        ("data", constants.DATA_OFFSET, state.here - constants.LOW),
    ]


def take(vm: ForthVM) -> Sections:
    """The system of a VM, while nothing runs in it."""
    found = {name: vm.memory.read(offset, size) for name, offset, size in parts(vm, vm.address)}
    found["vm"] = vm.memory.read(0, vm.engine.size_of("VM"))
    if vm.vm.heap_count:
        found["heap"], found["pages"] = (vm.memory.read(offset, size) for offset, size in heap_parts(vm))
    found["data bytes"] = b"%d" % vm.data_bytes
    found["address"] = b"%d" % vm.address
    found["first shown"] = b"%d" % vm.first_shown
    found["files"] = "\0".join(vm.files).encode("utf-8", "surrogateescape")
    pieces = (f"{place - vm.address} {name}" for name, place in vm.pieces.items())
    found["pieces"] = "\n".join(pieces).encode()
    return found


def heap_parts(vm: ForthVM) -> list[tuple[int, int]]:
    """Offset and bytes in use of the pages of the heap, and of their records, which count from 1."""
    count = vm.vm.heap_count
    records = (count + 1) * constants.PAGE_RECORD_BYTES
    return [(vm.heap_offset, count << constants.PAGE_SHIFT), (vm.heap_records, records)]


def put_heap(vm: ForthVM, found: Sections) -> None:
    """Fill the heap, which is empty; what the VM knows of it comes from the struct that was saved."""
    if int(found["data bytes"]) != vm.data_bytes:
        raise ValueError(
            f"it has a heap, for which the limit for memory must be {int(found['data bytes']):,} as it was"
        )
    for name, (offset, size, _) in vm.engine.structs["VM"].items():
        if name in LIMITS or (name.startswith("heap_") and name not in ("heap_pages", "heap_most")):
            vm.memory.write(offset, found["vm"][offset : offset + size])
    for (offset, size), data in zip(heap_parts(vm), (found["heap"], found["pages"]), strict=True):
        if size != len(data):
            raise ValueError(f"its heap has {len(data):,} bytes instead of {size:,}")
        vm.memory.write(offset, data)


def put(vm: ForthVM, found: Sections) -> None:
    """Fill a VM, in which only the limits are set, with a system. Raises ValueError if it is not sound."""
    after_context = vm.engine.size_of("Context")
    vm.memory.write(after_context, found["vm"][after_context:])
    vm.set_limits()
    if "heap" in found:
        put_heap(vm, found)
    for name, offset, size in parts(vm, int(found["address"])):
        if size != len(found[name]):
            raise ValueError(f"its part {name!r} has {len(found[name]):,} bytes instead of {size:,}")
        vm.memory.write(offset, found[name])
    vm.first_shown = int(found["first shown"])
    vm.files = found["files"].decode("utf-8", "surrogateescape").split("\0")
    pieces = (line.split(" ", 1) for line in found["pieces"].decode().split("\n"))
    vm.pieces = {name: vm.address + int(place) for place, name in pieces}
    vm.adopt(int(found["address"]))


# --- the start of a process -----------------------------------------------------------------------------------


def key_of(vm: ForthVM, sources: list[str]) -> str:
    """What a fresh system of this VM is kept under; empty if that cannot be told."""
    if not vm.engine.start_key:
        return ""
    state, settled = state_of(sources)
    kind = f"{FORMAT} {vm.vm.loop_variant} {int(vm.counting)}"
    return f"system-forth-{digest(vm.engine.start_key, state, kind)[:40]}" if settled else ""


def load(vm: ForthVM, key: str) -> bool:
    """Fill the VM with the fresh system that is kept under `key`; whether there is one."""
    data = _cache().load(key) if key else None
    if data is None:
        return False
    put(vm, unpack(data))
    return True


def keep(vm: ForthVM, key: str) -> None:
    """Keep the system of the VM, which is fresh, for later starts."""
    cache = _cache()
    if key and cache.store(key, pack(take(vm))):
        cache.keep_newest("system-forth-", STARTS_KEPT)


def _cache() -> Cache:
    """A cache that tells nobody what is wrong with it: what is not there is made anew."""
    return Cache(report=lambda message: None)


# --- as bytes -------------------------------------------------------------------------------------------------


def pack(sections: Sections) -> bytes:
    """Sections one after the other, each behind a line with its name and its size."""
    return b"".join(b"%s\0%d\n%s" % (name.encode(), len(data), data) for name, data in sections.items())


def unpack(data: bytes) -> Sections:
    """The sections of `pack`. Raises ValueError for bytes that it cannot have made."""
    found: Sections = {}
    at = 0
    while at < len(data):
        end = data.index(b"\n", at)
        name, _, size = data[at:end].partition(b"\0")
        at = end + 1 + int(size)
        found[name.decode()] = data[end + 1 : at]
    return found
