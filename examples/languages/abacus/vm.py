"""Runs Abacus: serves what native code comes back for, and says where the guest is after an error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cupola.language import GuestError, Language, Limits, Place, StackVM, Thresholds, load_engine

from . import definition
from .compiler import AbacusError, Compiler, Token

if TYPE_CHECKING:
    from collections.abc import Callable

SYNTAX = -1  # the code of errors that the compiler finds
MESSAGES = {
    definition.ZERO_DIVISOR: "division by zero",
    definition.TOO_DEEP: "too many calls inside each other",
}


def define() -> Language:
    """The definition, for building its image."""
    return definition.abacus


class AbacusVM(StackVM):
    """One Abacus system; `printed` are the numbers that its programs printed."""

    def __init__(
        self,
        tier: str = "auto",
        thresholds: Thresholds | None = None,
        limits: Limits | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        engine = load_engine("abacus", define, [os.path.dirname(__file__)], progress)
        super().__init__(engine, definition.VM, tier=tier, thresholds=thresholds, limits=limits)
        self.printed: list[int] = []
        self.source, self.name = "", ""
        self.starts: dict[str, int] = {}
        self.parameters: dict[str, int] = {}

    def run(self, source: str, name: str = "<string>") -> None:
        """Compile a program, and call its function `main` if it has one. Raises GuestError and its kin."""
        self.source, self.name = source, name
        program = self.assembler()
        try:
            compiled = Compiler(source, program)
        except AbacusError as error:
            raise GuestError(SYNTAX, str(error), self.place(error.token)) from None
        if not compiled.starts:
            return
        code = self.load(program)
        self.starts = {function: code.address(label) for function, label in compiled.starts.items()}
        self.parameters = {name: each.parameters for name, each in compiled.functions.items()}
        if "main" in self.starts:
            self.call("main")

    def call(self, function: str, *arguments: int) -> int:
        """Call a function of the program that ran last; its result."""
        if function not in self.starts:
            raise GuestError(SYNTAX, f"there is no function {function!r}")
        if len(arguments) != self.parameters[function]:
            wanted = self.parameters[function]
            raise GuestError(SYNTAX, f"{function} takes {wanted} numbers, found {len(arguments)}")
        self.run_at(self.starts[function], *arguments, fp=self.stack_start)
        return self.vm.value

    def serve(self, reason: int) -> bool:
        if reason == definition.PRINT:
            self.printed.append(self.vm.value)
        elif reason in MESSAGES:
            raise self.stopped(GuestError(reason, MESSAGES[reason]))
        return reason != definition.DONE

    def callers(self) -> Iterator[int]:
        """Walk the frames: each holds its caller's address and frame."""
        fp = self.register("fp")
        while fp > self.stack_start:
            yield self.cell_at(fp)
            fp = self.cell_at(fp + 8)

    def place(self, position: Any) -> Place | None:
        if not isinstance(position, Token):
            return None
        return Place.within(self.name, self.source, position.start, len(position.text))
