"""What native code knows of open files (`library.streams.Stream`), in memory that Python shares with it."""

from __future__ import annotations

import ctypes

from cupola.language.fields import Fields
from cupola.languages.lua.stream_numbers import WRITING

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from typing import Any

    from cupola.languages.lua.driver.vm import LuaVM
    from cupola.tiers.structs import StructFields


def stream_class(fields: StructFields) -> type[Any]:
    """Streams of files, which live as long as the objects of Python."""
    cells = sorted(fields, key=lambda name: fields[name][0])
    return type("Stream", (ctypes.Structure,), {"_fields_": [(name, ctypes.c_int64) for name in cells]})


def output_place(vm: LuaVM) -> int:
    """The address of the stream of what is printed, which is a part of the VM."""
    return vm.address + vm.offsets["library"][0] + vm.engine.structs["Library"]["output"][0]


def output_stream(vm: LuaVM) -> Fields:
    """The stream of what is printed, ready to be used."""
    stream = Fields(vm.memory, vm.engine.structs["Stream"], output_place(vm) - vm.address)
    place, size, _ = vm.engine.structs["Library"]["output_bytes"]
    stream.bytes = vm.address + vm.offsets["library"][0] + place
    stream.room = size
    stream.descriptor = -1
    stream.mode = WRITING
    return stream
