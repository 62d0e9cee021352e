"""What is said when a program is stopped: the message, the place in the source, the backtrace.

Most runs report nothing, so this module is loaded when the first does. What may be touched: what people read; how a
frame lies on the return stack is `throwing.catch_frames`' and `interpreter.source`'s to say.
"""

from __future__ import annotations

from cupola.language.limits import Frame, Place
from cupola.languages.forth import constants
from cupola.languages.forth.driver.messages import message
from cupola.tiers.headers import OPCODE_BITS

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.forth.vm import ForthVM

UNDEFINED, ABORT_QUOTE = -13, -2
EVALUATED, LOADED = -1, -2  # the source-ids of a text that EVALUATE runs, and of a block
BLOCK_LINE = 64
SOURCE_CELLS = 10  # what `source.save_source` leaves; it says which are file and line


def explain(vm: ForthVM, code: int) -> str:
    """What an error that nobody caught says."""
    if code == ABORT_QUOTE:
        text = vm.read(vm.vm.message, vm.vm.message_length).decode("utf-8", "replace")
        return text or message(code)
    said = message(code)
    detail = token_text(vm) if code == UNDEFINED else vm.reasons.get(code)
    return f"{said}: {detail}" if detail else said


def token_text(vm: ForthVM) -> str:
    """The word that the text interpreter took last."""
    return vm.read(vm.vm.token, vm.vm.token_length).decode("utf-8", "replace")


def place(vm: ForthVM, readers: list[str]) -> Place | None:
    """Where in the source the text interpreter is, with the word that it took last."""
    state = vm.vm
    if state.source_length <= 0:
        return None
    start, length, number = state.source, state.source_length, state.line_number
    block = int.from_bytes(vm.read(constants.BLK_CELL, 8), "little")
    if state.source_id == LOADED:
        row = max(0, min(state.token - start, length - 1)) // BLOCK_LINE
        start, length, number = start + row * BLOCK_LINE, BLOCK_LINE, row + 1
    line = vm.read(start, length)
    before = max(0, min(state.token - start, len(line)))
    text = line.decode("utf-8", "replace")
    column = len(line[:before].decode("utf-8", "replace")) + 1
    length = len(line[before : before + state.token_length].decode("utf-8", "replace"))
    return Place(source_name(vm, state.file, state.source_id, block), number, column, text, length, readers)


def source_name(vm: ForthVM, file: int, source_id: int, block: int) -> str:
    """What reports call a source; a text that EVALUATE runs counts its columns, not its lines."""
    if source_id == LOADED:
        return f"block {block} of {vm.block_store.path}"
    name = vm.files[file] if 0 < file < len(vm.files) else "<string>"
    return f"EVALUATE in {name}" if source_id == EVALUATED else name


def backtrace(vm: ForthVM) -> tuple[list[Frame], list[str]]:
    """The words that were running and the places that had texts read, the innermost first: every header says
    how many cells lie above the return address of its word.
    """
    readers: list[str] = []
    reading = {vm.pieces[name] for name in ("evaluate", "included", "required", "include-file", "load")}
    frames: list[Frame] = []
    pc, bottom = vm.register("pc"), vm.vm.return_bottom
    level = 0
    while token := vm._entry("word_taken_in")(vm.address, pc, level):
        frame = frame_of(vm, token)
        if frame is not None:
            frames.append(frame)
        level += 1
    cells = memoryview(vm.memory.read(bottom - vm.address, vm.register("rp") - bottom)).cast("q")
    place = len(cells)
    known: dict[int, tuple[Frame | None, int, int]] = {}
    while True:
        if pc not in known:
            known[pc] = frame_at(vm, pc)
        frame, size, start = known[pc]
        if frame is not None:
            frames.append(frame)
        place -= size
        if size == 0 or place < 0:
            return frames, readers
        pc = cells[place]
        if start in reading and size > SOURCE_CELLS:
            saved = cells[place + 1 : place + 1 + SOURCE_CELLS]
            _, _, offset, _, _, line, source_id, file, _, block = saved
            line = offset // BLOCK_LINE + 1 if source_id == LOADED else line
            readers.append(f"{source_name(vm, file, source_id, block)}:{line}")


def frame_at(vm: ForthVM, pc: int) -> tuple[Frame | None, int, int]:
    """The frame of guest code at `pc`, None if it is not shown, its size in cells (0: the last), and where the
    code of its word starts.
    """
    token = vm._entry("word_at")(vm.address, pc)
    if token == 0:
        return None, 0, 0
    packed = int.from_bytes(vm.memory.read(pc - vm.address + 4, 2), "little")
    return frame_of(vm, token), (packed >> OPCODE_BITS) + 1, vm.word(token).start


def frame_of(vm: ForthVM, token: int) -> Frame | None:
    """The frame of a word; None for the system's own, which are nothing to a program."""
    name = vm.word_name(token)
    shown = token >= vm.first_shown and not (token < vm.vm.fence and name.startswith("("))
    return Frame(name) if shown else None
