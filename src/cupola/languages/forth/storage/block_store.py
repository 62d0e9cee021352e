"""The blocks of a Forth program: what the driver does when a block is in no buffer, or is to be saved.

The buffers lie in the data space, and their table in a region of the VM (`blocks` has its native side). A changed
block that must leave its buffer waits in memory, and is written with the next SAVE-BUFFERS: each of these is one
write of the file, all or nothing. The first block that is asked for opens the file.
"""

from __future__ import annotations

from cupola.languages.forth.constants import (
    BLOCK_BUFFERS,
    BLOCK_BUFFERS_AT,
    BLOCK_OPERATIONS,
    BLOCK_TABLE_OFFSET,
    MOST_BLOCKS,
    PREFETCH_BUFFERS,
    TRANSITIONS,
)
from cupola.languages.forth.driver.loading import LoadError, forbidden, load
from cupola.languages.forth.storage.block_file import BLOCK, BlockError, BlockFile
from cupola.languages.forth.storage.disk import FileDisk
from cupola.policy.options import BLOCK_PREFETCH

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.forth.vm import ForthVM

BAD_READ, BAD_WRITE, BAD_NUMBER = -33, -34, -35
DEFAULT_FILE = "blocks.fb"  # as gforth has it
MOST_WAITING = 256  # changed blocks that wait to be written
LEAST_TRANSITIONS, DEEPEST = 2, 4  # when the next block is read ahead, and how far

# The table, in cells: a head, a row for each buffer, a row for each transition.
CLOCK, CURRENT, LAST = 0, 1, 2
HEAD_CELLS, ROW_CELLS, TRANSITION_CELLS = 8, 4, 4
NUMBER, DIRTY, STAMP, PLACE = range(4)  # of a buffer; NUMBER is 0 for none, else one more
ALL_BUFFERS = BLOCK_BUFFERS + PREFETCH_BUFFERS


class Failure(Exception):
    """An operation that throws `code`; the message says why."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class BlockStore:
    """The block file of one VM, and what waits to be written. It does not hold the VM: the VM holds it."""

    def __init__(self, path: str | None) -> None:
        self.path = path or DEFAULT_FILE
        self.file: BlockFile | None = None
        self.waiting: dict[int, bytes] = {}
        self.table: memoryview | None = None

    # --- the words --------------------------------------------------------------------------------------------------

    def block(self, vm: ForthVM, number: int) -> None:
        """BLOCK of one that is in no buffer: push its address."""
        vm.push(self._assign(vm, number, self._read(vm, number)))
        self._read_ahead(vm, number)

    def buffer(self, vm: ForthVM, number: int) -> None:
        """BUFFER of one that is in no buffer: push its address."""
        self._check(number)
        vm.push(self._assign(vm, number, b" " * BLOCK))

    def save_buffers(self, vm: ForthVM, _: int) -> None:
        """Write all changed blocks; they are on the disk then."""
        table = self._table(vm)
        changed = dict(self.waiting)
        for row in rows(table, BLOCK_BUFFERS):
            if table[row + NUMBER] and table[row + DIRTY]:
                changed[table[row + NUMBER] - 1] = vm.read(table[row + PLACE], BLOCK)
        if changed:
            self._write(vm, changed)
        for row in rows(table, BLOCK_BUFFERS):
            table[row + DIRTY] = 0

    def flush(self, vm: ForthVM, _: int) -> None:
        """Write all changed blocks, and empty all buffers."""
        self.save_buffers(vm, 0)
        self.empty_buffers(vm, 0)

    def empty_buffers(self, vm: ForthVM, _: int) -> None:
        """Forget what is in the buffers."""
        table = self._table(vm)
        for row in rows(table, ALL_BUFFERS):
            table[row + NUMBER] = table[row + DIRTY] = table[row + STAMP] = 0
        table[CURRENT] = 0

    def use(self, vm: ForthVM, address: int, length: int) -> None:
        """OPEN-BLOCKS: go on with another file."""
        path = vm.read(address, length).decode("utf-8", "surrogateescape")
        self.flush(vm, 0)
        self._close_file()
        old, self.path = self.path, path
        try:
            self._open(vm)
        except Failure:
            self.path = old
            raise

    def load(self, vm: ForthVM, number: int, place: int) -> None:
        """LOAD and -->: put the text of a block at `place`, or at the top of the data space if that is 0. `request`
        says where it is."""
        self._check(number)
        if number == 0:
            raise Failure(BAD_NUMBER, "block 0 cannot be loaded: BLK tells 0 for a source that is no block")
        text = self._text(vm, number)
        if place:
            vm.write(place, text)
        else:
            place, _, _ = load(vm, text, "<block>")
        vm.answer(place, number, 0)

    # --- the end ----------------------------------------------------------------------------------------------------

    def close(self, vm: ForthVM) -> str:
        """Write all changed blocks and close the file; what could not be written, for people."""
        try:
            self.save_buffers(vm, 0)
            self._close_file()
        except (BlockError, Failure) as error:
            return str(error)
        finally:
            if self.table is not None:
                self.table.release()
                self.table = None
        return ""

    # --- buffers ----------------------------------------------------------------------------------------------------

    def _table(self, vm: ForthVM) -> memoryview:
        if self.table is None:
            cells = HEAD_CELLS + ALL_BUFFERS * ROW_CELLS + TRANSITIONS * TRANSITION_CELLS
            place = BLOCK_TABLE_OFFSET
            self.table = table = vm.memory.view[place : place + 8 * cells].cast("q")
            for number, row in enumerate(rows(table, ALL_BUFFERS)):
                table[row + PLACE] = BLOCK_BUFFERS_AT + number * BLOCK
        return self.table

    def _assign(self, vm: ForthVM, number: int, data: bytes) -> int:
        """Let the buffer that was not used for longest have the block; its address."""
        table = self._table(vm)
        for row in rows(table, ALL_BUFFERS):
            if table[row + NUMBER] == number + 1:
                table[row + NUMBER] = 0  # it was read ahead, and that may be old
        row = min(rows(table, BLOCK_BUFFERS), key=lambda each: table[each + STAMP])
        if table[row + NUMBER] and table[row + DIRTY]:
            self._let_wait(vm, table[row + NUMBER] - 1, vm.read(table[row + PLACE], BLOCK))
        table[CLOCK] += 1
        table[row + NUMBER], table[row + DIRTY], table[row + STAMP] = number + 1, 0, table[CLOCK]
        table[CURRENT] = (row - HEAD_CELLS) // ROW_CELLS + 1
        vm.write(table[row + PLACE], data)
        return table[row + PLACE]

    def _let_wait(self, vm: ForthVM, number: int, data: bytes) -> None:
        self.waiting[number] = data
        if len(self.waiting) > MOST_WAITING:
            self._write(vm, self.waiting)

    def _text(self, vm: ForthVM, number: int) -> bytes:
        table = self._table(vm)
        for row in rows(table, BLOCK_BUFFERS):
            if table[row + NUMBER] == number + 1:
                return vm.read(table[row + PLACE], BLOCK)
        return self._read(vm, number)

    def _read_ahead(self, vm: ForthVM, number: int) -> None:
        """Read the blocks that followed this one before into the spare buffers, if the program wants that."""
        if not self._reads_ahead(vm):
            return
        table = self._table(vm)
        for _ in range(DEEPEST):
            row = HEAD_CELLS + ALL_BUFFERS * ROW_CELLS + number % TRANSITIONS * TRANSITION_CELLS
            known, following, count = table[row : row + 3]
            if known != number + 1 or count < LEAST_TRANSITIONS:
                return
            number = following
            if all(table[each + NUMBER] != number + 1 for each in rows(table, ALL_BUFFERS)):
                try:
                    data = self._read(vm, number)
                except Failure:  # it is told when the program asks for that block
                    return
                spare = min(
                    list(rows(table, ALL_BUFFERS))[BLOCK_BUFFERS:], key=lambda each: table[each + STAMP]
                )
                table[CLOCK] += 1
                table[spare + NUMBER], table[spare + STAMP] = number + 1, table[CLOCK]
                vm.write(table[spare + PLACE], data)

    @staticmethod
    def _reads_ahead(vm: ForthVM) -> bool:
        return bool(vm.vm.options >> BLOCK_PREFETCH & 1)

    # --- the file ---------------------------------------------------------------------------------------------------

    def _check(self, number: int) -> None:
        if not 0 <= number < MOST_BLOCKS:
            raise Failure(BAD_NUMBER, f"{number:,}: blocks have numbers from 0 to {MOST_BLOCKS - 1:,}")

    def _open(self, vm: ForthVM) -> BlockFile:
        if self.file is None:
            refusal = forbidden(vm, self.path, False)
            if refusal:
                raise Failure(BAD_READ, refusal)
            try:
                self.file = BlockFile(self.path, FileDisk(), not forbidden(vm, self.path, True))
            except (BlockError, ValueError) as error:
                raise Failure(BAD_READ, str(error)) from None
        return self.file

    def _close_file(self) -> None:
        file, self.file = self.file, None
        if file is not None:
            try:
                file.close()
            except BlockError as error:
                raise Failure(BAD_WRITE, str(error)) from None

    def _read(self, vm: ForthVM, number: int) -> bytes:
        self._check(number)
        if number in self.waiting:
            return self.waiting[number]
        try:
            return self._open(vm).read(number)
        except BlockError as error:
            raise Failure(BAD_READ, str(error)) from None

    def _write(self, vm: ForthVM, changed: dict[int, bytes]) -> None:
        try:
            self._open(vm).write(changed)
        except BlockError as error:
            raise Failure(BAD_WRITE, str(error)) from None
        self.waiting = {}


def rows(table: memoryview, count: int) -> range:
    """Where the rows of the first buffers begin in the table."""
    return range(HEAD_CELLS, HEAD_CELLS + count * ROW_CELLS, ROW_CELLS)


def serve(vm: ForthVM) -> None:
    """Do what native code asks for; `request[2]` is the THROW code if it cannot be done."""
    number, *arguments = vm.request(3)
    name = BLOCK_OPERATIONS[number]
    vm.answer(0, 0, 0)
    store = vm.block_store
    try:
        if name == "use":
            store.use(vm, arguments[0], arguments[1])
        elif name == "load":
            store.load(vm, arguments[0], arguments[1])
        else:
            getattr(store, name.replace("-", "_"))(vm, arguments[0])
    except Failure as error:
        vm.reasons[error.code] = str(error)
        vm.answer(0, 0, error.code)
    except LoadError as error:
        vm.answer(0, 0, error.code)
