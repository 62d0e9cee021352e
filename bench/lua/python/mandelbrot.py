"""mandelbrot.lua in Python."""

from __future__ import annotations


def mandelbrot(size: int, most: int) -> tuple[int, int]:
    inside, rounds = 0, 0
    for row in range(size):
        ci = 2.0 * row / size - 1.0
        for column in range(size):
            cr = 2.0 * column / size - 1.5
            zr, zi, rr, ii = 0.0, 0.0, 0.0, 0.0
            count = 0
            while count < most and rr + ii <= 4.0:
                zi = 2.0 * zr * zi + ci
                zr = rr - ii + cr
                rr, ii = zr * zr, zi * zi
                count += 1
            if rr + ii <= 4.0:
                inside += 1
            else:
                rounds += count
    return inside, rounds


def run() -> str:
    inside, rounds = mandelbrot(200, 50)
    value = f"{inside} {rounds}"
    if value != "15899 181625":
        raise ValueError(f"mandelbrot: {value}")
    return value
