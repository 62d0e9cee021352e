"""The Forth machine: its registers, its memory, and the structs of its dictionary and compiler.

All memory of a VM is one mapping in the low 2 GB, laid out by the constants below; the VM struct lies at its start.
What guest code can address is the *data space* alone, by addresses that count from `LOW` and have nothing to do with
native ones: everything else (words, guest code, stacks) is out of its reach.

The data stack grows down from the top of the stack region, the return stack grows up from its bottom, so that one
comparison of the two pointers checks both for overflow. Floats have a stack of their own, which grows down.
"""

from __future__ import annotations

from cupola.kernel import (
    Array,
    Ptr,
    cast,
    f64,
    i16,
    i32,
    i64,
    inline,
    registers,
    sizeof,
    struct,
    u8,
    u16,
    u32,
    u64,
)
from cupola.language import Context
from cupola.languages.forth.constants import DATA_BIAS, LOW, MAX_LISTS, MAX_ORDER, RULE_COUNTERS
from cupola.languages.forth.physics.tables import Physics
from cupola.policy.options import COUNTERS
from cupola.tiers.layout import Header


@struct
class Word:
    """One word of the dictionary; its index in the table is its execution token.

    What a search and the compiler look at comes first: it is one cache line. See `dictionary.records` for how words are
    linked.
    """

    first: u64  # the first 8 bytes of the name, in lower case
    name: Ptr[u8]
    hash: u32  # of the name
    beside: i32  # the newest word of another list, or of another name, with the same hash; or 0
    link: i32  # the word of this name in this list that it hides, or 0
    name_length: u16
    list: u16
    flags: u16
    kind: u16
    opcode: u16  # of a primitive
    change: i16  # cells more on the stack afterwards, when EFFECT_KNOWN
    entry: Ptr[u8]  # guest code: what EXECUTE runs
    value: i64  # of a constant
    inline: u32  # where its instructions are kept for its callers, when inline_count is not 0
    inline_count: u16
    file: u16
    start: Ptr[u8]  # the word's own guest code: not the same where EXECUTE would do harm
    code_end: Ptr[u8]  # its end
    body: i64  # guest address of the data field
    does: Ptr[u8]  # guest code after DOES>
    here: u32  # HERE before the word was made
    line: u32
    float_change: i16  # floats more on their stack afterwards, or UNKNOWN_CHANGE
    spare: Array[u8, 22]


@struct
class Slot:
    """A place of the dictionary's hash table: the words with that hash, the newest first. Word 0: it is empty."""

    hash: u32
    word: i32


@struct
class WordList:
    """A word list: how many words there were when it was made, the word that ORDER names it by (0: none), and how
    often a word was found in it, when that is counted.
    """

    birth: i32
    name: i32
    hits: i64


@struct
class Draft:
    """One instruction of the definition that is being compiled; see `cupola.language.assembler`."""

    opcode: u16
    flags: u16
    target: i32
    operand: i64
    origin: i32  # the site that it was taken in at, or 0
    spare: i32


@struct
class Site:
    """A place where a word was put in the place of a call: its token, and the site around it (0: none)."""

    token: i32
    parent: i32
    depth: i32
    spare: i32


@struct
class Origin:
    """Guest code from the address `pc` on, up to that of the next row, was taken in at `site` (0: it was not)."""

    pc: u32
    site: u32


@struct
class Owner:
    """A piece of guest code: where it begins, in bytes from the VM's struct on, and the word that it belongs to."""

    place: u32
    token: i32


@struct
class Piece:
    """A piece of a batch: a text by its guest address and length, or, with length 0, the character `start`."""

    start: u32
    length: u32


@struct
class Hint:
    """What a profile says about the word with this hash and line: the number of its `?branch` instructions, the offset
    of a byte for each from the first row, and whether it is called often."""

    hash: u32
    line: u32
    first: u32
    branches: u16
    hot: u16


@struct
class Control:
    """One entry of the compiler's control-flow stack: what it is (a `CONTROL_*` number) and a place in the draft."""

    kind: i32
    place: i32


@struct
class Local:
    """A local of the definition that is being compiled: its name, and the number of the instruction that makes it."""

    first: u64  # the first bytes of the name: see `names`
    name_length: u32
    maker: i32
    name: Array[u8, 264]


@struct
class VM:
    """Everything that one Forth system has, except what lies in its own region of the mapping."""

    context: Context
    request: Array[i64, 8]
    # bounds of memory
    cell_limit: i64  # an address is good for a cell if (address - LOW) is not above this, unsigned
    byte_limit: i64  # the same for a byte
    pair_limit: i64  # the same for two cells
    here: i64
    data_top: i64  # guest address; texts of included files lie above
    stack_bottom: Ptr[i64]  # sp when the data stack is empty
    return_bottom: Ptr[i64]  # rp when the return stack is empty
    float_bottom: Ptr[f64]  # fp when the stack of floats is empty
    float_limit: Ptr[f64]  # and when it is full
    handler: Ptr[i64]  # the newest CATCH frame on the return stack, or null
    # the input source
    source: i64  # guest address of the current line
    source_length: i64
    text_next: i64  # guest address of the text after the current line
    text_end: i64
    line_number: i64
    source_id: i64
    file: i64
    token: i64  # guest address and length of the word being interpreted: error reports underline it
    token_length: i64
    # the dictionary
    words: Ptr[Word]
    word_count: i64
    names_next: Ptr[u8]
    names_end: Ptr[u8]
    code_next: Ptr[u8]
    code_end: Ptr[u8]
    generation: i64  # grows with everything that can change what a search finds
    slots: Ptr[Slot]  # the hash table: slot_mask + 1 slots, of which slots_taken are not empty
    slot_mask: i64
    slots_taken: i64
    fence: i64  # words before this one are the system: FORGET leaves them
    # word lists: numbers from 1 to list_count - 1
    list_count: i64
    first_list: i64  # the first of the order, or 0; CONTEXT is a copy that programs may set
    order_count: i64
    order: Array[u16, MAX_ORDER]
    ranks: Array[u8, MAX_LISTS]  # where each list stands in the order
    turns: Array[
        u16, MAX_ORDER
    ]  # the same lists as in the order, those with many hits first; see `search_in_turn`
    until_turns: i64  # searches until they are put in order again
    lists: Array[WordList, MAX_LISTS]
    # the compiler
    compiling: i64
    current: i64  # the word that is being defined, or -1
    latest: i64  # the newest definition with a name, or -1
    draft: Ptr[Draft]
    draft_count: i64
    draft_limit: i64
    control: Ptr[Control]
    control_depth: i64
    control_limit: i64
    loop_depth: i64
    does_place: i64
    inline_next: i64
    site: i64  # where the instructions that are being appended are taken in, or 0
    site_count: i64
    origin_count: i64
    owner_count: i64
    batch_next: i64  # how many rows of the table of pieces are used
    batch_open: i64  # the batch that takes more pieces in, or -1
    # output
    output: Ptr[u8]
    output_count: i64
    pictured: i64  # guest address of the first character of the pictured number
    string_buffer: i64  # which of the two is next
    # tiers
    loop_variant: i64  # the variant of all code in a loop interpreter, or -1
    call_heat: i64
    loop_heat: i64
    counting: i64  # whether calls and back edges are counted
    calls: i64
    back_edges: i64
    # errors
    error: i64  # the code of the last THROW that nobody caught
    message: i64  # guest address and length of the text of ABORT"
    message_length: i64
    throw_pc: Ptr[u8]
    pending: i64  # a THROW code that native code noted for the instruction that called it
    catch_end: Ptr[u8]  # where words that CATCH called return to
    float_taken: f64  # what the text interpreter has read, to be pushed
    precision: i64  # significant digits that F. and its kin print
    leave_chain: i64  # the newest branch in the draft that leaves the innermost loop, or -1
    next_flags: i64  # flags of the next instruction in the draft
    physics: Ptr[Physics]  # null when the physics are off
    # optimizations that can be switched: see `cupola.policy.options`
    profiling: i64  # whether executions of straight runs are counted
    count_next: i64  # how many runs have a counter
    hint_count: i64  # for how many words there are hints
    options: i64  # which are on: bit n is the option with the number n
    acted: Array[i64, COUNTERS]  # how often each did something
    # the heap: see `heap_pages`
    heap_base: i64  # guest address of its first page
    heap_pages: Ptr[u8]
    heap_count: i64  # pages that it has
    heap_most: i64
    heap_runs: Array[i32, 20]  # lists of free runs
    heap_partial: Array[i32, 20]  # by class, pages with free small blocks
    heap_kept: Array[i32, 20]  # by class, how many of these are empty
    heap_warm: Array[i32, 20]  # by size in pages, runs that are kept,
    heap_warm_count: Array[i32, 20]  # and how many
    fired: Array[u32, RULE_COUNTERS]  # how often each rule of `rules` was applied
    aside_count: i64  # cells that N>R has put aside
    local_count: i64  # locals of the definition that is being compiled
    locals_first: i64  # those from here on stand in the list that is being read,
    locals_taken: i64  # this many of them before the bar,
    locals_form: i64  # in which form it is written,
    locals_part: i64  # and in which part of it the text is


@registers
class Machine:
    """What is in machine registers while guest code runs; `index` and `limit` are those of the innermost DO loop.

    The topmost float is always in `ftop`, and `fp` leads to the one below it: when the stack is empty, `ftop` is any.
    """

    vm: Ptr[VM]
    budget: i64
    sp: Ptr[i64]
    rp: Ptr[i64]
    index: i64
    limit: i64
    fp: Ptr[f64]
    ftop: f64
    pc: Ptr[u8]


@inline
def step_over(m: Machine) -> None:
    """Go on behind this instruction, which has no operands in guest code, when control comes back to it."""
    m.pc = m.pc + sizeof(Header)


@inline
def data(vm: Ptr[VM], address: i64) -> Ptr[u8]:
    """The native address of a guest address that is known to be good."""
    return cast(Ptr[u8], vm) + (DATA_BIAS + address)


@inline
def cell_at(vm: Ptr[VM], address: i64) -> Ptr[i64]:
    return cast(Ptr[i64], data(vm, address))


@inline
def float_at(vm: Ptr[VM], address: i64) -> Ptr[f64]:
    return cast(Ptr[f64], data(vm, address))


@inline
def good_range(vm: Ptr[VM], address: i64, length: i64) -> bool:
    """Whether `length` bytes from a guest address lie in the data space; an empty range is always good."""
    start = address - LOW
    size = vm.byte_limit + 1
    return length == 0 or (start >= 0 and length > 0 and start <= size and length <= size - start)
