"""The registry of native functions: one definition each, from which the driver makes objects and libraries' tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from cupola.kernel import KernelFunction, Ptr, i64
from cupola.languages.lua.machine import VM

NativeKernel = KernelFunction[[Ptr[VM], Ptr[i64], i64], i64]

INTERNAL = "native"  # the library of what only the prelude sees
MODULES = (  # where the natives stand
    "basics",
    "showing",
    "files",
    "coroutines",
    "mathematics",
    "strings",
    "formatting",
    "packing",
    "unicode",
    "sequences",
    "joining",
    "sorting",
    "patterns.searching",
    "patterns.replacing",
    "patterns.stepping",
    "system",
)


@dataclass(frozen=True)
class Native:
    """A native function: of a library ("" is the basic one), with a name there.

    `values` says how many values its object has; the prelude fills them (`native.attach`). `args[-3]` is the object.
    """

    library: str
    name: str
    function: NativeKernel
    values: int = 0

    @property
    def qualified(self) -> str:
        """`string.sub`, `type`: its key in the registry and in the table that the prelude gets."""
        return f"{self.library}.{self.name}" if self.library else self.name


REGISTRY: dict[str, Native] = {}


def native(library: str, *names: str, values: int = 0) -> Callable[[NativeKernel], NativeKernel]:
    """Decorator: the kernel function is the native function of that library, under each of the names."""

    def register(function: NativeKernel) -> NativeKernel:
        for name in names:
            made = Native(library, name, function, values)
            if made.qualified in REGISTRY:
                raise ValueError(f"there are two native functions {made.qualified!r}")
            REGISTRY[made.qualified] = made
        return function

    return register


def all_natives() -> tuple[Native, ...]:
    """All native functions, always in the same order."""
    for each in MODULES:
        import_module(f"cupola.languages.lua.library.{each}")
    return tuple(REGISTRY.values())
