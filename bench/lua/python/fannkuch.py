"""fannkuch.lua in Python: arrays begin at 0."""

from __future__ import annotations


def fannkuch(n: int) -> tuple[int, int]:
    current = list(range(1, n + 1))
    turned = list(current)
    counts = list(current)
    sign, checksum, most = 1, 0, 0
    while True:
        if current[0] != 1:
            for i in range(n):
                turned[i] = current[i]
            flips = 0
            first = turned[0]
            while first != 1:
                low, high = 0, first - 1
                while low < high:
                    turned[low], turned[high] = turned[high], turned[low]
                    low += 1
                    high -= 1
                flips += 1
                first = turned[0]
            if flips > most:
                most = flips
            checksum += sign * flips
        if sign == 1:
            current[0], current[1] = current[1], current[0]
            sign = -1
        else:
            current[1], current[2] = current[2], current[1]
            sign = 1
            i = 2
            while counts[i] == 1:
                if i == n - 1:
                    return checksum, most
                counts[i] = i + 1
                first = current[0]
                for k in range(i + 1):
                    current[k] = current[k + 1]
                i += 1
                current[i] = first
            counts[i] -= 1


def run() -> str:
    checksum, most = fannkuch(8)
    value = f"{checksum} {most}"
    if value != "1616 22":
        raise ValueError(f"fannkuch: {value}")
    return value
