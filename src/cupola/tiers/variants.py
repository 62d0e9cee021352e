"""Which variants a language has: every instruction and superinstruction for every number of cells in registers."""

from __future__ import annotations

from collections.abc import Sequence

from cupola.tiers.definition.instruction import Instruction
from cupola.tiers.definition.language import Language
from cupola.tiers.expand import natural_state


def can_fuse(sequence: Sequence[Instruction]) -> bool:
    """Whether these instructions can be one superinstruction: what may end its run comes last, what needs the stack in
    memory is not among them, and what may give up does so before an earlier part wrote what was read (see `expand`)."""
    if any(each.memory_stack for each in sequence):
        return False
    if any(each.leaves() - {"slow"} for each in sequence[:-1]):
        return False
    read = unsafe = False
    for each in sequence:
        if unsafe and "slow" in each.leaves():
            return False
        reads, writes = each.touches()
        read |= reads
        unsafe |= writes and read
    return True


class VariantPlan:
    """One variant: its number, the instructions that it runs, the cells in registers before and after. Those that are
    `interpreted` have no stencil."""

    def __init__(
        self,
        number: int,
        sequence: tuple[Instruction, ...],
        state_in: int,
        state_out: int,
        *,
        step: bool = False,
        interpreted: bool = False,
    ) -> None:
        self.number = number
        self.sequence = sequence
        self.state_in = state_in
        self.state_out = state_out
        self.step = step
        self.interpreted = interpreted

    @property
    def name(self) -> str:
        """A symbol: the instructions' names and the states, as in `dup+lit 1>3`."""
        return "+".join(each.name for each in self.sequence) + f" {self.state_in}>{self.state_out}"

    @property
    def length(self) -> int:
        return sum(each.length for each in self.sequence)

    @property
    def fused(self) -> bool:
        return len(self.sequence) > 1

    @property
    def cold(self) -> bool:
        """Whether no stencil is made of it."""
        return self.interpreted or any(each.cold for each in self.sequence)

    def __repr__(self) -> str:
        return f"<variant {self.name}>"


class Plan:
    """All variants of a language, and how the shorter ones extend to the longer.

    `plain[opcode][state]` is the variant of a single instruction, None where the instruction does not exist in that
    state. `fusions[(variant, opcode)]` is the variant that covers one more instruction. Variants that are only steps
    on the way to a longer superinstruction have `step` set, and no code.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self.variants: list[VariantPlan] = []
        self.plain: list[list[VariantPlan | None]] = []
        self.fusions: dict[tuple[int, int], VariantPlan] = {}
        self._known: dict[tuple[tuple[str, ...], int], VariantPlan] = {}
        for instruction in language.instructions:
            self.plain.append([self._plain(instruction, state) for state in range(language.cache + 1)])
            self._check_jump(instruction)
        for names in language.superinstructions:
            sequence = tuple(language[name] for name in names)
            for state in range(language.cache + 1):
                self._fuse(sequence, state)

    def _plain(self, instruction: Instruction, state: int) -> VariantPlan | None:
        if instruction.memory_stack and state:
            return None
        return self._add((instruction,), state)

    def _check_jump(self, instruction: Instruction) -> None:
        """A branch must be able to arrive with the canonical number of cells, which every label can have."""
        outs = {each.state_out for each in self.plain[instruction.opcode] if each is not None}
        if instruction.jumps and self.language.canonical not in outs:
            raise TypeError(
                f"{instruction.name} jumps to its target with {' or '.join(map(str, sorted(outs)))} cells in "
                f"registers: one must be the language's canonical number, which is {self.language.canonical}"
            )

    def _add(self, sequence: tuple[Instruction, ...], state: int, *, step: bool = False) -> VariantPlan:
        key = (tuple(each.name for each in sequence), state)
        known = self._known.get(key)
        if known is not None:
            known.step = known.step and step
            return known
        out = natural_state(self.language, sequence, state)
        interpreted = len(sequence) > 1 and not self.language.cache  # native code has the parts
        made = VariantPlan(len(self.variants), sequence, state, out, step=step, interpreted=interpreted)
        self.variants.append(made)
        self._known[key] = made
        return made

    def _fuse(self, sequence: Sequence[Instruction], state: int) -> None:
        if any(each.memory_stack for each in sequence):
            raise TypeError(
                f"superinstruction {'+'.join(each.name for each in sequence)}: an instruction that works on the "
                f"stack in memory cannot be part of one"
            )
        for count in range(2, len(sequence) + 1):
            prefix = self._known[tuple(each.name for each in sequence[: count - 1]), state]
            longer = self._add(tuple(sequence[:count]), state, step=count < len(sequence))
            self.fusions[prefix.number, sequence[count - 1].opcode] = longer
