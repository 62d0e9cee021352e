"""What is always reachable, by its number in `Heap.roots`: metatables of types, names of events, and so on."""

from __future__ import annotations

# The events of metatables, in the order of their bits in the flags of a table.
EVENTS = (
    "index", "newindex", "call", "eq", "len", "gc", "mode", "metatable", "add", "sub", "mul", "div", "unm", "concat",
    "lt", "le", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr", "bnot", "close", "name", "tostring", "pairs",
)  # fmt: skip
CACHED_EVENTS = 16  # whose absence is noted in the flags of a metatable
NUMBER_OF = {name: number for number, name in enumerate(EVENTS)}

REGISTRY, GLOBALS, MAIN, METATABLES = range(4)
TYPE_METATABLES = 4  # of values that are not tables or host objects: by their types below
NIL_TYPE, BOOLEAN_TYPE, NUMBER_TYPE, STRING_TYPE, FUNCTION_TYPE, THREAD_TYPE = range(6)
EVENT_NAMES = 16  # the strings "__index" and so on
ERROR_VALUE = EVENT_NAMES + len(EVENTS)
NEXT_FUNCTION = ERROR_VALUE + 1
DEAD_MESSAGE, BUSY_MESSAGE = NEXT_FUNCTION + 1, NEXT_FUNCTION + 2
NIL_PLACE = BUSY_MESSAGE + 1  # always nil
IPAIRS_FUNCTION = NIL_PLACE + 1  # what `ipairs` gives a loop
NESTED_MESSAGE, HANDLERS_MESSAGE = IPAIRS_FUNCTION + 1, IPAIRS_FUNCTION + 2
LOST_FUNCTION = HANDLERS_MESSAGE + 1  # what a frame is said to be of whose registers had no room
SYSTEM = LOST_FUNCTION + 1  # a table of what the libraries keep, which programs cannot reach
FREE_ROOTS = SYSTEM + 1
