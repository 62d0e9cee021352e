"""strings.lua in Python: regular expressions in the place of patterns."""

from __future__ import annotations

import re

WORD = re.compile("[A-Za-z][0-9]*[A-Za-z]")
THREE = re.compile("([A-Za-z])([0-9]+)([A-Za-z])")
DIGITS = re.compile("[0-9]+")


def sentence(count: int) -> str:
    words = []
    for i in range(1, count + 1):
        words.append(f"w{i % 97}{chr(97 + i % 26)}")
    return " ".join(words)


def checksum(text: str) -> int:
    total = 0
    for each in text:
        total = (total * 31 + ord(each)) % 1000003
    return total


def count_words(text: str) -> tuple[int, dict[str, int]]:
    counts: dict[str, int] = {}
    different = 0
    for found in WORD.finditer(text):
        word = found[0]
        if word not in counts:
            counts[word] = 0
            different += 1
        counts[word] += 1
    return different, counts


def backwards(text: str) -> str:
    result = ""
    for each in text:
        result = each + result
    return result


def lines(count: int) -> str:
    out = []
    for i in range(1, count + 1):
        name = f"n{i}"
        out.append(f"{i:5d}|{name:<8}|{i * 255:x}|{i / 7:.3f}")
    return "\n".join(out)


def fields(text: str) -> int:
    count, start = 0, 0
    while True:
        place = text.find("|", start)
        if place < 0:
            return count
        count += 1
        start = place + 1


def run() -> str:
    text = sentence(6000)
    different, counts = count_words(text)
    swapped, replaced = THREE.subn(r"\3\2\1", text)
    upper = DIGITS.sub(lambda digits: "<" + digits[0] + ">", swapped)
    table = lines(4000)
    found = [
        different, counts["w1b"], replaced, checksum(upper), checksum(backwards(text[:3000])), fields(table),
        checksum(table),
    ]  # fmt: skip
    value = " ".join(map(str, found))
    if value != "2522 3 6000 901309 202893 12000 567738":
        raise ValueError(f"strings: {value}")
    return value
