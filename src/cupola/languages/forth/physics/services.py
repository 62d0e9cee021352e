"""What the words of the vocabulary STARFORTH ask of Python: reading and setting metadata, and reports as text.

A service takes the system and two cells, and gives one. `SERVICES` is in the order of the numbers in physics.fs. With
the physics off, all that is read is 0 and reports say so.
"""

from __future__ import annotations

from cupola.languages.forth.physics import reports
from cupola.languages.forth.physics.system import FROZEN, PhysicsOfVM

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable

    from cupola.languages.forth.vm import ForthVM

    Service = Callable[[PhysicsOfVM, int, int], int]

BAD_ARGUMENT, NOT_A_WORD = -24, -9
OFF = "the physics are off: start with --physics NAME\n"
MASK = (1 << 64) - 1
CRITICAL = ("exit", "execute", "dup", "drop", "swap", "over", "rot", "@", "!", "+", "-", "=", "0=", "i")
L4 = 8


class Refused(Exception):
    """A word of the physics cannot do that; the THROW code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def serve(vm: ForthVM) -> None:
    """Serve what `(physics-ask)` wants."""
    first, second, number = vm.request(3)
    answer, code = 0, 0
    if vm.physics is None:
        answer, code = without(vm, first, second, number)
    elif not 0 <= number < len(SERVICES):
        code = BAD_ARGUMENT
    else:
        vm.drain()
        try:
            answer = SERVICES[number](vm.physics, first, second)
        except Refused as error:
            code = error.code
    vm.answer(first, second, number, answer & MASK, code & MASK)


def without(vm: ForthVM, first: int, second: int, number: int) -> tuple[int, int]:
    """The same with the physics off: an answer and a THROW code."""
    if not 0 <= number < len(SERVICES):
        return 0, BAD_ARGUMENT
    token = {"heat_of": first, "set_heat": second, "freeze": first, "is_frozen": first}.get(
        SERVICES[number].__name__
    )
    if token is not None and not 0 < token < vm.vm.word_count:
        return 0, NOT_A_WORD
    if SERVICES[number] in PRINTING:
        vm.drain()
        vm.output.write(OFF.encode())
    return 0, 0


def word_of(physics: PhysicsOfVM, token: int) -> int:
    """The token, if it is one."""
    if not 0 < token < physics.vm.vm.word_count:
        raise Refused(NOT_A_WORD)
    return token


def heat_of(physics: PhysicsOfVM, token: int, _: int) -> int:
    word_of(physics, token)
    physics.fold_running()
    return physics.meta(token).heat


def set_heat(physics: PhysicsOfVM, heat: int, token: int) -> int:
    word_of(physics, token)
    if not 0 <= heat < 1 << 62:
        raise Refused(BAD_ARGUMENT)
    physics.fold_running()
    physics.vm._entry("physics_warm")(physics.vm.address, token, heat)
    return 0


def freeze(physics: PhysicsOfVM, token: int, on: int) -> int:
    meta = physics.meta(word_of(physics, token))
    meta.flags = meta.flags | FROZEN if on else meta.flags & ~FROZEN
    return 0


def is_frozen(physics: PhysicsOfVM, token: int, _: int) -> int:
    return -1 if physics.meta(word_of(physics, token)).flags & FROZEN else 0


def freeze_critical(physics: PhysicsOfVM, _: int, __: int) -> int:
    for name in CRITICAL:
        token = physics.vm.find(name)
        if token > 0:
            freeze(physics, token, 1)
    return 0


def decay_rate(physics: PhysicsOfVM, _: int, __: int) -> int:
    return physics.state.slope


def reset_heat(physics: PhysicsOfVM, _: int, __: int) -> int:
    """All words are cold; what they ran is still known."""
    for token in range(1, physics.fold_running()):
        if physics.meta(token).heat:
            physics.vm._entry("physics_warm")(physics.vm.address, token, 0)
    return 0


def toggle_cache(physics: PhysicsOfVM, _: int, __: int) -> int:
    physics.state.use_cache = 1 - physics.state.use_cache
    physics.cache.count = 0
    physics.print(f"cache {'on' if physics.state.use_cache else 'off'}\n")
    return 0


def reset_statistics(physics: PhysicsOfVM, _: int, __: int) -> int:
    for name in ("hits", "bucket_hits", "misses", "promotions", "evictions", "invalidations"):
        setattr(physics.cache, name, 0)
    physics.clear_times()
    return 0


def bench_lookup(physics: PhysicsOfVM, count: int, _: int) -> int:
    if not 0 < count <= 100_000_000:
        raise Refused(BAD_ARGUMENT)
    how = 1 if physics.state.use_cache else 0
    taken = physics.bench(count, how, timed=True)
    physics.print(f"{count:,} lookups, {taken / count:.1f} ns each with the clock\n")
    return 0


def strategy(physics: PhysicsOfVM, _: int, __: int) -> int:
    return physics.state.strategy


def set_strategy(physics: PhysicsOfVM, number: int, _: int) -> int:
    if number not in (0, 1):
        raise Refused(BAD_ARGUMENT)
    physics.state.strategy = number
    return 0


def reorganize(physics: PhysicsOfVM, _: int, __: int) -> int:
    physics.fold_running()
    words = physics.vm._entry("physics_reorganize")(physics.vm.address)
    physics.print(f"{words:,} words in buckets\n")
    return 0


def transitions(physics: PhysicsOfVM, _: int, __: int) -> int:
    return physics.state.transitions


def forget_transitions(physics: PhysicsOfVM, _: int, __: int) -> int:
    physics.clear_pairs()
    return 0


def record_transitions(physics: PhysicsOfVM, on: int, _: int) -> int:
    state = physics.state
    state.loops = state.loops | L4 if on else state.loops & ~L4
    return 0


def report(make: Callable[[PhysicsOfVM, int], str], *, of_word: bool = False) -> Service:
    """A service that prints a report."""

    def show(physics: PhysicsOfVM, first: int, _: int) -> int:
        if of_word:
            word_of(physics, first)
        physics.fold_running()
        physics.print(make(physics, first))
        return 0

    PRINTING.append(show)
    return show


PRINTING: list[Service] = [toggle_cache, bench_lookup, reorganize]
SERVICES: tuple[Service, ...] = (
    heat_of, set_heat, freeze, is_frozen, freeze_critical, decay_rate,
    report(reports.heat_of_word, of_word=True), report(reports.all_heats), report(reports.top_words), reset_heat,
    report(reports.cache), toggle_cache, reset_statistics, report(reports.build_info), report(reports.bayesian),
    bench_lookup, report(reports.percentiles), strategy, set_strategy, reorganize, report(reports.buckets),
    report(reports.compare_lookups), report(reports.transitions), report(reports.top_transitions),
    report(reports.after_word, of_word=True), transitions, forget_transitions, record_transitions,
    report(reports.word_metrics, of_word=True), report(reports.knobs), report(reports.feedback),
)  # fmt: skip
