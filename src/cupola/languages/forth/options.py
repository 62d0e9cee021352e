"""What native code asks about the options (`cupola.policy.options`): whether one is on, and counting what it did."""

from __future__ import annotations

from cupola.kernel import Ptr, i64, inline
from cupola.languages.forth.machine import VM


@inline
def is_on(vm: Ptr[VM], option: i64) -> bool:
    """Whether the option with this number is on. For code that compiles or hands out, not for guest code."""
    return vm.options >> option & 1 != 0


@inline
def acted(vm: Ptr[VM], option: i64) -> None:
    """Count that the option with this number did something."""
    vm.acted[option] += 1
