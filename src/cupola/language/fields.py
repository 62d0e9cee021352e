"""Reading and writing the fields of a struct in a VM's memory from Python, by name."""

from __future__ import annotations

from cupola.tiers.structs import fields_of

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

    from cupola.machine.memory import LowMemory


class Fields:
    """The number fields of one struct, which lies `offset` bytes into `memory`, as attributes.

    `struct` is a struct of the kernel language, or its fields as the image has them (`tiers.structs`).
    """

    _memory: LowMemory
    _fields: dict[str, tuple[int, int, bool]]
    _offset: int

    def __init__(self, memory: LowMemory, struct: Any, offset: int) -> None:
        fields = struct if isinstance(struct, dict) else fields_of(struct)
        self.__dict__.update(_memory=memory, _fields=fields, _offset=offset)

    def _find(self, name: str) -> tuple[int, int, bool]:
        try:
            return self._fields[name]
        except KeyError:
            raise AttributeError(f"no field {name!r}; there are {', '.join(self._fields)}") from None

    def __getattr__(self, name: str) -> int:
        offset, size, signed = self._find(name)
        return int.from_bytes(self._memory.read(self._offset + offset, size), "little", signed=signed)

    def __setattr__(self, name: str, value: int) -> None:
        offset, size, _ = self._find(name)
        self._memory.write(self._offset + offset, (value & (1 << 8 * size) - 1).to_bytes(size, "little"))
