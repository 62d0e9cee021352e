"""Finalizers: the metamethods `__gc` of objects that died, called between instructions."""

from __future__ import annotations

import sys

from cupola.language.values import FUNCTION, NIL, cell, tag_of
from cupola.languages.lua.driver.errors import LuaError, Problem, Thrown

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.lua.driver.vm import LuaVM


class Finalizers:
    """Those of one VM. None is called while another one runs."""

    def __init__(self, vm: LuaVM) -> None:
        self.vm = vm
        heap = vm.address + vm.offsets["heap"][0]
        fields = vm.engine.structs["Heap"]
        self._count = heap + fields["to_finalize"][0] + vm.engine.structs["List"]["count"][0]
        self._first = heap + fields["to_finalize_first"][0]

    @property
    def waiting(self) -> bool:
        """Whether an object waits, and none is finalized now."""
        return cell(self._count) != cell(self._first) and not self.vm.heap.is_finalizing

    def run(self) -> None:
        """Call what waits."""
        if not self.waiting:
            return
        vm = self.vm
        vm.heap.is_finalizing = 1
        try:
            while value := vm.entry_next_finalizer(vm.address):
                self._call(value)
        finally:
            vm.heap.is_finalizing = 0

    def run_all(self) -> None:
        """The program has ended: call those of all objects, the last registered first, and of those made meanwhile."""
        for _ in range(10):
            self.vm.entry_finalize_everything(self.vm.address)
            if not self.waiting:
                break
            self.run()
        self.vm.flush()

    def _call(self, value: int) -> None:
        """Call the finalizer of one object; an error in it is no more than a warning."""
        vm = self.vm
        metatable = vm.objects.metatable(value)
        handler = NIL if metatable == NIL else vm.objects.get(metatable, b"__gc")
        if tag_of(handler) != FUNCTION:
            return
        try:
            vm.call_inside(handler, [value])
        except LuaError as error:
            self._warn(str(error))
        except Thrown as thrown:
            from cupola.languages.lua.driver import messages

            self._warn(messages.text_of_error(vm, thrown.value))
        except Problem as problem:
            self._warn(problem.message.decode("utf-8", "replace"))

    def _warn(self, text: str) -> None:
        if self.vm.warnings:
            self.vm.flush()
            print(f"Lua warning: error in __gc ({text})", file=sys.stderr, flush=True)
