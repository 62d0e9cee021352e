"""Inline caches: the cells that native code and the driver share; see `instructions.read_caches`."""

from __future__ import annotations

KEY = -1  # the string that an instruction has as its operand before the cells
LESSONS = 0  # how often it has learnt, less 1
SERVED = 1  # how often a look beyond the instruction gave the value, less 1
FIRST = 2  # the first entry
# Of a cache that reads, and the cells of each; one that writes has a single one, of three.
ENTRIES, ENTRY = 4, 5
SHAPE, SLOT, METATABLE, PLACE, LINEAGE = range(5)  # cells of an entry
MOST_LESSONS = 40  # after which a cache that reads stays as it is
CALLED = 2  # in the lowest two bits of a cell, else 0: a metamethod is called, which lies where the cells say
LOWEST = 3

# What is known of a variable that never changes, see `instructions.fixed`. Behind the cells of a cache of fields: the
# table of all globals, its shape, the address of the variable's value in it.
GLOBALS, GLOBALS_SHAPE, GLOBAL_PLACE = range(3)
READ_CELLS = FIRST + ENTRIES * ENTRY
WRITE_CELLS = FIRST + 3
# And for a variable that closures share: its value, and whether that may be relied on.
VALUE, RELIABLE = range(2)
RAN_ONCE = 0  # in the cell that counts the runs of a source
NOT_KNOWN = -1  # the value of every cell at first
VARIES = -2  # instead of the table of all globals, or of RELIABLE: nothing is to be learnt here
