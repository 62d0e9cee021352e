"""The numbers that native code and the driver share: the memory map of a VM, why it returns, flags and kinds of words.

All memory of a VM is one mapping in the low 2 GB; the VM struct lies at its start. Nothing but numbers stands here:
every start imports this module. `machine` has the structs.
"""

from __future__ import annotations

KiB, MiB = 1 << 10, 1 << 20

# --- the memory map: offsets from the VM struct, bytes ---------------------------------------------------------------

VM_BYTES = 64 * KiB
MAX_WORDS = 65536
WORDS_OFFSET = VM_BYTES
WORD_BYTES = 128
# The hash table of the dictionary: at first, and as large as it gets; there are two places for it.
FIRST_SLOTS, MAX_SLOTS = 2048, 2 * MAX_WORDS
SLOTS_OFFSET = WORDS_OFFSET + MAX_WORDS * WORD_BYTES
SLOTS_BYTES = 2 * MAX_SLOTS * 8
NAMES_OFFSET = SLOTS_OFFSET + SLOTS_BYTES
NAMES_BYTES = 2 * MiB
DRAFT_OFFSET = NAMES_OFFSET + NAMES_BYTES
# Instructions of one definition; the region also holds what the compiler finds out about them.
DRAFT_LIMIT = 1 << 17
DRAFT_BYTES = 26 * MiB
INLINE_OFFSET = DRAFT_OFFSET + DRAFT_BYTES
INLINE_LIMIT = 1 << 15  # instructions kept of words that are put in the place of their calls
INLINE_BYTES = 1 * MiB
SITES_OFFSET = INLINE_OFFSET + INLINE_BYTES
SITES_LIMIT = 1 << 16
SITE_BYTES = 16
SITES_BYTES = 1 * MiB
ORIGINS_OFFSET = SITES_OFFSET + SITES_BYTES
ORIGINS_LIMIT = 1 << 17
ORIGIN_BYTES = 8
ORIGINS_BYTES = 1 * MiB
# For each piece of guest code the word that it belongs to: no piece is shorter than `enter` and `exit`.
OWNERS_OFFSET = ORIGINS_OFFSET + ORIGINS_BYTES
OWNER_BYTES = 8
CODE_BYTES = 8 * MiB
OWNERS_LIMIT = CODE_BYTES // 24
BATCHES_OFFSET = OWNERS_OFFSET + 3 * MiB
PIECE_BYTES = 8
BATCHES_LIMIT = 1 << 15  # texts and characters that are printed together with others
BATCHES_BYTES = 256 * KiB
COUNTS_OFFSET = BATCHES_OFFSET + BATCHES_BYTES
COUNTS_LIMIT = 1 << 17  # straight runs whose executions are counted for a profile
COUNTS_BYTES = 1 * MiB
HINTS_OFFSET = COUNTS_OFFSET + COUNTS_BYTES
HINTS_BYTES = 1 * MiB  # what a profile says about words that will be compiled
CONTROL_OFFSET = HINTS_OFFSET + HINTS_BYTES
CONTROL_BYTES = 64 * KiB
LOCALS_OFFSET = CONTROL_OFFSET + CONTROL_BYTES
LOCALS_BYTES = 16 * KiB
ASIDE_OFFSET = LOCALS_OFFSET + LOCALS_BYTES
ASIDE_CELLS = 8192  # that N>R has put aside, at most
MOST_LOCALS = 32
OUTPUT_OFFSET = ASIDE_OFFSET + ASIDE_CELLS * 8
OUTPUT_BYTES = 64 * KiB
# Open files: a record of eight cells each, then a buffer each. Slots 0 to 2 are the standard streams.
OPEN_FILES = 64
FILE_SLOTS = OPEN_FILES + 3
FILE_RECORD_BYTES = 64
FILE_BUFFER_BYTES = 32 * KiB
FILES_OFFSET = OUTPUT_OFFSET + OUTPUT_BYTES
FILE_BUFFERS_OFFSET = FILES_OFFSET + 8 * KiB
BLOCK_TABLE_OFFSET = FILE_BUFFERS_OFFSET + FILE_SLOTS * FILE_BUFFER_BYTES
BLOCK_TABLE_BYTES = 8 * KiB
CODE_OFFSET = BLOCK_TABLE_OFFSET + BLOCK_TABLE_BYTES
STACKS_OFFSET = CODE_OFFSET + CODE_BYTES
STACKS_BYTES = 8 * MiB
FLOATS_OFFSET = STACKS_OFFSET + STACKS_BYTES
MAX_FLOATS = 1 << 16  # on the stack of floats
# Floats beyond those that a word may push before it asks for room again.
FLOAT_SLACK = 512
FLOATS_BYTES = 1 * MiB
DATA_OFFSET = FLOATS_OFFSET + FLOATS_BYTES

# Cells kept free between the two stacks: a word that pushes no more than this needs no check of its own.
SLACK_CELLS = 512
# Cells above the bottom of the data stack that may be written, though they belong to nobody.
PAD_CELLS = 16

# --- the data space: guest addresses ---------------------------------------------------------------------------------

LOW = 4096  # the first valid address: 0 and its neighbours are none
BASE_CELL = LOW
STATE_CELL = LOW + 8
IN_CELL = LOW + 16  # >IN
CONTEXT_CELL = LOW + 24  # the first word list of the search order
CURRENT_CELL = LOW + 32  # the word list that new words go to
BLK_CELL = LOW + 40  # the block that is the source, or 0
SCR_CELL = LOW + 48  # the block that LIST showed last
WORD_BUFFER = LOW + 64  # what WORD leaves: a counted string
STRING_BUFFERS = LOW + 512  # where S" puts strings while interpreting: two buffers, used in turn
STRING_BUFFER_BYTES = 1024
NAME_BUFFER = LOW + 4096 - 256  # what NAME>STRING leaves
PAD_BUFFER = LOW + 4096
BLOCK_BUFFERS_AT = LOW + 8192
BLOCK_BUFFERS, PREFETCH_BUFFERS = 16, 4  # those that hold what the program asked for, and what it may ask for
FIRST_FREE = BLOCK_BUFFERS_AT + (BLOCK_BUFFERS + PREFETCH_BUFFERS) * KiB
DATA_BIAS = DATA_OFFSET - LOW

PAGE_SHIFT = 12  # pages of the heap, which lies behind the data space, have 4 KiB
PAGE_RECORD_BYTES = 56
READ_AHEAD = 64  # bytes of memory behind the data space, which native code may read and nobody writes
MAX_LISTS = 1024  # numbers of word lists: from 1 on
MAX_ORDER = 32  # word lists in the search order
NOT_SEARCHED = 255  # the rank of a list that is not in it

# --- why the VM returns to the driver -------------------------------------------------------------------

EXIT_BYE, EXIT_THROW, EXIT_TICK, EXIT_TIER_UP, EXIT_DONE = 1, 2, 3, 4, 5
# Upcalls: `request` holds the arguments; results are pushed on the stack in memory, or written to `request`.
UPCALL_FLUSH, UPCALL_KEY, UPCALL_ACCEPT, UPCALL_INCLUDE, UPCALL_REFILL, UPCALL_ARGUMENT, UPCALL_TIME = range(
    16, 23
)

UPCALL_FILE, UPCALL_BLOCK = 32, 33
UPCALL_DRIVER = 40
UPCALL_TERMINAL = 48
# What UPCALL_TERMINAL may ask for; `request[0]` is the place in this tuple.
TERMINAL_OPERATIONS = ("key?", "ekey", "ms", "time&date", "argc", "arg")
UPCALL_PHYSICS = (
    56  # `request`: two arguments and a number of `physics.services.SERVICES`; the answer is the fourth
)

# --- files ------------------------------------------------------------------------------------------------------------

# A fileid is a slot in its low 16 bits and a count above them that is never the same again; numbers without such a
# count are sources that INCLUDED reads.
SLOT_BITS = 16
SLOT_MASK = (1 << SLOT_BITS) - 1
STANDARD_INPUT, STANDARD_OUTPUT, STANDARD_ERROR = (1 << SLOT_BITS | slot for slot in range(3))
# What a file record says of access. The first two, and BIN, are also what the program gives to OPEN-FILE. The driver
# serves all words on files that are SERVED.
READABLE, WRITABLE, BINARY, SEEKABLE, SERVED = 1, 2, 4, 8, 16
# What UPCALL_FILE may ask for; `request[0]` is the place in this tuple.
FILE_OPERATIONS = (
    "open-file", "create-file", "close-file", "flush-file", "delete-file", "rename-file", "file-status",
    "file-size", "resize-file", "file-position", "reposition-file", "read-file", "read-line", "write-file",
    "write-line",
)  # fmt: skip

# --- blocks -----------------------------------------------------------------------------------------------------------

MOST_BLOCKS = 1 << 16  # numbers 0 to 65,535: 64 MiB
TRANSITIONS = 128  # rows of the table of which block followed which
# What UPCALL_BLOCK may ask for; `request[0]` is the place in this tuple.
BLOCK_OPERATIONS = ("block", "buffer", "save-buffers", "flush", "empty-buffers", "use", "load")

# --- words ----------------------------------------------------------------------------------------------

UNKNOWN_CHANGE = -32768  # of a stack by a word: not the same on every way

# SHARED: another word list has, or had, a word of the same name.
IMMEDIATE, COMPILE_ONLY, HIDDEN, EFFECT_KNOWN, SHARED = 1, 2, 4, 8, 16
(
    KIND_PRIMITIVE, KIND_COLON, KIND_CONSTANT, KIND_CREATED, KIND_DOES, KIND_VALUE, KIND_DEFER, KIND_FCONSTANT,
    KIND_FVALUE, KIND_TWO_VALUE,
) = range(10)  # fmt: skip

RULE_COUNTERS = 256  # places for counters of rules in a VM

# Instructions that the compiler puts in, and nobody wrote: SEE does not show them.
INSERTED = (
    "enter", "need", "room", "float need", "float room", "count call", "count back edge", "count run",
    "tally", "loop opens", "loop closes", "record",
)  # fmt: skip

IS_MARKER = 1  # the `value` of a marker's record; that of other colon definitions is 0

MASK = (1 << 64) - 1  # of a cell
