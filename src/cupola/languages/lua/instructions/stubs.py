"""Guest code that belongs to no function: ends of runs, native functions, what follows metamethods, protected calls."""

from __future__ import annotations

from cupola.kernel import (
    Function,
    Ptr,
    address,
    address_of,
    atomic_load,
    cast,
    i64,
    inline,
    pointer,
    u8,
    unlikely,
)
from cupola.language import exit_, jump, resume
from cupola.language.frames import code_of, down, link_at
from cupola.language.reading import small
from cupola.languages.lua.constants import (
    AGAIN,
    CALLER,
    COLLECT,
    DONE,
    FAILED,
    FAILURE,
    FLUSH,
    FRAME_CELLS,
    FUNCTION,
    GROW,
    HEAP_FULL,
    LINK,
    LONG,
    NO_MEMORY,
    OUTPUT,
    ROOM,
    STACK_FULL,
    STUB_AFTER_PCALL,
    STUB_AFTER_XPCALL,
    UPCALL,
)
from cupola.languages.lua.definition import lua
from cupola.languages.lua.failures import CALL, NO_ARGUMENT, NO_HANDLER
from cupola.languages.lua.instructions.comparison import decide
from cupola.languages.lua.library.failures import THROWN as THROWN_VALUE
from cupola.languages.lua.machine import VM, Machine
from cupola.languages.lua.semantics.calling import fail_here, throw_here, unwind_here
from cupola.languages.lua.semantics.collecting import collect_at
from cupola.languages.lua.semantics.frames import after_interrupted, interrupted, meta_result, resolve
from cupola.languages.lua.semantics.positions import is_known, place_message
from cupola.languages.lua.semantics.unwinding import (
    extent,
    is_caught,
)
from cupola.runtime import values
from cupola.runtime.heap.finalizers import has_to_finalize
from cupola.runtime.heap.heap import wants_collection
from cupola.runtime.objects import Native
from cupola.runtime.values import NIL, STRING, TRUE, is_false, object_of, tag_of

NativeFunction = Function[[Ptr[VM], Ptr[i64], i64], i64]


@lua.instruction(ends=True, cold=True)
def done(m: Machine) -> None:
    """The function that the driver called has returned."""
    exit_(DONE)


@lua.instruction(ends=True, cold=True)
def upcall(m: Machine) -> None:
    """A native function of the driver's: it returns for it."""
    exit_(UPCALL)


@inline
def tail_call_native(m: Machine, itself: i64) -> None:
    """A native function has put another function and its arguments into its place."""
    callee = m.base[FUNCTION]
    found = resolve(m.vm, m.base + FUNCTION, m.vm.wanted)
    m.n = found
    if unlikely(found < 0):
        m.base[FUNCTION] = itself
        m.n = 0
        fail_here(m, CALL, callee, 0)
    resume(code_of(m.base[FUNCTION]))


@inline
def give_results(m: Machine, itself: i64, caller: Ptr[u8], link: i64, count: i64) -> None:
    """Return the results of a native function, or do what it asks for."""
    if unlikely(count < 0):
        if count == -1 and i64(m.vm.failure) != THROWN_VALUE:
            is_known(m.vm, m.base, m.pc)
        if count == -1 and i64(m.vm.failure) == THROWN_VALUE:
            if m.vm.details[0] > 0 and tag_of(m.vm.error) == STRING:
                if place_message(m.vm, m.base, m.vm.details[0]):
                    m.vm.details[0] = 0
            if m.vm.details[0] == 0 and is_caught(m.vm, m.base):
                throw_here(m)
        match count:
            case -1:
                exit_(FAILURE)
            case -2:
                exit_(HEAP_FULL)
            case -3:
                exit_(STACK_FULL)
            case -5:
                exit_(LONG)
            case -6:
                exit_(OUTPUT)
            case _:
                tail_call_native(m, itself)
    if count == 0:
        m.base[FUNCTION] = NIL
    m.base = down(m.base, link)
    m.n = count
    jump(caller)


@inline
def collect_first(m: Machine) -> None:
    """Let the collector do what is due before a native function runs: finalizers run, and then it."""
    collect_at(m, m.base + m.n)
    if has_to_finalize(m.vm.heap) and m.n <= ROOM:
        exit_(COLLECT)


def define_native(name: str, is_polled: bool) -> None:
    """The instruction that a native function's code is; where samples are taken (`is_polled`), it notes the function if
    one became wanted while it ran."""

    @lua.instruction(name=name, ends=True, cold=True)
    def native(m: Machine) -> None:
        """Run the native function whose frame this is, and return its results."""
        if unlikely(wants_collection(m.vm.heap)):
            collect_first(m)
        itself = m.base[FUNCTION]
        function = cast(Ptr[Native], object_of(itself))
        caller = pointer(Ptr[u8], m.base[CALLER])
        link = link_at(m.base)
        count = cast(NativeFunction, function.function)(m.vm, m.base, m.n)
        if is_polled:
            if atomic_load(address_of(m.vm.poll)) != 0 and m.vm.sampled == 0:
                m.vm.sampled = itself
        give_results(m, itself, caller, link, count)


define_native("native", False)
define_native("polled_native", True)


assert (FAILED, NO_MEMORY, GROW, AGAIN, FLUSH) == (-1, -2, -3, -5, -6)  # the cases above


# --- after metamethods ----------------------------------------------------------------------------------------------


@lua.instruction(ends=True, cold=True)
def after_store(m: Machine) -> None:
    """The result goes to register a of the instruction that was interrupted."""
    m.base[small(interrupted(m.base), 0)] = meta_result(m.base)
    resume(after_interrupted(m.base))


@lua.instruction(ends=True, cold=True)
def after_test(m: Machine) -> None:
    """The result decides the conditional jump that was interrupted."""
    decide(m, interrupted(m.base), not is_false(meta_result(m.base)))


@lua.instruction(ends=True, cold=True)
def after_nothing(m: Machine) -> None:
    """The result is of no interest."""
    resume(after_interrupted(m.base))


@lua.instruction(ends=True, cold=True)
def after_close(m: Machine) -> None:
    """A variable was closed: the instruction runs again, for those that are left."""
    resume(interrupted(m.base))


@lua.instruction(ends=True, cold=True)
def after_close_open(m: Machine) -> None:
    """The same while open values wait below the frame of the metamethod."""
    running = m.vm.heap.current
    above = running.to_close.place
    running.to_close = running.to_close.next
    m.n = above[0]
    resume(pointer(Ptr[u8], above[1]))


# --- protected calls ------------------------------------------------------------------------------------------------


@inline
def enter_protected(m: Machine, place: Ptr[i64], wanted: i64, stub: i64) -> None:
    """Call what is at `place`, with `wanted` arguments from place[3] on; it returns to `stub`."""
    itself = m.base[FUNCTION]
    inner = place + FRAME_CELLS
    callee = place[0]
    count = resolve(m.vm, place, wanted)
    inner[CALLER] = address(m.vm.stubs[stub])
    inner[LINK] = address(inner) - address(m.base)
    m.base = inner
    m.n = count
    if unlikely(count < 0):
        place[0] = itself  # a frame belongs to a function
        m.n = 0
        fail_here(m, CALL, callee, 0)
    resume(code_of(place[0]))


@inline
def return_true(m: Machine, results: Ptr[i64]) -> Ptr[u8]:
    """Return true and the n results of a protected call; where the caller goes on."""
    base = m.base
    count = m.n
    caller = pointer(Ptr[u8], base[CALLER])
    link = link_at(base)
    base[FUNCTION] = TRUE
    at = 0
    while at < count:
        base[FUNCTION + 1 + at] = results[at]
        at += 1
    m.base = down(base, link)
    m.n = count + 1
    return caller


@lua.instruction(ends=True, cold=True)
def pcall(m: Machine) -> None:
    """Call the first argument with the others; errors end here."""
    base = m.base
    if m.n == 0:
        fail_here(m, NO_ARGUMENT, 0, 0)
    at = m.n - 1
    while at > 0:
        base[FRAME_CELLS - 1 + at] = base[at]
        at -= 1
    enter_protected(m, base, m.n - 1, STUB_AFTER_PCALL)


@lua.instruction(ends=True, cold=True)
def after_pcall(m: Machine) -> None:
    """Return true and the results, which lie where the function of the protected call stood."""
    jump(return_true(m, m.base))


@lua.instruction(ends=True, cold=True)
def xpcall(m: Machine) -> None:
    """Call the first argument with those after the second, which gets errors where they happen."""
    base = m.base
    if m.n < 2:
        fail_here(m, NO_HANDLER, NIL, 0)
    if tag_of(base[1]) != values.FUNCTION:
        fail_here(m, NO_HANDLER, base[1], 1)
    at = m.n - 1
    while at >= 2:
        base[FRAME_CELLS + at] = base[at]
        at -= 1
    place = base + 2
    place[0] = base[0]
    enter_protected(m, place, m.n - 2, STUB_AFTER_XPCALL)


@lua.instruction(ends=True, cold=True)
def after_xpcall(m: Machine) -> None:
    """The same for xpcall, whose function stood in base[2]."""
    jump(return_true(m, m.base + 2))


# --- errors ---------------------------------------------------------------------------------------------------------


@lua.instruction(ends=True, cold=True)
def after_handler(m: Machine) -> None:
    """The handler has returned what the error becomes: now unwind."""
    m.vm.error = m.base[extent(m.base) + 1]
    unwind_here(m)


@lua.instruction(ends=True, cold=True)
def after_unwinding(m: Machine) -> None:
    """A variable was closed because of an error: go on unwinding for it."""
    m.vm.error = m.base[extent(m.base)]
    unwind_here(m)
