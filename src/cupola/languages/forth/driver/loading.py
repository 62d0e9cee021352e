"""Texts that are to be interpreted: they are put at the top of the data space, from files or from Python.

What may be touched: how names are resolved, and what a file that cannot be read is told as. Native code knows of
texts only their address, length and number.
"""

from __future__ import annotations

import os

from cupola.languages.forth.constants import PAGE_SHIFT

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.forth.vm import ForthVM

FILE_ERROR, BAD_FILE, TOO_LARGE = -37, -38, -8
ONCE, OPENED = 1, 2  # as native code says it: `input`
NOTHING = -1  # the length of a file that need not be loaded again
MOST_FILES = 1000  # that include each other


class LoadError(Exception):
    """A text does not fit into the data space, or a file cannot be read; `code` is the THROW code that says so."""

    def __init__(self, code: int) -> None:
        from cupola.languages.forth.driver.messages import message

        super().__init__(message(code))
        self.code = code


def load(vm: ForthVM, text: bytes, name: str) -> tuple[int, int, int]:
    """Put a text at the top of the data space: its address, length, and the number of its file."""
    top = (vm.vm.data_top - len(text) - 8) & -8
    if top < vm.vm.here + (vm.vm.heap_count << PAGE_SHIFT):
        raise LoadError(TOO_LARGE)
    vm.write(top, text)
    while vm.texts and vm.texts[-1] < vm.vm.data_top:
        vm.texts.pop()
    vm.vm.data_top = top
    vm.texts.append(top)
    if name not in vm.files:
        vm.files.append(name)
    return top, len(text), vm.files.index(name)


def include(vm: ForthVM) -> None:
    """INCLUDED, REQUIRED and INCLUDE-FILE: put the file's text into the data space."""
    address, length, how = vm.request(3)
    try:
        if how == OPENED:
            answer = include_open(vm, address)
        else:
            answer = include_named(
                vm, vm.read(address, length).decode("utf-8", "surrogateescape"), how == ONCE
            )
    except LoadError as error:
        answer = (0, 0, 0, error.code, 0)
    vm.answer(*answer)


def include_named(vm: ForthVM, name: str, once: bool) -> tuple[int, ...]:
    """The text of a file: its address, length, number, no error, and source id. Once: nothing, if it was loaded."""
    path = resolve(vm, name)
    real = os.path.realpath(path) if "\0" not in path else path
    if once and real in vm.loaded:
        return 0, NOTHING, 0, 0, 0
    start, length, number = load(vm, read_file(vm, path), path)
    vm.loaded.add(real)
    return start, length, number, 0, number


def include_open(vm: ForthVM, id: int) -> tuple[int, ...]:
    """The rest of an open file, which is closed; its source id is the file's."""
    check_depth(vm, "an open file")
    path, text = vm.open_files.take_rest(vm, id)
    start, length, number = load(vm, text, path)
    return start, length, number, 0, id


def read_file(vm: ForthVM, path: str) -> bytes:
    """What is in a file that is to be included."""
    check_depth(vm, path)
    refusal = forbidden(vm, path, False)
    if refusal:
        vm.reasons[FILE_ERROR] = refusal
        raise LoadError(FILE_ERROR)
    try:
        with open(path, "rb") as file:
            text = file.read(vm.data_bytes)  # a file may have no end
    except (OSError, ValueError) as error:
        vm.reasons[BAD_FILE] = reason(path, error)
        raise LoadError(BAD_FILE) from None
    if len(text) == vm.data_bytes:
        raise LoadError(TOO_LARGE)
    return text


def reason(path: str, error: OSError | ValueError) -> str:
    """What the system says about a file, for people. That one does not exist says the THROW code."""
    if isinstance(error, FileNotFoundError):
        return path
    return f"{path!r}: {getattr(error, 'strerror', None) or error}"


def forbidden(vm: ForthVM, path: str, writing: bool) -> str:
    """Why the limits of this VM do not let it use a file; empty if they do."""
    allowed = vm.limits.files
    if allowed == "all" or (allowed == "read" and not writing):
        return ""
    what = "files may only be read" if allowed == "read" else "files may not be used"
    return f"{path!r}: {what} in this run (the limit for files is {allowed!r})"


def check_depth(vm: ForthVM, path: str) -> None:
    """Raise LoadError when too many files include each other."""
    while vm.texts and vm.texts[-1] < vm.vm.data_top:
        vm.texts.pop()
    if len(vm.texts) >= MOST_FILES:
        vm.reasons[FILE_ERROR] = f"more than {MOST_FILES} files include each other, {path} the last"
        raise LoadError(FILE_ERROR)


def resolve(vm: ForthVM, name: str) -> str:
    """A relative name counts from the file that includes it."""
    current = vm.files[vm.vm.file] if 0 < vm.vm.file < len(vm.files) else ""
    folder = "" if current.startswith("<") else os.path.dirname(current)
    return os.path.normpath(os.path.join(folder, name)) if name else name
