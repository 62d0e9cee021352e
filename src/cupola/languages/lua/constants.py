"""The numbers that native code and the driver share; it imports next to nothing: every start of a program passes by."""

from __future__ import annotations

from cupola.language.frame_cells import CALLER as CALLER
from cupola.language.frame_cells import FRAME_CELLS as FRAME_CELLS
from cupola.language.frame_cells import FUNCTION as FUNCTION
from cupola.language.frame_cells import LINK as LINK
from cupola.language.frame_cells import LINK_MASK as LINK_MASK
from cupola.language.reasons import DONE as DONE
from cupola.language.reasons import FIRST_OWN
from cupola.language.reasons import HEAP_FULL as HEAP_FULL
from cupola.language.reasons import STACK_FULL as STACK_FULL
from cupola.language.reasons import TICK as TICK
from cupola.language.reasons import TIER_UP as TIER_UP

# Why native code comes back to the driver, besides what is in `language.reasons` (STACK_FULL: the stack of the running
# coroutine must grow by `vm.wanted` cells).
UPCALL = FIRST_OWN  # a native function of the driver's is called
FAILURE = FIRST_OWN + 1  # something failed: `vm.failure` says what, the driver makes a message of it
THROWN = FIRST_OWN + 2  # `vm.error` was thrown, and nothing in this run catches it
OUTPUT = FIRST_OWN + 3  # the buffer of the output is to be written
COLLECT = FIRST_OWN + 4  # the collector has found something for the driver, or for finalizers
LONG = FIRST_OWN + 5  # a native function has used up `vm.library.allowance`; it runs again
SAMPLE = FIRST_OWN + 6  # `poll` has found that a sample is wanted
RAISED = FIRST_OWN + 7  # a function of Python that native code has called has raised an exception
TRAP = FIRST_OWN + 8  # an instruction is going to run that a hook wants to know of
RUNS_AGAIN = FIRST_OWN + 9  # a source whose variables were taken to exist once runs a second time
TRAP_HANDLER = "trap"  # the symbol of what does that
COLLECTOR = 1  # what `vm.sampled` is when the collector ran: no value

VARARGS = -4  # a cell of the frame of a function with `...`, from its base
VARARG_CELLS = 4

# What a native function may return instead of the number of its results.
# AGAIN: it ran longer than `vm.library.allowance`; FLUSH: the output's buffer is full. It is called again after either.
FAILED, NO_MEMORY, GROW, TAIL_CALL, AGAIN, FLUSH = -1, -2, -3, -4, -5, -6
ROOM = 32  # cells above its arguments that a native function may use unasked
DETAILS = 6
ERRORS_KEPT, ENTRY = 256, 4  # messages of failures, and the cells of each: see `semantics.positions`

# Calls between Python and the guest that native code does: at most so many arguments; from Python, so many steps until
# the driver looks at the limits. Where the slot `native` of an object in Python lies.
MOST_PLAIN, QUICK_STEPS = 16, 10_000
NATIVE_SLOT = 16

# The pieces of guest code that belong to no function; `VM.stubs` has their addresses.
(
    STUB_DONE, STUB_NATIVE, STUB_UPCALL, STUB_AFTER_STORE, STUB_AFTER_TEST, STUB_AFTER_NOTHING, STUB_AFTER_CONCAT,
    STUB_AFTER_CLOSE, STUB_PCALL, STUB_AFTER_PCALL, STUB_XPCALL, STUB_AFTER_XPCALL, STUB_AFTER_HANDLER, STUB_RESUME,
    STUB_WRAP, STUB_YIELD, STUB_COROUTINE_END, STUB_AFTER_UNWINDING, STUB_AFTER_CLOSE_OPEN,
    STUB_POLLED_NATIVE,
) = range(20)  # fmt: skip
STUBS = (
    "done", "native", "upcall", "after_store", "after_test", "after_nothing", "after_concat", "after_close", "pcall",
    "after_pcall", "xpcall", "after_xpcall", "after_handler", "resume", "wrap", "yield", "coroutine_end",
    "after_unwinding", "after_close_open", "polled_native",
)  # fmt: skip
"""The instructions that the stubs are, by number."""
