"""The numbers that native code and the driver share; it imports next to nothing: every start of a program passes by."""

from __future__ import annotations

from cupola.language.frame_cells import CALLER as CALLER
from cupola.language.frame_cells import FRAME_CELLS as FRAME_CELLS
from cupola.language.frame_cells import FUNCTION as FUNCTION
from cupola.language.frame_cells import LINK as LINK

# Why native code comes back to the driver.
TICK, TIER_UP = 1, 2  # as in every language
DONE = 16  # the function that the driver called has returned
UPCALL = 16 + 1  # a native function of the driver's is called
FAILURE = 16 + 2  # something failed: `vm.failure` says what, the driver makes a message of it
THROWN = 16 + 3  # `vm.error` was thrown, and nothing in this run catches it
STACK_FULL = 16 + 4  # the stack of the running coroutine must grow by `vm.wanted` cells
HEAP_FULL = 16 + 5  # no memory: after a collection the instruction runs again
OUTPUT = 16 + 6  # the buffer of the output is to be written
COLLECT = 16 + 7  # the collector has found something for the driver, or for finalizers
LONG = 16 + 8  # a native function has used up `vm.library.allowance`; it runs again
SAMPLE = 16 + 9  # `poll` has found that a sample is wanted
COLLECTOR = 1  # what `vm.sampled` is when the collector ran: no value

VARARGS = -4  # a cell of the frame of a function with `...`, from its base
VARARG_CELLS = 4

# What a native function may return instead of the number of its results.
# AGAIN: it ran longer than `vm.library.allowance`; FLUSH: the output's buffer is full. It is called again after either.
FAILED, NO_MEMORY, GROW, TAIL_CALL, AGAIN, FLUSH = -1, -2, -3, -4, -5, -6
ROOM = 32  # cells above its arguments that a native function may use unasked
DETAILS = 6

# Quick calls from Python: at most so many arguments and results, and steps until the driver looks at the limits.
# PRINTED is added to the number of results if something was printed.
QUICK_HEAD, QUICK_VALUES, QUICK_STEPS, PRINTED = 4, 16, 10_000, 1 << 16

# The pieces of guest code that belong to no function; `VM.stubs` has their addresses.
(
    STUB_DONE, STUB_NATIVE, STUB_UPCALL, STUB_AFTER_STORE, STUB_AFTER_TEST, STUB_AFTER_NOTHING, STUB_AFTER_CONCAT,
    STUB_AFTER_CLOSE, STUB_PCALL, STUB_AFTER_PCALL, STUB_XPCALL, STUB_AFTER_XPCALL, STUB_AFTER_HANDLER, STUB_RESUME,
    STUB_WRAP, STUB_YIELD, STUB_COROUTINE_END, STUB_AFTER_UNWINDING, STUB_AFTER_CLOSE_OPEN,
    STUB_AFTER_TAIL, STUB_POLLED_NATIVE,
) = range(21)  # fmt: skip
STUBS = (
    "done", "native", "upcall", "after_store", "after_test", "after_nothing", "after_concat", "after_close", "pcall",
    "after_pcall", "xpcall", "after_xpcall", "after_handler", "resume", "wrap", "yield", "coroutine_end",
    "after_unwinding", "after_close_open", "after_tail", "polled_native",
)  # fmt: skip
"""The instructions that the stubs are, by number."""
