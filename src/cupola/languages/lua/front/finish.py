"""The last step for a function: its draft becomes its code.

Places for values that nobody needed are dropped, `close` is put before what leaves blocks with something to close,
and jumps to jumps are led to where those go.
"""

from __future__ import annotations

from cupola.languages.lua.front.code import FunctionCode, Instruction, Local, Upvalue
from cupola.languages.lua.front.emitting import LINE, NAME, PLACE, TARGET, A, B
from cupola.languages.lua.front.expression import Draft
from cupola.languages.lua.front.scopes import Scopes

# Instructions that take open values which the one before has left: index of the first of them.
OPEN = {
    "return_open": lambda draft: draft[A] + draft[B],
    "tail_call_open": lambda draft: draft[A] + 3 + draft[B],
}

# These go back to the bodies of their loops, whatever is there.
LOOPS = frozenset({"for_loop", "for_in_loop"})
JUMPS = frozenset({"jump", "loop"})
RETURNS = frozenset({"return_0", "return_1", "return"})  # as short as a jump to them


def finish(f: Scopes, code: FunctionCode, parameters: int) -> None:
    """Fill in the code of a function whose source was read to its end."""
    drafts = f.code
    drafts[0][B] = f.frame_size
    thread(drafts, f.closes)
    spans = f.locals
    if f.closes or f.has_dropped or any(each[NAME] is PLACE for each in drafts):
        drafts, new = rebuild(drafts, f.closes)
        spans = [(name, register, new[first], new[last]) for name, register, first, last in spans]
    code.instructions = [Instruction._make(each[:LINE]) for each in drafts]
    code.lines = [each[LINE] for each in drafts]
    code.locals = [Local(*each) for each in sorted(spans, key=lambda span: (span[2], span[1]))]
    code.upvalues = [Upvalue(*each) for each in f.upvalues]
    code.parameters = parameters
    code.is_vararg = f.is_vararg
    code.frame_size = f.frame_size


def thread(drafts: list[Draft], closes: dict[int, int]) -> None:
    """Lead jumps to jumps to where those go; a jump to the end of a loop's body goes back, one to a return returns."""
    for at, draft in enumerate(drafts):
        target = draft[TARGET]
        if target is None or draft[NAME] in LOOPS:
            continue
        target = landing(drafts, target)
        while drafts[target][NAME] == "jump":
            target = landing(drafts, drafts[target][TARGET])
        if draft[NAME] in JUMPS:
            there = drafts[target]
            if there[NAME] == "loop":
                target = landing(drafts, there[TARGET])
            elif there[NAME] in RETURNS:
                if target in closes:
                    closes[at] = closes[target]
                draft[:] = there
                continue
            draft[NAME] = "loop" if target <= at else "jump"
        draft[TARGET] = target


def landing(drafts: list[Draft], target: int) -> int:
    """Return the first instruction from `target` on that will not be dropped."""
    while drafts[target][NAME] is None or drafts[target][NAME] is PLACE:
        target += 1
    return target


def rebuild(drafts: list[Draft], closes: dict[int, int]) -> tuple[list[Draft], list[int]]:
    """Drop instructions and put others in; returns the new list, and where each old index has gone to."""
    made: list[Draft] = []
    new: list[int] = []
    for at, draft in enumerate(drafts):
        new.append(len(made))
        name = draft[NAME]
        if name is None or name is PLACE:
            continue
        register = closes.get(at)
        if register is not None:
            first = OPEN.get(name)
            if first is None:
                made.append(["close", register, 0, 0, None, None, draft[LINE]])
            else:
                made.append(["close_open", register, first(draft), 0, None, None, draft[LINE]])
        made.append(draft)
    new.append(len(made))
    for draft in made:
        if draft[TARGET] is not None:
            draft[TARGET] = new[draft[TARGET]]
    return made, new
