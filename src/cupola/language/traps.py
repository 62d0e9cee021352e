"""Traps: chosen instructions come back to the driver before they run, on every tier; it lets them run by single steps.

While traps are laid, every instruction runs by its plain threaded handler, so that each one looks at the header of the
next, where a trap is another handler. Native code and the loops of the other interpreters look at no headers, and wait.
"""

from __future__ import annotations

from cupola.tiers.headers import OPCODE_MASK, OPCODE_OFFSET, VARIANT_OFFSET

HEADER_BYTES = 8

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Container

    from cupola.language.driver import Driver


class Traps:
    """The traps of one VM; `handler` is the symbol of a slow path that exits with a reason of the language's own."""

    def __init__(self, vm: Driver, handler: str) -> None:
        engine = vm.engine
        self.vm = vm
        self._trap = engine.symbols[handler]
        self._lengths = [each[1] for each in engine.forms]
        self._plain = [engine.plain_handler(opcode) for opcode in range(len(self._lengths))]
        self._step = engine.step
        self._kept: dict[int, tuple[int, int]] = {}  # of headers before: the handler, the variant

    @property
    def are_laid(self) -> bool:
        """Whether there are any."""
        return bool(self._kept)

    def lay(self, start: int, end: int, wanted: Container[int]) -> None:
        """Lay traps at the wanted addresses of guest code from `start` to `end`; the rest of it runs as said above."""
        memory, origin, at = self.vm.memory, self.vm.address, start
        while at < end:
            header = memory.read(at - origin, HEADER_BYTES)
            opcode = int.from_bytes(header[OPCODE_OFFSET : OPCODE_OFFSET + 2], "little") & OPCODE_MASK
            self._kept.setdefault(at, _handler_and_variant(header))
            self._write(at, self._trap if at in wanted else self._plain[opcode])
            at += self._lengths[opcode]

    def lay_one(self, at: int) -> None:
        """One more trap, in code where some were laid."""
        self._write(at, self._trap)

    def lift(self) -> None:
        """Take all traps away: code runs as before."""
        for at in self._kept:
            self._lift_one(at)
        self._kept.clear()

    def lift_from(self, start: int, end: int) -> None:
        """The same for guest code from `start` to `end`."""
        for at in [each for each in self._kept if start <= each < end]:
            self._lift_one(at)
            del self._kept[at]

    def _lift_one(self, at: int) -> None:
        """Give an instruction its handler back; it may have learnt meanwhile what it is."""
        engine = self.vm.engine
        handler, variant = self._kept[at]
        now = _handler_and_variant(self.vm.memory.read(at - self.vm.address, HEADER_BYTES))[1]
        if now != variant and handler == engine.handler_of(variant):
            handler = engine.handler_of(now)
        self._write(at, handler)

    def _write(self, at: int, handler: int) -> None:
        self.vm.memory.write(at - self.vm.address, handler.to_bytes(4, "little"))

    def step(self) -> int:
        """Run the instruction that was trapped, and go on; why native code came back then."""
        vm = self.vm
        before, vm.enter = vm.enter, self._step
        try:
            return vm.go()
        finally:
            vm.enter = before


def _handler_and_variant(header: bytes) -> tuple[int, int]:
    handler, variant = header[:OPCODE_OFFSET], header[VARIANT_OFFSET : VARIANT_OFFSET + 2]
    return int.from_bytes(handler, "little"), int.from_bytes(variant, "little")
