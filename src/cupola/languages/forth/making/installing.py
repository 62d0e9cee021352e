"""Fills a new Forth system: its primitive words, and the guest code that the system is made of."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cupola.languages.forth.making.pieces import Piece
    from cupola.languages.forth.vm import ForthVM

    Entry = Callable[[str], Callable[..., Any]]


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
