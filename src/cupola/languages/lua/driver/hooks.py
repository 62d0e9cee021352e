"""debug.sethook: functions of the program that are called before lines, at calls and returns, and after so many steps.

Lines, calls and returns are seen by traps (`language.traps`) at the instructions where they can be; what a trap means
is found out when it is met. Steps are counted by the budget, as those of limits are. Without hooks there is neither.
"""

from __future__ import annotations

from cupola.language.traps import Traps
from cupola.language.values import NIL, cell, set_cell
from cupola.languages.lua import constants as c
from cupola.languages.lua.driver.functions import PRELUDE
from cupola.languages.lua.driver.stack import CELL

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Iterable

    from cupola.languages.lua.driver.functions import Loaded
    from cupola.languages.lua.driver.stack import Level
    from cupola.languages.lua.driver.vm import LuaVM

RETURNS = frozenset({"return_0", "return_1", "return", "return_open"})
NATIVE_STUBS = (
    c.STUB_NATIVE, c.STUB_POLLED_NATIVE, c.STUB_UPCALL, c.STUB_PCALL, c.STUB_XPCALL, c.STUB_RESUME, c.STUB_WRAP,
    c.STUB_YIELD,
)  # fmt: skip
CALL, RETURN, LINE = "c", "r", "l"
ORDER = CALL + RETURN + LINE  # in which `gethook` tells them


class Hook:
    """What one coroutine wants to know: the function, the letters of the events, and steps (0: no counting)."""

    __slots__ = ("count", "function", "mask")

    def __init__(self, function: int, mask: str, count: int) -> None:
        self.function = function
        self.mask = "".join(each for each in ORDER if each in mask)
        self.count = count


class Hooks:
    """All hooks of a VM, one for each coroutine that has one."""

    def __init__(self, vm: LuaVM) -> None:
        self.vm = vm
        self.traps = Traps(vm, c.TRAP_HANDLER)
        self.hooks: dict[int, Hook] = {}  # by the coroutine's address
        self.mask = ""  # of all together
        self.pc = 0  # where the program is while a hook runs
        self._frame: tuple[int, int] | None = None  # of the hook that runs
        # By frame (see `_place`): the function and the number of the instruction that it was at.
        self._seen: dict[tuple[int, int], tuple[int, int]] = {}
        # Native functions, by the caller's frame and where it goes on.
        self._waiting: dict[tuple[tuple[int, int], int], int] = {}
        self._stubs = {vm.stubs[each] for each in NATIVE_STUBS}

    # --- setting --------------------------------------------------------------------------------------------

    def give(self, coroutine: int, hook: Hook | None) -> None:
        """Give a coroutine a hook, or take it away."""
        before = self.mask
        if hook is None:
            self.hooks.pop(coroutine, None)
        else:
            self.hooks[coroutine] = hook
        self.mask = "".join(each for each in ORDER if any(each in one.mask for one in self.hooks.values()))
        if self.mask != before:
            self.traps.lift()
            if self.mask:
                self._lay_all()
        self._note_frames()
        self._begin_count()

    def get(self, coroutine: int) -> Hook | None:
        """The hook of a coroutine."""
        return self.hooks.get(coroutine)

    def added(self, loaded: Loaded) -> None:
        """There is a new function."""
        if self.mask:
            self._lay(loaded)

    def removed(self, functions: Iterable[Loaded]) -> None:
        """These functions are gone."""
        for loaded in functions:
            self.traps.lift_from(loaded.start, loaded.end)

    def _lay_all(self) -> None:
        for loaded in self.vm.functions.loaded:
            self._lay(loaded)
        wanted = self._stubs if CALL in self.mask or RETURN in self.mask else ()
        first, last = min(self.vm.stubs), max(self.vm.stubs)
        self.traps.lay(first, last + 1, wanted)

    def _lay(self, loaded: Loaded) -> None:
        self.traps.lay(
            loaded.start, loaded.end, {loaded.start + loaded.places[at] for at in self._places(loaded)}
        )

    def _places(self, loaded: Loaded) -> set[int]:
        """The instructions of a function where something may be to tell."""
        found = {0}  # its call, and with it that the frame is a new one
        code = loaded.code.instructions
        if RETURN in self.mask:
            found.update(at for at, each in enumerate(code) if each.name in RETURNS)
        if LINE in self.mask and loaded.code.source != PRELUDE:
            lines = loaded.code.lines
            found.update(at for at in range(1, len(code)) if at == 1 or lines[at] != lines[at - 1])
            for at, each in enumerate(code):
                if each.target is not None:
                    found.update((at, each.target))
        return found

    def _note_frames(self) -> None:
        """Note where the functions that run are: their present lines have begun already."""
        self._seen.clear()
        self._waiting.clear()
        vm = self.vm
        if not self.mask or not vm.vm.level:
            return
        native: Level | None = None
        for level in vm.stack.levels(vm.register("base"), vm.register("pc")):
            if level.loaded is not None:
                self._seen[self._place(level.base)] = (
                    level.loaded.start,
                    level.loaded.instruction_at(level.pc),
                )
            if native is not None and native.stub is None:
                self._await(native.base)
            native = level if level.loaded is None else None

    # --- what happens ---------------------------------------------------------------------------------------

    def serve(self, reason: int) -> int | None:
        """An instruction with a trap is going to run, or so many steps are done. Tell what that means, and let a
        trapped instruction run; why native code came back then."""
        if reason == c.TICK:
            self._count()
            return None
        hook = None if self._frame is not None else self.get(self.vm.heap.current)
        if hook is not None:
            self._look(hook)
        while (reason := self.traps.step()) == c.TICK:  # the instruction has not run
            self._count()
        return reason

    def _look(self, hook: Hook) -> None:
        vm = self.vm
        base, pc = vm.register("base"), vm.register("pc")
        if pc in self._stubs:
            self._native_begins(hook, base)
            return
        loaded = vm.functions.at(pc)
        assert loaded is not None
        returned = self._waiting.pop((self._place(base), pc), None)
        if returned is not None:
            self._native_ended(hook, returned)
        at = loaded.instruction_at(pc)
        if at == 0:
            self._enter(hook, loaded, base)
        elif LINE in hook.mask and loaded.code.source != PRELUDE:
            self._line(hook, loaded, base, at)
        if RETURN in hook.mask and loaded.code.instructions[at].name in RETURNS and not self._is_silent(base):
            self._call(hook, "return")

    def _enter(self, hook: Hook, loaded: Loaded, base: int) -> None:
        """A function begins. The frame of one with `...` moves up."""
        moved = (self.vm.register("n") + c.VARARG_CELLS) * CELL if loaded.code.is_vararg else 0
        self._seen.pop(self._place(base + moved), None)
        if CALL in hook.mask and not self._is_silent(base):
            is_tail = cell(base + c.LINK * CELL) > c.LINK_MASK
            self._call(hook, "tail call" if is_tail else "call")

    def _line(self, hook: Hook, loaded: Loaded, base: int, at: int) -> None:
        """A line begins, if it is another one than before, or the program has gone back."""
        place = self._place(base)
        before = self._seen.get(place)
        self._seen[place] = loaded.start, at
        lines = loaded.code.lines
        if before is None or before[0] != loaded.start or at <= before[1] or lines[at] != lines[before[1]]:
            self._call(hook, "line", lines[at] if lines[at] > 0 else None)  # a stripped one has none

    def _native_begins(self, hook: Hook, base: int) -> None:
        if self._is_internal():
            return
        if CALL in hook.mask:
            self._call(hook, "call")
        self._await(self.vm.register("base"))

    def _await(self, base: int) -> None:
        """See when the native function at `base` returns, if it returns to a function of the guest."""
        caller = cell(base + c.CALLER * CELL)
        if self.vm.functions.at(caller) is not None:
            self.traps.lay_one(caller)
            function = cell(base + c.FUNCTION * CELL)
            self._waiting[self._place(base - (cell(base + c.LINK * CELL) & c.LINK_MASK)), caller] = function

    def _native_ended(self, hook: Hook, function: int) -> None:
        """A native function has returned: for its hook it has a frame once more."""
        if RETURN not in hook.mask:
            return
        vm = self.vm
        base, n, pc = vm.register("base"), vm.register("n"), vm.register("pc")
        top = vm.live_top()
        inner = top + c.FRAME_CELLS * CELL
        for place, value in ((c.FUNCTION, function), (c.CALLER, pc), (c.LINK, inner - base)):
            set_cell(inner + place * CELL, value)
        vm.set_register("base", inner)
        vm.set_register("n", 0)
        try:
            self._call(hook, "return")
        finally:
            vm.set_register("base", vm.register("base") - (inner - base))  # the stack may have moved
            vm.set_register("n", n)

    def _is_silent(self, base: int) -> bool:
        """Whether the function at `base` is a part of a native one, which was told of already."""
        place = self._place(base - (cell(base + c.LINK * CELL) & c.LINK_MASK)), cell(base + c.CALLER * CELL)
        return place in self._waiting or self._is_internal()

    def _is_internal(self) -> bool:
        """Whether the library itself has called the function on top."""
        vm = self.vm
        frames = vm.stack.frames(vm.register("base"), vm.register("pc"))
        inner, outer = next(frames), next(frames, None)
        return outer is not None and outer.is_prelude and (inner.loaded is None or inner.is_prelude)

    # --- steps ----------------------------------------------------------------------------------------------

    def _begin_count(self) -> None:
        """The next portion of steps begins."""
        portion = self._portion()
        self.vm.next_stop = self.vm.steps + portion if portion else None

    def _portion(self) -> int:
        """The steps until the running coroutine wants to know, or one that may run then; 0: none does."""
        hook = self.get(self.vm.heap.current)
        if hook is not None and hook.count:
            return hook.count
        return min((each.count for each in self.hooks.values() if each.count), default=0)

    def _count(self) -> None:
        """A portion is used up."""
        vm = self.vm
        portion = self._portion()
        if vm.next_stop is None or not portion:
            vm.next_stop = None
            return
        vm.next_stop += portion
        hook = self.get(vm.heap.current)
        if hook is not None and hook.count:
            self._call(hook, "count")

    # --- calling --------------------------------------------------------------------------------------------

    def _call(self, hook: Hook, event: str, line: int | None = None) -> None:
        """Call a hook above all that the function on top uses. Its own steps do not count."""
        vm = self.vm
        top = vm.live_top()
        self._frame = self._place(top + c.FRAME_CELLS * CELL)
        self.pc = vm.register("pc")
        due, vm.next_stop, began = vm.next_stop, None, vm.steps
        try:
            what = vm.objects.string(event.encode())
            vm.call_inside(hook.function, [what, NIL if line is None else vm.objects.integer(line)], top)
        finally:
            self._frame = None
        if due is not None and self.get(vm.heap.current) is hook:
            vm.next_stop = due + vm.steps - began

    def _place(self, base: int) -> tuple[int, int]:
        """What names a frame, wherever its stack moves: the coroutine, and how far it is from the stack's beginning."""
        coroutine = self.vm.heap.current
        return coroutine, base - cell(coroutine + self.vm.objects.stack_offset)

    def called_at(self, base: int) -> bool:
        """Whether the frame at `base` is that of the hook that runs."""
        return self._frame is not None and self._frame == self._place(base)
