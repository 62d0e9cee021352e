"""SEE, LOCATE and WHERE: words as Forth that defines them, where they were defined, who uses them."""

from __future__ import annotations

import os

from cupola.languages.forth import library
from cupola.languages.forth.constants import (
    COMPILE_ONLY,
    IMMEDIATE,
    IS_MARKER,
    KIND_COLON,
    KIND_CONSTANT,
    KIND_CREATED,
    KIND_DEFER,
    KIND_DOES,
    KIND_FCONSTANT,
    KIND_FVALUE,
    KIND_PRIMITIVE,
    KIND_TWO_VALUE,
    KIND_VALUE,
)
from cupola.languages.forth.driver.services import BAD_ADDRESS, Throw, pop, say
from cupola.languages.forth.seeing.decompile import Decompiler, float_text
from cupola.languages.forth.seeing.structures import Puzzle

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.forth.vm import ForthVM

WIDTH = 76
OPENING = ("if", "ahead", "begin", "do", "?do")
MIDDLE = ("else", "while", "does>")
CLOSING = ("then", "until", "again", "repeat", "loop", "+loop")
LINES_BEFORE, MOST_LINES = 2, 20  # of a definition that LOCATE shows


def pop_token(vm: ForthVM) -> int:
    """Take an execution token. Throws "invalid memory address" for other numbers."""
    (token,) = pop(vm, 1)
    if not 0 < token < vm.vm.word_count:
        raise Throw(BAD_ADDRESS)
    return token


# --- SEE ----------------------------------------------------------------------------------------------------------


def see(vm: ForthVM) -> None:
    """( xt -- ) Print a word as Forth that defines it."""
    say(vm, "\n" + "\n".join(source_of(vm, pop_token(vm))) + "\n")


def source_of(vm: ForthVM, token: int) -> list[str]:
    """The lines of a definition of the word; what is not Forth stands in comments."""
    word = vm.word(token)
    name = vm.word_name(token)
    title = ":noname" if not word.name_length else f": {name}"
    if word.kind == KIND_COLON and word.value == IS_MARKER:
        return [f"marker {name}"]
    if word.kind == KIND_COLON:
        try:
            return [*_laid_out(title, Decompiler(vm).source(token)), *_flags(word.flags)]
        except Puzzle as puzzle:
            return [f"\\ {title} cannot be shown as Forth: {puzzle}", *_see_code(vm, token)]
    return [*_data_word(vm, token, name), *_flags(word.flags & ~COMPILE_ONLY)]


def _data_word(vm: ForthVM, token: int, name: str) -> list[str]:
    word = vm.word(token)
    kind = word.kind
    value = int.from_bytes(vm.read(word.body, 8), "little", signed=True)
    if kind == KIND_PRIMITIVE:
        fact = vm.engine.facts[word.opcode]
        taken = f"takes {fact['pops']}, leaves {fact['pushes']}"
        meaning = vm.engine.image["extra"]["meanings"].get(fact["name"], "")
        return [f"\\ {name} is a primitive: one instruction of the VM, which {taken} cells", f"\\ {meaning}"]
    if kind == KIND_CONSTANT:
        return [f"{word.value} constant {name}"]
    if kind == KIND_VALUE:
        return [f"{value} value {name}"]
    if kind == KIND_TWO_VALUE:
        low = int.from_bytes(vm.read(word.body + 8, 8), "little")
        return [f"{(value << 64) + low}. 2value {name}"]
    if kind == KIND_FCONSTANT:
        return [f"{float_text(word.value)} fconstant {name}"]
    if kind == KIND_FVALUE:
        return [f"{float_text(value)} fvalue {name}"]
    if kind == KIND_DEFER:
        known = 0 < value < vm.vm.word_count
        return [f"defer {name}", f"' {vm.word_name(value)} is {name}" if known else f"\\ {name} was not set"]
    if kind == KIND_CREATED:
        return [f"create {name}  \\ its data begins at {word.body}"]
    if kind == KIND_DOES:
        maker = _maker(vm, word.does)
        return [f"create {name}  \\ its data begins at {word.body}; {maker} made it, and says what it does"]
    return [f"\\ {name} is a word of kind {kind}"]


def _maker(vm: ForthVM, code: int) -> str:
    try:
        return vm.unit_at(code)[2]
    except LookupError:
        return "a word that was forgotten"


def _flags(flags: int) -> list[str]:
    found = ["immediate"] * bool(flags & IMMEDIATE) + ["compile-only"] * bool(flags & COMPILE_ONLY)
    return [" ".join(found)] if found else []


def _laid_out(title: str, words: list[str]) -> list[str]:
    """Lines of at most WIDTH characters; what stands inside of a structure is indented."""
    lines = [title]
    depth = 1
    fresh = True  # the next word begins a line
    for word in [*words, ";"]:
        if word in CLOSING or word in MIDDLE:
            depth = max(depth - 1, 1)
            fresh = fresh or word != "while"
        if fresh or len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append("   " * depth + word)
        else:
            lines[-1] += " " + word
        fresh = word in (*OPENING, *CLOSING, *MIDDLE) and word != "ahead"
        if word in OPENING or (word in MIDDLE and word != "does>"):
            depth += 1
    if lines[-1].strip() == ";" and len(lines) > 1 and len(lines[-2]) < WIDTH - 1:
        lines[-2:] = [lines[-2] + " ;"]
    return lines


def _see_code(vm: ForthVM, token: int) -> list[str]:
    """What to do instead."""
    name = vm.word_name(token)
    return [f"\\ its instructions: see-code {name}" if vm.word(token).name_length else "\\ it has no name"]


def see_native(vm: ForthVM) -> None:
    """( xt -- ) Print the machine code that was made of a word."""
    token = pop_token(vm)
    word = vm.word(token)
    made = [each for each in vm.compiled if each.start == word.start]
    if not made:
        say(vm, f"\n{vm.word_name(token)} was not compiled to machine code (yet)\n")
        return
    from cupola.machine.disassemble import disassemble

    newest = made[-1]
    assert vm.native is not None
    code = vm.native.read(newest.address - vm.native.executable, newest.size)
    names = {address: name for name, address in vm.engine.symbols.items()}
    lines = [f"  {each}" for each in disassemble(code, newest.address, names)]
    say(vm, "\n".join(["", f"{vm.word_name(token)}: {newest.size} bytes of machine code", *lines, ""]))


# --- LOCATE -------------------------------------------------------------------------------------------------------


def locate(vm: ForthVM) -> None:
    """( xt -- ) Print the file and the line of a definition, and the lines around it."""
    token = pop_token(vm)
    word = vm.word(token)
    name = vm.word_name(token)
    if not word.line:
        say(vm, f"\n{name} was not defined in a source text: it is part of the system\n")
        return
    file = vm.files[word.file] if 0 < word.file < len(vm.files) else "<string>"
    lines = [f"{file}:{word.line}: {name}"]
    text = _lines_of(file)
    if text is None:
        lines.append(f"  the text of {file} is not there (any more)")
    elif word.line > len(text):
        lines.append(f"  {file} has changed: it has {len(text)} lines now")
    else:
        lines += _around(text, word.line)
    say(vm, "\n" + "\n".join(lines) + "\n")


def _lines_of(file: str) -> list[str] | None:
    """The lines of a source file, or of a file that the system is made of."""
    path = file
    if file.startswith("<"):
        known = {f"<{os.path.basename(each).removesuffix('.fs')}>": each for each in library.paths()}
        path = known.get(file, "")
    try:
        with open(path, "rb") as source:
            return source.read().decode("utf-8", "replace").split("\n")
    except (OSError, ValueError):
        return None


def _around(text: list[str], line: int) -> list[str]:
    """The lines of a definition that begins at `line`, up to the one with its `;`, and a few before it."""
    last = line
    if {":", ":noname"} & set(text[line - 1].lower().split()):
        while last < min(len(text), line + MOST_LINES) and ";" not in text[last - 1].split():
            last += 1
    first = max(1, line - LINES_BEFORE)
    return [f"{'>' if at == line else ' '}{at:5}  {text[at - 1]}" for at in range(first, last + 1)]


# --- WHERE --------------------------------------------------------------------------------------------------------


def where(vm: ForthVM) -> None:
    """( xt -- ) Print the words whose code calls a word, or has it taken in."""
    token = pop_token(vm)
    wanted = vm.word(token)
    decompiler = Decompiler(vm)
    primitive = vm.engine.facts[wanted.opcode]["name"] if wanted.kind == KIND_PRIMITIVE else None
    lines = []
    for user in range(1, vm.vm.word_count):
        word = vm.word(user)
        if user == token or word.kind != KIND_COLON or not word.start or not word.name_length:
            continue
        for item in decompiler.items(word):
            uses = item.name == primitive or (item.name == "call" and item.target == wanted.entry)
            uses = uses or (wanted.body != 0 and item.number == wanted.body)
            if uses or any(each == token for _, each in decompiler.sites_of(item.site)):
                file = vm.files[word.file] if 0 < word.file < len(vm.files) else ""
                lines.append(f"  {vm.word_name(user)}" + (f"  {file}:{word.line}" if word.line else ""))
                break
    count = f"{len(lines)} words use" if len(lines) != 1 else "1 word uses"
    say(vm, "\n".join(["", f"{count} {vm.word_name(token)}", *lines, ""]))
