"""What the driver reads and writes of a VM between two runs of native code: stacks, data space, requests, words,
and the files that it has open.

What may be touched: everything here is plain access to memory that `machine` and `constants` lay out; nothing runs
guest code.
"""

from __future__ import annotations

import struct

from cupola.language.driver import Driver
from cupola.language.fields import Fields
from cupola.languages.forth import constants
from cupola.languages.forth.constants import MASK

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from cupola.languages.forth.driver.streams import Output
    from cupola.languages.forth.storage.block_store import BlockStore
    from cupola.languages.forth.storage.open_files import OpenFiles


class State(Driver):
    """A VM's memory with names: `vm` has the fields of its struct."""

    vm: Fields
    request_offset: int
    blocks: str | None  # the file of blocks
    output: Output
    _entries: dict[str, Callable[..., Any]]
    _open_files: OpenFiles | None = None  # both are made when they are needed
    _block_store: BlockStore | None = None

    def _entry(self, name: str) -> Callable[..., Any]:
        """An entry of the Forth system: its first argument is the VM's address, all are pointers or cells."""
        if name not in self._entries:
            wanted = ENTRIES[name]
            self._entries[name] = self.engine.entry(name, "i64", *wanted)
        return self._entries[name]

    def find(self, word: str) -> int:
        """The execution token of a word, or -1."""
        name = word.encode()
        result: int = self._entry("find_name")(self.address, name, len(name))
        return result

    # --- the stacks ------------------------------------------------------------------------------------------

    @property
    def stack(self) -> tuple[int, ...]:
        """The data stack, the topmost cell last."""
        sp, bottom = self.register("sp"), self.vm.stack_bottom
        cells = self.cells(sp, (bottom - sp) // 8)
        return tuple(cells[::-1])

    @stack.setter
    def stack(self, cells: Sequence[int]) -> None:
        if len(cells) > constants.STACKS_BYTES // 16:
            raise ValueError(f"{len(cells):,} cells do not fit the data stack")
        wrong = [cell for cell in cells if not -(1 << 63) <= cell <= MASK]
        if wrong:
            raise ValueError(f"{wrong[0]:,} does not fit a cell, which has 64 bits")
        sp = self.vm.stack_bottom - 8 * len(cells)
        data = b"".join((cell & MASK).to_bytes(8, "little") for cell in reversed(cells))
        self.memory.write(sp - self.address, data)
        self.set_register("sp", sp)

    @property
    def float_stack(self) -> tuple[float, ...]:
        """The stack of floats, the topmost last."""
        fp, bottom = self.register("fp"), self.vm.float_bottom
        count = (bottom - fp) // 8
        if count == 0:
            return ()
        data = self.memory.read(fp - self.address, 8 * (count - 1))
        top = self.register("ftop").to_bytes(8, "little", signed=True)
        return struct.unpack(f"<{count}d", top + data)[::-1]

    @float_stack.setter
    def float_stack(self, floats: Sequence[float]) -> None:
        if len(floats) > constants.MAX_FLOATS:
            raise ValueError(f"{len(floats):,} floats do not fit their stack")
        count = len(floats)
        fp = self.vm.float_bottom - 8 * count
        data = struct.pack(f"<{count}d", *reversed(floats))
        self.memory.write(fp - self.address, data[8:])
        self.set_register("fp", fp)
        self.set_register("ftop", int.from_bytes(data[:8], "little", signed=True))

    def push(self, *cells: int) -> None:
        """Push cells; for upcalls."""
        for cell in cells:
            sp = self.register("sp") - 8
            self.memory.write(sp - self.address, (cell & MASK).to_bytes(8, "little"))
            self.set_register("sp", sp)

    def cells(self, address: int, count: int) -> list[int]:
        view = self.memory.read(address - self.address, 8 * count)
        return [int.from_bytes(view[at : at + 8], "little", signed=True) for at in range(0, 8 * count, 8)]

    def _reset_registers(self) -> None:
        self.set_register("sp", self.vm.stack_bottom)
        self.set_register("rp", self.vm.return_bottom)
        self.set_register("fp", self.vm.float_bottom)
        self.set_register("ftop", 0)
        self.set_register("index", 0)
        self.set_register("limit", 0)

    # --- the data space --------------------------------------------------------------------------------------

    def read(self, address: int, length: int) -> bytes:
        """Bytes of the data space; as many as there are."""
        start = address - constants.LOW
        size = self.vm.byte_limit + 1
        if not 0 <= start <= size or length < 0:
            return b""
        return self.memory.read(constants.DATA_OFFSET + start, min(length, size - start))

    def write(self, address: int, data: bytes) -> None:
        self.memory.write(constants.DATA_OFFSET + address - constants.LOW, data)

    # --- what native code wants of the driver -------------------------------------------------------------------

    def request(self, count: int) -> list[int]:
        """The first cells of what native code wants."""
        return self.cells(self.address + self.request_offset, count)

    def answer(self, *values: int) -> None:
        """Answer in the same cells."""
        data = b"".join((value & MASK).to_bytes(8, "little") for value in values)
        self.memory.write(self.request_offset, data)

    # --- files, blocks and output -----------------------------------------------------------------------------

    def _write_files(self) -> str:
        """Write what is in the buffers of open files; what could not be written, for people."""
        lost = self._open_files.write_out() if self._open_files else ""
        return f"{message(NOT_WRITTEN)}: {lost}" if lost else ""

    @property
    def open_files(self) -> OpenFiles:
        """The files that the program has open."""
        if self._open_files is None:
            from cupola.languages.forth.storage.open_files import OpenFiles

            self._open_files = OpenFiles()
        return self._open_files

    @property
    def block_store(self) -> BlockStore:
        """The program's blocks."""
        if self._block_store is None:
            from cupola.languages.forth.storage.block_store import BlockStore

            self._block_store = BlockStore(self.blocks)
        return self._block_store

    def drain(self) -> None:
        count = self.vm.output_count
        if count:
            self.output.write(self.memory.read(constants.OUTPUT_OFFSET, count))
            self.vm.output_count = 0

    # --- words ------------------------------------------------------------------------------------------------

    def word(self, token: int) -> Fields:
        """The record of a word."""
        offset = constants.WORDS_OFFSET + token * self.engine.size_of("Word")
        return Fields(self.memory, self.engine.structs["Word"], offset)

    def word_name(self, token: int) -> str:
        word = self.word(token)
        if not word.name_length:
            return ":noname"
        return self.memory.read(word.name - self.address, word.name_length).decode("utf-8", "replace")

    def words(self) -> list[str]:
        """The names of all words that the search order finds, the newest first."""
        names: dict[str, None] = {}
        ranks = self.memory.read(self.engine.structs["VM"]["ranks"][0], constants.MAX_LISTS)
        for token in range(self.vm.word_count - 1, 0, -1):
            word = self.word(token)
            if not word.flags & constants.HIDDEN and ranks[word.list] != constants.NOT_SEARCHED:
                names[self.word_name(token)] = None
        return list(names)


def message(code: int) -> str:
    """What a THROW code means. The table is loaded when the first is reported: most runs report none."""
    from cupola.languages.forth.driver import messages

    return messages.message(code)


NOT_WRITTEN = -75
ENTRIES: dict[str, tuple[str, ...]] = {
    "set_up": ("ptr",),
    "set_up_heap": ("ptr", "i64", "ptr", "i64"),
    "recover": ("ptr",),
    "install_primitive": ("ptr", "ptr", "i64", "i64", "i64"),
    "begin_piece": ("ptr", "ptr", "i64", "i64"),
    "add_instruction": ("ptr", "i64", "i64"),
    "add_branch": ("ptr", "i64", "i64"),
    "add_label": ("ptr",),
    "end_piece": ("ptr", "i64"),
    "find_name": ("ptr", "ptr", "i64"),
    "make_primitives": ("ptr", "i64"),
    "hide_piece": ("ptr", "i64"),
    "end_of_system": ("ptr",),
    "move_system": ("ptr", "i64"),
    "word_at": ("ptr", "ptr"),
    "physics_start": ("ptr",),
    "physics_fold": ("ptr", "i64", "i64", "i64", "i64"),
    "physics_tick": ("ptr", "i64", "i64", "i64", "i64"),
    "physics_abandon": ("ptr", "i64", "i64", "i64", "i64"),
    "physics_reset": ("ptr",),
    "physics_bench": ("ptr", "ptr", "i64", "i64", "i64", "i64"),
    "physics_reorganize": ("ptr",),
    "physics_warm": ("ptr", "i64", "i64"),
    "physics_pair": ("ptr", "i64", "i64"),
    "word_taken_in": ("ptr", "ptr", "i64"),
}
