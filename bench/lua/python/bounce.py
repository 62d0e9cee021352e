"""bounce.lua in Python."""

from __future__ import annotations


class Random:
    def __init__(self) -> None:
        self.seed = 74755

    def next(self) -> int:
        self.seed = (self.seed * 1309 + 13849) % 65536
        return self.seed


class Ball:
    def __init__(self, random: Random) -> None:
        self.x = random.next() % 500
        self.y = random.next() % 500
        self.dx = random.next() % 300 - 150
        self.dy = random.next() % 300 - 150

    def bounce(self) -> bool:
        bounced = False
        self.x += self.dx
        self.y += self.dy
        if self.x > 500:
            self.x = 500
            self.dx = -abs(self.dx)
            bounced = True
        if self.x < 0:
            self.x = 0
            self.dx = abs(self.dx)
            bounced = True
        if self.y > 500:
            self.y = 500
            self.dy = -abs(self.dy)
            bounced = True
        if self.y < 0:
            self.y = 0
            self.dy = abs(self.dy)
            bounced = True
        return bounced


def simulate() -> int:
    random = Random()
    balls = [Ball(random) for _ in range(100)]
    bounces = 0
    for _ in range(50):
        for ball in balls:
            if ball.bounce():
                bounces += 1
    return bounces


def run() -> int:
    bounces = 0
    for _ in range(50):
        bounces = simulate()
    if bounces != 1331:
        raise ValueError(f"bounce: {bounces}")
    return bounces
