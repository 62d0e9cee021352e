"""System images: files that hold a whole Forth system, to start it again.

An image has a header (magic, format, length, checksum over everything else) and the sections of `snapshot`, the first
of which says what made it. It holds guest code, which is tied to the definition of its instructions: an image is good
for the Cupola that made it, and refused by all others. The checksum finds damage, not malice: guest code was checked
when it was compiled, and an image is trusted as the program that made it was.
"""

from __future__ import annotations

import os
import struct

from cupola import __version__
from cupola.languages import IMAGE_MAGIC, IMAGE_NAME_BYTES
from cupola.languages.forth import constants
from cupola.languages.forth.driver.services import Throw, pop, pop_text
from cupola.languages.forth.making import snapshot
from cupola.machine.cache import digest

TYPE_CHECKING = False  # as in typing, whose import costs 10 ms of start-up
if TYPE_CHECKING:
    from cupola.languages.forth.making.snapshot import Sections
    from cupola.languages.forth.vm import ForthVM

FORMAT = 1
LANGUAGE = "forth"
# Magic, language, format, length of the rest, checksum over language, format and the rest.
_HEADER = struct.Struct(f"<16s{IMAGE_NAME_BYTES}sQQ32s")
CELL_BITS = 64
BAD_IMAGE, NESTED, FILE_ERROR, INVALID_TOKEN = -260, -29, -37, -9
LEAST_ROOM = 4096  # bytes of the data space that a system needs to run at all


class ImageError(ValueError):
    """A file is no image that can be started here; the message says what was expected and found, and what to do."""

    code = BAD_IMAGE


# --- files --------------------------------------------------------------------------------------------------------


def read_image(path: str) -> Sections:
    """The sections of an image. Raises ImageError."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise ImageError(f"{path}: cannot be read: {error.strerror} (THROW {FILE_ERROR})") from None
    return _checked(path, data)


def _refusal(path: str, found: str, advice: str) -> ImageError:
    return ImageError(f"{path}: {found}; {advice} (THROW {BAD_IMAGE})")


def _checked(path: str, data: bytes) -> Sections:
    again = "copy it or save it again"
    if data[: len(IMAGE_MAGIC)] != IMAGE_MAGIC:
        raise _refusal(
            path, "expected a system image, found another kind of file", "SAVE-SYSTEM makes images"
        )
    if len(data) < _HEADER.size:
        raise _refusal(path, f"the image is cut off after {len(data):,} bytes", again)
    _, language, format, length, checksum = _HEADER.unpack_from(data)
    if format != FORMAT:
        raise _refusal(
            path,
            f"expected an image of format {FORMAT}, found format {format}",
            "save it again with this version",
        )
    body = data[_HEADER.size :]
    if length != len(body):
        raise _refusal(path, f"the image should have {length:,} bytes, {len(body):,} are there", again)
    if checksum != _checksum(language, body):
        raise _refusal(path, "the image is damaged: its checksum is wrong", again)
    return snapshot.unpack(body)


def _checksum(language: bytes, body: bytes) -> bytes:
    return bytes.fromhex(digest(language, str(FORMAT), body))


def write_image(path: str, sections: Sections) -> None:
    """Write an image: under another name first, so that there is a whole one or none. Raises OSError."""
    body = snapshot.pack(sections)
    language = LANGUAGE.encode().ljust(IMAGE_NAME_BYTES, b"\0")
    data = _HEADER.pack(IMAGE_MAGIC, language, FORMAT, len(body), _checksum(language, body)) + body
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


# --- what an image says of itself ---------------------------------------------------------------------------------


def about(vm: ForthVM) -> dict[str, str]:
    """What must be the same where an image is started, by name, and what the system must be told."""
    return {
        "language": LANGUAGE,
        "cell bits": str(CELL_BITS),
        "version": __version__,
        "definition": vm.engine.definition,
        "code for": code_kind(vm),
        "counting": str(int(vm.counting)),
    }


def code_kind(vm: ForthVM) -> str:
    """Which interpreters can run the guest code of a VM: native code and threaded code share theirs."""
    return vm.tier if vm.tier in vm.engine.loop_variants else "threaded"


NAMES = {
    "language": "language",
    "cell bits": "cells of so many bits",
    "version": "version of Cupola",
    "definition": "build of Cupola",
}


def check_about(path: str, found: dict[str, str], vm: ForthVM) -> None:
    """Raise ImageError if an image was not made for this VM."""
    wanted = about(vm)
    for name, said in NAMES.items():
        if found.get(name) != wanted[name]:
            raise _refusal(
                path,
                f"expected an image for {said} {wanted[name]}, found one for {found.get(name, 'none')}",
                "save it again from its source with this Cupola",
            )
    if found.get("code for") != wanted["code for"]:
        tiers = "auto, baseline or threaded" if found.get("code for") == "threaded" else found.get("code for")
        raise _refusal(path, f"its code is not for the tier {vm.tier!r}", f"start it with the tier {tiers}")


# --- saving and loading -------------------------------------------------------------------------------------------


def save(vm: ForthVM, path: str, entry: int = 0) -> None:
    """Save the system of a VM, in which no definition is open; `entry` is the word that a start runs, or 0.

    Raises Throw.
    """
    if vm.vm.compiling or vm.vm.current >= 0:
        raise Throw(NESTED, "an image cannot be saved while a definition is open")
    if vm.physics is not None:
        raise Throw(
            BAD_IMAGE, "the code of a system with the physics on has counters that an image cannot hold"
        )
    if not 0 <= entry < vm.vm.word_count:
        raise Throw(INVALID_TOKEN)
    if not path:
        raise Throw(-16)
    if not vm.engine.definition:
        raise Throw(BAD_IMAGE, "this engine was not made from the package's sources")
    told = {**about(vm), "entry": str(entry)}
    sections = {"about": "\n".join(f"{name}={value}" for name, value in told.items()).encode()}
    sections.update(snapshot.take(vm))
    sections["loaded"] = "\0".join(sorted(vm.loaded)).encode("utf-8", "surrogateescape")
    sections["stack"] = b"".join((cell & constants.MASK).to_bytes(8, "little") for cell in vm.stack)
    sections["floats"] = struct.pack(f"<{len(vm.float_stack)}d", *vm.float_stack)
    try:
        write_image(path, sections)
    except (OSError, ValueError) as error:
        raise Throw(FILE_ERROR, f"{path!r}: {getattr(error, 'strerror', None) or error}") from None


def data_bytes(path: str, sections: Sections, usual: int) -> int:
    """How large the data space should be for an image: as usual, unless it has a heap, which lies behind it."""
    if "heap" not in sections:
        return usual
    try:
        return int(sections["data bytes"])
    except (ValueError, KeyError) as error:
        raise _refusal(path, f"the image is not sound: {error}", "save it again") from None


def load(vm: ForthVM, path: str, sections: Sections) -> None:
    """Fill a new VM from an image; its entry word is then `vm.entry`. Raises ImageError."""
    try:
        lines = (line.partition("=") for line in sections["about"].decode().split("\n"))
        told = {name: value for name, _, value in lines}
        check_about(path, told, vm)
        vm.counting = bool(int(told["counting"]))
        needed = len(sections["data"]) + LEAST_ROOM
        if needed > vm.data_bytes:
            raise _refusal(
                path,
                f"its data takes {needed:,} bytes, the limit for memory is {vm.data_bytes:,}",
                "give it more memory",
            )
        snapshot.put(vm, sections)
        vm.vm.hint_count = 0  # a profile is the process's own
        vm.entry = int(told["entry"])
        loaded = sections["loaded"].decode("utf-8", "surrogateescape")
        vm.loaded = set(loaded.split("\0")) if loaded else set()
        vm.stack = tuple(memoryview(sections["stack"]).cast("q"))
        vm.float_stack = tuple(memoryview(sections["floats"]).cast("d"))
    except ImageError:
        raise
    except (ValueError, KeyError, IndexError, TypeError, OverflowError) as error:
        raise _refusal(path, f"the image is not sound: {error}", "save it again") from None


def save_system(vm: ForthVM) -> None:
    """( xt | 0 c-addr u -- ) SAVE-SYSTEM and SAVE-TURNKEY"""
    from cupola.languages.forth.driver.loading import forbidden

    path = pop_text(vm)
    (entry,) = pop(vm, 1)
    refusal = forbidden(vm, path, True)
    if refusal:
        raise Throw(FILE_ERROR, refusal)
    save(vm, path, entry)
