"""Reading and writing the fields of a struct in a VM's memory from Python, by name."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

    from cupola.machine.memory import LowMemory


class Fields:
    """The number fields of one struct, which lies `offset` bytes into `memory`, as attributes."""

    def __init__(self, memory: LowMemory, struct: Any, offset: int) -> None:
        self.__dict__.update(_memory=memory, _fields=struct.fields, _offset=offset)

    def __getattr__(self, name: str) -> int:
        try:
            field = self._fields[name]
        except KeyError:
            raise AttributeError(f"no field {name!r}; there are {', '.join(self._fields)}") from None
        data = self._memory.read(self._offset + field.offset, field.type.size)
        return int.from_bytes(data, "little", signed=getattr(field.type, "signed", False))

    def __setattr__(self, name: str, value: int) -> None:
        field = self._fields[name]
        mask = (1 << 8 * field.type.size) - 1
        self._memory.write(self._offset + field.offset, (value & mask).to_bytes(field.type.size, "little"))
