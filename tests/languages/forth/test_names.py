"""Text 8 bytes at a time, natively, against Python: names as the dictionary compares them, and what scanning finds."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from cupola.kernel import Ptr, i64, kernel, u8
from cupola.kernel.native import compile_native
from cupola.languages.forth.dictionary.names import fold_name, load_8, lower_8, same_rest
from cupola.languages.forth.interpreter.scanning import find_blank, find_byte

AFTER = 8  # bytes behind a text that may be read


@kernel
def lower_of(text: Ptr[u8]) -> i64:
    return i64(lower_8(load_8(text)))


@kernel
def first_of_name(name: Ptr[u8], length: i64) -> i64:
    first, _ = fold_name(name, length)
    return i64(first)


@kernel
def hash_of_name(name: Ptr[u8], length: i64) -> i64:
    _, hash = fold_name(name, length)
    return i64(hash)


NATIVE = compile_native([lower_of, first_of_name, hash_of_name, same_rest, find_blank, find_byte])


def native(function: Callable[..., object]) -> Callable[..., int]:
    return NATIVE[function.name]  # type: ignore[attr-defined]  # a kernel function


def lower(text: bytes) -> bytes:
    return bytes(each + 32 if 65 <= each <= 90 else each for each in text)


def texts(count: int, most: int) -> list[bytes]:
    """Texts of bytes that matter: around letters, blanks, with and without the highest bit."""
    chance = random.Random(1)
    pool = bytes([*range(256), *b"@AZ[`az{ \t\n!" * 20, 0xC1, 0xDA, 0xA0])
    return [bytes(chance.choices(pool, k=chance.randrange(1, most))) for _ in range(count)]


def test_eight_bytes_become_lower_case() -> None:
    for start in range(0, 256, 8):
        text = bytes(range(start, start + 8))
        assert native(lower_of)(text) & (1 << 64) - 1 == int.from_bytes(lower(text), "little")
    for text in texts(300, 2):
        block = (text * 8)[:8]
        assert native(lower_of)(block) & (1 << 64) - 1 == int.from_bytes(lower(block), "little")


def test_what_follows_a_name_does_not_count() -> None:
    for text in texts(500, 40):
        one, other = text + b"\0" * AFTER, text + b"\xff" * AFTER
        for function in (first_of_name, hash_of_name):
            assert native(function)(one, len(text)) == native(function)(other, len(text))
        expected = int.from_bytes(lower(text)[:8], "little")
        assert native(first_of_name)(one, len(text)) & (1 << 64) - 1 == expected


def test_case_does_not_count_and_all_else_does() -> None:
    chance = random.Random(2)
    hashes: dict[int, bytes] = {}
    for text in {lower(each) for each in texts(3000, 40)}:
        upper = bytes(each - 32 if 97 <= each <= 122 and chance.random() < 0.5 else each for each in text)
        value = native(hash_of_name)(text + b" " * AFTER, len(text))
        assert native(hash_of_name)(upper + b"x" * AFTER, len(text)) == value
        assert hashes.setdefault(value, text) == text, "32 bits should tell these few names apart"


def test_the_rest_of_a_name_is_compared_to_its_last_byte() -> None:
    for text in [each for each in texts(500, 60) if len(each) > 8]:
        assert native(same_rest)(text + b"a" * AFTER, lower(text) + b"b" * AFTER, len(text))
        for place in range(8, len(text)):
            other = bytearray(text)
            other[place] ^= 1
            same = lower(bytes(other))[8:] == lower(text)[8:]
            assert native(same_rest)(text + b"a" * AFTER, bytes(other) + b"a" * AFTER, len(text)) == same


@pytest.mark.parametrize("after", [b" " * AFTER, b"x" * AFTER])
def test_blanks_and_bytes_are_found_where_they_are(after: bytes) -> None:
    for text in texts(500, 40):
        for start in (0, 1, len(text) // 2, len(text)):
            blank = next((at for at in range(start, len(text)) if text[at] <= 32), len(text))
            assert native(find_blank)(text + after, start, len(text)) == blank
            for wanted in (0, 10, 32, 41, 120, 255):
                place = text.find(bytes([wanted]), start)
                expected = place if place >= 0 else len(text)
                assert native(find_byte)(text + after, start, len(text), wanted) == expected
