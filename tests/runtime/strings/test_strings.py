"""Strings against Python's bytes: interning, hashes, order, concatenation, buffers."""

from __future__ import annotations

import ctypes
import random
import struct
from collections.abc import Callable
from typing import Any

import pytest

from cupola.kernel import Ptr, cast, compile_native, i64, kernel, local, null, u8, u64
from cupola.runtime import strings
from cupola.runtime.heap.heap import Heap
from cupola.runtime.objects import LONGEST_INTERNED, STRING_BYTES, String
from cupola.runtime.values import STRING, reference
from tests.runtime.heaps import World, compiled, text

Native = dict[str, Callable[..., Any]]


@kernel
def hashed(bytes: Ptr[u8], length: i64, seed: u64) -> i64:
    return strings.hash_bytes(bytes, length, seed)


@kernel
def hash_in(heap: Ptr[Heap], string: Ptr[String]) -> i64:
    return strings.hash_of(heap, string)


@kernel
def same(a: Ptr[String], b: Ptr[String]) -> bool:
    return strings.same_string(a, b)


@kernel
def repeated(heap: Ptr[Heap], bytes: Ptr[u8], length: i64, times: i64, end: i64) -> Ptr[String]:
    """The bytes so many times, and one byte more."""
    buffer = cast(Ptr[strings.Buffer], local(strings.Buffer))
    if not strings.begin(buffer, heap, 8):
        return null(Ptr[String])
    for _ in range(times):
        if not strings.append(buffer, bytes, length):
            return null(Ptr[String])
    if not strings.append_byte(buffer, u8(end)):
        return null(Ptr[String])
    return strings.finish(buffer)


@pytest.fixture(scope="module")
def native() -> Native:
    found = compile_native([hashed, hash_in, same, repeated])
    return {**compiled(), **{name.rpartition(".")[2]: function for name, function in found.items()}}


def some_bytes(source: random.Random) -> bytes:
    """Bytes of which many are equal, or begin alike, or differ in one place only."""
    length = source.choice((0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 39, 40, 41, 60, 200))
    content = bytearray(b"\0" * length if source.random() < 0.3 else b"abcdefgh" * (length // 8 + 1))[:length]
    for _ in range(source.randrange(3)):
        if length:
            content[source.randrange(length)] = source.choice((0, 1, 97, 127, 128, 255))
    return bytes(content)


def test_equal_strings_are_one_object_if_short(native: Native) -> None:
    source = random.Random(41)
    world = World(native, 4 << 20)
    known: dict[bytes, int] = {}
    for _ in range(6000):
        content = some_bytes(source) if source.random() < 0.7 else b"%x" % source.getrandbits(20)
        made = world.string(content)
        assert made and made % 16 == 0 and text(made) == content
        assert ctypes.string_at(made + STRING_BYTES + len(content), 1) == b"\0"
        if len(content) <= LONGEST_INTERNED:
            assert known.setdefault(content, made) == made
        else:
            assert known.get(content) != made
            known[content] = made
    assert len(set(known.values())) == len(known)
    assert world.take("interned_count") == sum(len(each) <= LONGEST_INTERNED for each in known)
    some = list(known.items())
    for _ in range(4000):
        (a, first), (b, second) = source.choice(some), source.choice(some)
        copy = world.string(a)
        assert native["same"](first, copy) and native["same"](first, second) == (a == b)
        order = native["compare_strings"](first, second)
        assert (order > 0) - (order < 0) == (a > b) - (a < b), (a, b)
        assert native["compare_strings"](first, copy) == 0


def test_hashes(native: Native) -> None:
    """All bytes and the seed count, hashes are never 0, and the lower bits are as good as random ones."""
    source = random.Random(42)
    content = bytearray(source.randbytes(300))
    for length in (*range(1, 70), 300):
        seen = {native["hashed"](bytes(content), length, 7)}
        for place in range(length):
            content[place] ^= 1 << source.randrange(8)
            seen.add(native["hashed"](bytes(content), length, 7))
        assert len(seen) == length + 1
        assert native["hashed"](bytes(content), length, 8) not in seen
    assert len({native["hashed"](b"\0" * 80, length, 7) for length in range(80)}) == 80
    for form in (b"%d", b"key%d", b"a much longer key than the others, %d, with text after it", b"x%08x"):
        places = [0] * 1024
        for number in range(4096):
            key = form % number
            found = native["hashed"](key, len(key), 7)
            assert 0 < found < 1 << 31
            places[found & 1023] += 1
        assert sum(each * each for each in places) < 4096 * 5 * 1.1  # what is expected, and a little


def test_hash_of_long_strings(native: Native) -> None:
    world = World(native, 8 << 20)
    first, copy = world.string(b"y" * 100), world.string(b"y" * 100)
    assert native["hash_in"](world.address, first) == native["hash_in"](world.address, copy)
    assert native["hash_in"](world.address, first) == native["hashed"](b"y" * 100, 100, 1)
    huge = b"z" * 3_000_000
    assert native["hash_in"](world.address, world.string(huge)) > 0


def test_concatenation(native: Native) -> None:
    source = random.Random(43)
    world = World(native, 4 << 20)
    for _ in range(2000):
        parts = [some_bytes(source) for _ in range(source.randrange(1, 6))]
        addresses = [world.string(each) for each in parts]
        cells = struct.pack(f"<{len(parts)}q", *(reference(STRING, each) for each in addresses))
        made = native["concatenate"](world.address, cells, len(parts))
        whole = b"".join(parts)
        assert text(made) == whole
        if len(whole) <= LONGEST_INTERNED:
            assert made == world.string(whole)


def test_buffers(native: Native) -> None:
    world = World(native, 4 << 20)
    for content, times in ((b"", 5), (b"ab", 0), (b"ab", 3), (b"abc", 20), (b"abcdefghij", 5000)):
        made = native["repeated"](world.address, content, len(content), times, 255)
        assert text(made) == content * times + b"\xff"


def test_without_memory_nothing_changes(native: Native) -> None:
    """Whichever allocation fails: null, and what is there stays; the next time, all works."""
    world = World(native, stress=True)
    kept = [world.string(b"kept%d" % number) for number in range(760)]  # 8 more make the table grow
    failed = 0
    for number in range(40):
        before = world.take("interned_count")
        for allocation in range(1, 5):
            world.fail(allocation)
            made = world.string(b"new%d" % number)
            if not world.fail(0):
                break
            failed += 1
            assert not made and world.take("interned_count") == before
        assert text(made) == b"new%d" % number and world.take("interned_count") == before + 1
    assert failed == 41
    assert [world.string(b"kept%d" % number) for number in range(760)] == kept
    cells = struct.pack("<2q", *(reference(STRING, each) for each in kept[:2]))
    for act in (
        lambda: native["concatenate"](world.address, cells, 2),
        lambda: native["repeated"](world.address, b"abc", 3, 100, 0),
        lambda: world.string(b"l" * 41),
    ):
        allocation = 1
        while True:
            world.fail(allocation)
            made = act()
            if not world.fail(0):
                break
            assert not made
            allocation += 1
        assert made and allocation > 1
