"""What instructions can fail with, by number; the driver makes the messages (`driver.messages`): it knows names.

`details` of the VM hold the values that a message is about.
"""

from __future__ import annotations

(
    NO_FAILURE, INDEX, SET_INDEX, CALL, ARITHMETIC, BITWISE, NO_INTEGER, CONCATENATE, COMPARE, LENGTH, DIVIDE_BY_ZERO,
    MODULO_BY_ZERO, FOR_INITIAL, FOR_LIMIT, FOR_STEP, FOR_STEP_ZERO, INDEX_CHAIN, SET_INDEX_CHAIN, NIL_INDEX, NAN_INDEX,
    NOT_CLOSABLE, NESTED_DEEP, DEAD_COROUTINE, NOT_SUSPENDED, OUTSIDE_COROUTINE, RETHROW,
    NOT_A_COROUTINE, YIELD_ACROSS_DRIVER, NOT_CLOSED, NO_ARGUMENT,
    NO_HANDLER, CLOSE_METHOD,
) = range(32)  # fmt: skip
FIRST_OF_LIBRARY = 64  # see `library.failures`
