"""A guest language: its machine, its instructions and its runtime functions, collected for the tiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, overload

from cupola.ir.types import F64, I64, PTR, Type
from cupola.kernel.function import KernelFunction
from cupola.kernel.layout import Namespace, RegistersType, namespace_of
from cupola.tiers.definition.instruction import Instruction

# How many machine registers survive a call of a C function: they come first in the handlers' signature.
SURVIVING = 4
LEADING = 3  # of those, that every machine begins with
MOST_CACHED = 7  # cells in registers
FLOAT_TOP = "ftop"  # the register that holds the topmost float; the others lie where the register `fp` leads


def shuffle() -> None:
    """Bring the number of cells in registers to the one that the name says; nothing else changes."""


class Language:
    """The definition of a guest language.

    `machine` is a `registers` class whose first field is `vm` (a pointer to the VM's struct, which begins with a
    `tiers.layout.Context`), whose second is `budget`, and whose last is `pc`. `cache` is how many cells of the top
    of the stack may be in registers; then the third field, `sp`, points to the topmost cell that is in memory, the
    stack grows down, and cells have 8 bytes. `canonical` is how many cells are in registers where control comes
    from or goes to unknown places. With two fields `fp` (a pointer to f64) and `ftop` (f64) there is a stack of floats,
    whose topmost is always in `ftop`; `fp` leads to the one below it, and that stack grows down, too. `flags` gives the
    number that the language's native code finds in `layout.Facts.flags` for an instruction, `extra` whatever else of
    plain data the image should keep for the language's VMs. `structs` are those that the driver reads and
    that the struct of the VM does not lead to. `pinned` are fields of the machine that always have the same value,
    which no instruction sets; `passing` are those that mean something to the next instruction only: one that neither
    reads nor sets such a field leaves nothing in it, unless it `passes` it on. See `tiers.pinned`.
    """

    def __init__(
        self,
        name: str,
        *,
        version: str,
        machine: object,
        cache: int = 0,
        canonical: int = 0,
        flags: Callable[[Instruction], int] = lambda instruction: 0,
        extra: Callable[[Language], dict[str, Any]] = lambda language: {},
        structs: Sequence[Any] = (),
        pinned: Mapping[str, int] | None = None,
        passing: Sequence[str] = (),
    ) -> None:
        if not isinstance(machine, RegistersType):
            raise TypeError(
                f"the machine of {name} must be a class decorated with @registers, found {machine!r}"
            )
        self.name = name
        self.version = version
        self.machine = machine
        self.cache = cache
        self.canonical = canonical
        self.flags = flags
        self.extra = extra
        self.structs = tuple(structs)
        self.pinned = dict(pinned or {})
        self.passing = tuple(passing)
        self.instructions: list[Instruction] = []
        self.superinstructions: list[tuple[str, ...]] = []
        self.slow_paths: list[KernelFunction[Any, Any]] = []
        self.entries: list[KernelFunction[Any, Any]] = []
        self.exports: dict[str, KernelFunction[Any, Any]] = {}
        self._by_name: dict[str, Instruction] = {}
        for state in range(cache + 1):
            self._add(shuffle, namespace_of(0), f"to_{state}", {"out_state": state})

    # --- definitions ------------------------------------------------------------------------------------------------

    @overload
    def instruction(self, function: Callable[..., Any], *, name: str = "", **options: Any) -> Instruction: ...

    @overload
    def instruction(
        self, *, name: str = "", **options: Any
    ) -> Callable[[Callable[..., Any]], Instruction]: ...

    def instruction(
        self, function: Callable[..., Any] | None = None, *, name: str = "", **options: Any
    ) -> Instruction | Callable[[Callable[..., Any]], Instruction]:
        """Decorator: makes a typed Python function an instruction. Options are those of `Instruction`."""
        if function is None:
            return lambda real: self._add(real, namespace_of(1), name, options)
        return self._add(function, namespace_of(1), name, options)

    def _add(
        self, function: Callable[..., Any], names: Namespace, name: str, options: dict[str, Any]
    ) -> Instruction:
        real = KernelFunction(function, frozenset(), names)
        made = Instruction(name or function.__name__, len(self.instructions), real, **options)
        if made.name in self._by_name:
            raise ValueError(f"{self.name} defines the instruction {made.name!r} twice")
        self.instructions.append(made)
        self._by_name[made.name] = made
        return made

    def slow_path(self, function: Callable[..., Any]) -> KernelFunction[Any, Any]:
        """Decorator: a kernel function that takes the machine, with the whole stack in memory; see `leaves.slow`.

        When it returns, the guest goes on after the instruction that was given up.
        """
        made = KernelFunction(function, frozenset(("slow",)), namespace_of(1))
        self.slow_paths.append(made)
        return made

    def entry(self, function: Callable[..., Any]) -> KernelFunction[Any, Any]:
        """Decorator: a kernel function that the driver calls as a C function."""
        made = KernelFunction(function, frozenset(), namespace_of(1))
        self.entries.append(made)
        return made

    def export(self, name: str, function: KernelFunction[Any, Any]) -> None:
        """Let the driver know the address of a kernel function by a name: one that guest objects lead to."""
        if name in self.exports:
            raise ValueError(f"{self.name} exports {name!r} twice")
        self.exports[name] = function

    def superinstruction(self, *names: str) -> None:
        """Derive one instruction from several that follow each other."""
        for each in names:
            self[each]
        self.superinstructions.append(names)

    # --- questions --------------------------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Instruction:
        try:
            return self._by_name[name]
        except KeyError:
            raise KeyError(f"{self.name} has no instruction {name!r}") from None

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    @property
    def least_at_label(self) -> int:
        """How many cells are in registers at least where guest code branches: the topmost is wanted nearly always."""
        return min(1, self.canonical)

    @property
    def fields(self) -> list[tuple[str, Type]]:
        """The machine registers and their types, in the order of the machine's class."""
        return [(name, type.ir) for name, type in self.machine.fields.items()]

    @property
    def signature(self) -> list[tuple[str, Type]]:
        """The parameters of every handler: surviving registers, cached cells, the other registers. What is pinned is
        among those that survive."""
        fields = self.fields
        first = [each for each in fields[:LEADING] if each[0] not in self.pinned]
        pinned = [each for each in fields if each[0] in self.pinned]
        fields = [*first, *pinned, *(each for each in fields[LEADING:] if each[0] not in self.pinned)]
        cells = [(f"c{index}", I64) for index in range(self.cache)]
        return [*fields[:SURVIVING], *cells, *fields[SURVIVING:]]

    def check(self) -> None:
        """Raise TypeError if the machine does not have the shape that the tiers rely on."""
        fields = self.fields
        expected = {0: ("vm", PTR), 1: ("budget", I64), len(fields) - 1: ("pc", PTR)}
        if self.cache:
            expected[2] = ("sp", PTR)
        if FLOAT_TOP in dict(fields) and (dict(fields)[FLOAT_TOP], dict(fields).get("fp")) != (F64, PTR):
            raise TypeError(
                f"{self.name}: a stack of floats takes the fields `fp`, a pointer, and `ftop`, an f64"
            )
        expected |= {place: (name, I64) for place, (name, _) in enumerate(fields) if name in self.pinned}
        for place, wanted in expected.items():
            if fields[place] != wanted:
                raise TypeError(
                    f"{self.name}: field {place} of the machine must be {wanted}, found {fields[place]}"
                )
        if not 0 <= self.canonical <= self.cache <= MOST_CACHED:
            raise TypeError(
                f"{self.name}: expected 0 <= canonical <= cache <= {MOST_CACHED}, "
                f"found canonical={self.canonical}, cache={self.cache}"
            )
