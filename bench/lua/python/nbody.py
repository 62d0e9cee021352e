"""nbody.lua in Python."""

from __future__ import annotations

from math import sqrt

PI = 3.141592653589793
SOLAR_MASS = 4 * PI * PI
DAYS = 365.24


class Body:
    def __init__(self, x: float, y: float, z: float, vx: float, vy: float, vz: float, mass: float) -> None:
        self.x = x
        self.y = y
        self.z = z
        self.vx = vx * DAYS
        self.vy = vy * DAYS
        self.vz = vz * DAYS
        self.mass = mass * SOLAR_MASS


def solar_system() -> list[Body]:
    return [
        Body(0, 0, 0, 0, 0, 0, 1),
        Body(
            4.84143144246472090e00, -1.16032004402742839e00, -1.03622044471123109e-01,
            1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05, 9.54791938424326609e-04,
        ),
        Body(
            8.34336671824457987e00, 4.12479856412430479e00, -4.03523417114321381e-01,
            -2.76742510726411899e-03, 4.99852801234917238e-03, 2.30417297573763929e-05, 2.85885980666130812e-04,
        ),
        Body(
            1.28943695621391310e01, -1.51111514016986312e01, -2.23307578892655734e-01,
            2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05, 4.36624404335156298e-05,
        ),
        Body(
            1.53796971148509165e01, -2.59193146099879641e01, 1.79258772950371181e-01,
            2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05, 5.15138902046611451e-05,
        ),
    ]  # fmt: skip


def rest_momentum(bodies: list[Body]) -> None:
    px = py = pz = 0.0
    for each in bodies:
        px += each.vx * each.mass
        py += each.vy * each.mass
        pz += each.vz * each.mass
    sun = bodies[0]
    sun.vx, sun.vy, sun.vz = -px / SOLAR_MASS, -py / SOLAR_MASS, -pz / SOLAR_MASS


def advance(bodies: list[Body], dt: float) -> None:
    count = len(bodies)
    for i in range(count):
        a = bodies[i]
        for j in range(i + 1, count):
            b = bodies[j]
            dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            square = dx * dx + dy * dy + dz * dz
            magnitude = dt / (square * sqrt(square))
            towards_b, towards_a = b.mass * magnitude, a.mass * magnitude
            a.vx -= dx * towards_b
            a.vy -= dy * towards_b
            a.vz -= dz * towards_b
            b.vx += dx * towards_a
            b.vy += dy * towards_a
            b.vz += dz * towards_a
    for a in bodies:
        a.x += dt * a.vx
        a.y += dt * a.vy
        a.z += dt * a.vz


def energy(bodies: list[Body]) -> float:
    total = 0.0
    for i in range(len(bodies)):
        a = bodies[i]
        total += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
        for j in range(i + 1, len(bodies)):
            b = bodies[j]
            dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            total -= a.mass * b.mass / sqrt(dx * dx + dy * dy + dz * dz)
    return total


def run() -> str:
    bodies = solar_system()
    rest_momentum(bodies)
    before = f"{energy(bodies):.9f}"
    for _ in range(8000):
        advance(bodies, 0.01)
    after = f"{energy(bodies):.9f}"
    if before != "-0.169075164" or after != "-0.169078457":
        raise ValueError(f"nbody: {before} {after}")
    return after
