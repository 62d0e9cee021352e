"""What the analysis of a definition knows of one stack, at one place, and how that changes from there to the next.

The data stack and the stack of floats are counted in the same way; `analysis` walks over the definition.
"""

from __future__ import annotations

from cupola.kernel import Ptr, i16, i64, inline, kernel, struct, u8
from cupola.languages.forth.constants import UNKNOWN_CHANGE

UNKNOWN = UNKNOWN_CHANGE  # a change that is not the same on every way
PLENTY = 16383  # more elements than any word needs
MOST = 8000  # elements that are counted: of more than that nothing is known
CHECK, CHECK_LOOP = 1, 2  # why room is checked: much was pushed, or each round of a loop pushes more


@struct
class Height:
    """What is known of one stack right before an instruction.

    `have`: elements that are surely there. `change`: elements more than at the start of the word, or UNKNOWN.
    `back_have` and `back_change`: the same by the ways that lead back here. `need`: elements to check for, or 0.
    `room`: why to check for room, or 0. `rise`: elements that it has grown by since the last such check, at most; for
    cells, that both stacks together have.
    """

    have: i16
    change: i16
    back_have: i16
    back_change: i16
    need: i16
    rise: i16
    room: u8
    unused: u8


@struct
class Running:
    """What is known of one stack where the walk is; see `Height`."""

    have: i64
    change: i64
    rise: i64


@struct
class Total:
    """What is found out about one stack: the change by every way out (or UNKNOWN), and the most elements that the word
    pushes. `assumed` is the change that calls of the word itself are taken to make (PLENTY: none yet), `guess` the
    change by the first way out for which it is known."""

    change: i64
    assumed: i64
    guess: i64
    growth: i64


@inline
def start(now: Ptr[Running], have: i64, change: i64) -> None:
    """Control comes from elsewhere."""
    now.have = have
    now.change = change
    now.rise = 0


@inline
def meet(left: i64, right: i64) -> i64:
    """The change that two ways agree on, or UNKNOWN."""
    return left if left == right else UNKNOWN


@kernel
def arrive(now: Ptr[Running], height: Ptr[Height], above: bool, below: bool, falls: bool) -> None:
    """Come to a label: what is known is what all ways that lead there agree on. These are what control `falls` out of,
    branches from `above`, and those from below; `below`: there are no others."""
    if above:
        now.have = min(now.have, i64(height.have)) if falls else i64(height.have)
        now.change = meet(now.change, i64(height.change)) if falls else i64(height.change)
        now.rise = max(now.rise, i64(height.rise)) if falls else i64(height.rise)
    elif below:
        start(now, PLENTY, i64(height.back_change))
    now.have = min(now.have, i64(height.back_have))
    if i64(height.back_change) != PLENTY and i64(height.back_change) != now.change:
        now.change = UNKNOWN


@inline
def note(now: Ptr[Running], height: Ptr[Height]) -> None:
    """Note what is known right before an instruction."""
    height.rise = i16(now.rise)
    height.have = i16(now.have)
    height.change = i16(now.change)


@kernel
def step(now: Ptr[Running], more: i64) -> None:
    """Go over an instruction that leaves `more` elements, or PLENTY if nobody knows how many."""
    if more == PLENTY:
        now.have = 0
        now.change = UNKNOWN
        return
    total = now.change + more
    lost = now.change == UNKNOWN or total > MOST or total < -MOST
    now.have = min(max(now.have + more, 0), MOST)
    now.change = UNKNOWN if lost else total


@kernel
def lead_on(now: Ptr[Running], height: Ptr[Height], first: bool) -> None:
    """Note a way to an instruction further down; `first`: no other is known yet."""
    if first:
        note(now, height)
        return
    height.have = i16(min(i64(height.have), now.have))
    height.change = i16(meet(i64(height.change), now.change))
    height.rise = i16(max(i64(height.rise), now.rise))


@kernel
def lead_back(now: Ptr[Running], height: Ptr[Height]) -> bool:
    """Note a way back to an instruction; whether less is known there than was thought."""
    found = False
    if now.have < i64(height.have) and now.have < i64(height.back_have):
        height.back_have = i16(now.have)
        found = True
    if now.change != i64(height.change) and i64(height.back_change) != UNKNOWN:
        height.back_change = i16(UNKNOWN)
        found = True
    if now.rise > i64(height.rise) and i64(height.room) & CHECK_LOOP == 0:
        height.room = height.room | u8(CHECK_LOOP)
        found = True
    return found


@kernel
def lead_back_first(now: Ptr[Running], height: Ptr[Height]) -> None:
    """Note a way back to an instruction that control did not come to in this walk."""
    known = i64(height.back_change)
    height.back_change = i16(now.change if known == PLENTY else meet(known, now.change))
    height.back_have = i16(min(now.have, i64(height.back_have)))
    height.room = height.room | u8(CHECK_LOOP)


@kernel
def forget_way_back(height: Ptr[Height], have: i64, change: i64) -> None:
    """Assume something of the ways that lead back."""
    height.back_have = i16(have)
    height.back_change = i16(change)


@inline
def begin_height(height: Ptr[Height]) -> None:
    """Before a walk: what was found about loops stays."""
    height.need = i16(0)
    height.room = height.room & u8(CHECK_LOOP)


@inline
def begin_total(stack: Ptr[Total]) -> None:
    stack.change = UNKNOWN
    stack.growth = 0
    stack.guess = UNKNOWN


@inline
def leave_total(stack: Ptr[Total], change: i64, first: bool) -> None:
    """Note the change by a way out."""
    stack.change = change if first else meet(stack.change, change)
    if stack.guess == UNKNOWN:
        stack.guess = change


@kernel
def confirm(stack: Ptr[Total], recursive: bool, again: bool) -> bool:
    """What a recursive call changes is what some way out without one changes; the next walk must confirm it. Whether
    something else is assumed now."""
    if stack.assumed == PLENTY:
        if recursive and stack.guess != UNKNOWN:
            stack.assumed = stack.guess
            return True
    elif stack.assumed != UNKNOWN and not again and stack.change != stack.assumed:
        stack.assumed = UNKNOWN
        return True
    return False
