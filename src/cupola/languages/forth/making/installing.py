"""Makes a new Forth system: lays its memory out, fills it with the primitive words and the guest code that the system
is made of, and lets it compile what is written in Forth."""

from __future__ import annotations

from cupola.language.limits import Limits
from cupola.languages.forth import constants, library
from cupola.policy.options import Options

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cupola.languages.forth.making.pieces import Piece
    from cupola.languages.forth.vm import ForthVM

    Entry = Callable[[str], Callable[..., Any]]


def build(vm: ForthVM) -> None:
    """Make a fresh system."""
    lay_out(vm)
    if vm.wanted_physics.on:
        from cupola.languages.forth.physics.system import PhysicsOfVM

        vm.physics = PhysicsOfVM(vm, vm.wanted_physics)
    vm._entry("set_up")(vm.address)
    vm.vm.options, vm.vm.profiling = Options().bits, 0  # the system is the same whatever a program wants
    install(vm, vm._entry)
    vm.first_shown = vm.vm.word_count
    limits, vm.limits = vm.limits, Limits()  # they are for programs
    for name, text in library.texts():
        vm.run(text, name)
    vm.limits = limits
    vm._entry("end_of_system")(vm.address)
    vm.adopt(vm.address)


def lay_out(vm: ForthVM) -> None:
    """Point the VM at its regions, which are empty."""
    state, base = vm.vm, vm.address
    state.words = base + constants.WORDS_OFFSET
    state.names_next = base + constants.NAMES_OFFSET
    state.names_end = base + constants.NAMES_OFFSET + constants.NAMES_BYTES
    state.draft = base + constants.DRAFT_OFFSET
    state.draft_limit = constants.DRAFT_LIMIT
    state.control = base + constants.CONTROL_OFFSET
    state.control_limit = constants.CONTROL_BYTES // 8
    state.output = base + constants.OUTPUT_OFFSET
    state.code_next = base + constants.CODE_OFFSET
    state.code_end = base + constants.CODE_OFFSET + constants.CODE_BYTES
    state.return_bottom = base + constants.STACKS_OFFSET
    state.stack_bottom = base + constants.STACKS_OFFSET + constants.STACKS_BYTES - constants.PAD_CELLS * 8
    floats = base + constants.FLOATS_OFFSET + constants.FLOATS_BYTES - constants.PAD_CELLS * 8
    state.float_bottom, state.float_limit = floats, floats - constants.MAX_FLOATS * 8
    state.precision = 15
    state.current = state.latest = -1
    vm._reset_registers()


def install(vm: ForthVM, entry: Entry) -> None:
    """Make the primitives and the pieces of a system whose memory is laid out; sets `vm.pieces` to where they start."""
    from cupola.languages.forth.making.pieces import PIECES

    image = vm.engine.image
    for name, opcode, flags in image["extra"]["words"]:
        data = name.encode()
        _check(entry("install_primitive")(vm.address, data, len(data), opcode, flags), name)
    opcodes = {fact["name"]: number for number, fact in enumerate(vm.engine.facts)}
    tokens: dict[str, int] = {}
    vm.pieces = {}
    for piece in PIECES:
        tokens[piece.name] = _assemble(vm, entry, piece, opcodes, tokens)
        vm.pieces[piece.name] = vm.word(tokens[piece.name]).start
    vm.vm.catch_end = vm.pieces["(catch-end)"]
    _check(entry("make_primitives")(vm.address, tokens["(only compiles)"]), "a primitive")
    for piece in PIECES:
        if piece.is_hidden:
            entry("hide_piece")(vm.address, tokens[piece.name])


def _check(code: int, what: str) -> int:
    if code < 0:
        raise RuntimeError(f"cannot make the Forth system: {what} failed with THROW {code}")
    return code


def _assemble(
    vm: ForthVM, entry: Entry, piece: Piece, opcodes: dict[str, int], tokens: dict[str, int]
) -> int:
    """Assemble one piece; its token."""
    name = piece.name.encode()
    token = _check(entry("begin_piece")(vm.address, name, len(name), piece.flags), piece.name)
    labels = _labels(piece)
    number = 0
    for item in piece.items:
        if isinstance(item, str) and item.endswith(":"):
            entry("add_label")(vm.address)
            continue
        operation, operand = (item, "") if isinstance(item, str) else item
        opcode = opcodes[operation]
        if operand in labels:
            _check(entry("add_branch")(vm.address, opcode, labels[operand]), piece.name)
        else:
            value = tokens[operand] if operation == "call" else int(operand or 0)
            _check(entry("add_instruction")(vm.address, opcode, value), piece.name)
        number += 1
    _check(entry("end_piece")(vm.address, int(not piece.is_hidden)), piece.name)
    return token


def _labels(piece: Piece) -> dict[str, int]:
    """The number of the instruction after each label."""
    labels: dict[str, int] = {}
    number = 0
    for item in piece.items:
        if isinstance(item, str) and item.endswith(":"):
            labels[item[:-1]] = number
        else:
            number += 1
    return labels
