"""System images: everything is there again in another process, and what is not whole is refused."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

import cupola
from cupola.languages import IMAGE_MAGIC, language_of_image
from cupola.languages.forth import constants
from cupola.languages.forth.making import images, snapshot
from tests.languages.forth.engines import ENGINES, Engine, make_vm

SYSTEM = """
: square ( n -- n )  dup * ;
variable total  5 value five  defer act  ' square is act  42 constant answer
create table 1 , 2 , 3 ,
: field  create , does> @ + ;  8 field second
wordlist constant mine  get-order mine swap 1+ set-order definitions
: square ( in a word list of its own )  1+ ;
previous definitions
2variable pair  -5. pair 2!
: text s" some text" ;
variable block-of-memory  100000 allocate throw block-of-memory !  s" hello" block-of-memory @ swap move
1e 2.5e
: sum ( n -- n )  0 swap 0 ?do i + loop ;
marker gone  : lost ;
7 total !
1 2 3
"""
QUESTIONS = """
depth .  .s  5 square .  total @ . five . 3 act . answer . table 2 cells + @ .  4 second .
get-order mine swap 1+ set-order 9 square . previous  pair 2@ d. text type  5 sum .
block-of-memory @ 5 type  f. f.
8 to five five .  ' 1+ is act 3 act . gone s" lost" evaluate
"""
ANSWERS = "3 <3> 1 2 3 25 7 5 9 42 3 12 10 -5 some text10 hello2.5 1. 8 4 "


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A small system, saved."""
    vm = cupola.VM()
    vm.run(': main  ." started" ;  variable x  77 x !')
    vm.save_image(str(tmp_path / "small.image"), "main")
    return tmp_path / "small.image"


def restored(path: Path, engine: Engine) -> cupola.VM:
    thresholds = None if engine.thresholds is None else cupola.Thresholds(*engine.thresholds)
    return cupola.VM(image=str(path), tier=engine.tier, thresholds=thresholds)


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_everything_survives(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "app.image"
    first = make_vm(engine)
    first.run(SYSTEM)
    first.save_image(str(path))
    vm = restored(path, engine)
    with pytest.raises(cupola.GuestError) as caught:
        vm.run(QUESTIONS)
    assert vm.take_output() == ANSWERS
    assert caught.value.code == -13  # the marker took the word away
    assert [frame.name for frame in caught.value.backtrace] == []
    again = tmp_path / "again.image"
    vm.save_image(str(again))
    vm = restored(again, engine)
    vm.run("five . 3 act . 10 sum .")
    assert vm.take_output() == "8 4 45 "


def test_images_of_native_code_start_as_threaded_code_and_heat_up_again(tmp_path: Path) -> None:
    first = cupola.VM(tier="baseline")
    first.run(": f 0 10000 0 do i + loop ;  f .")
    first.save_image(str(tmp_path / "f.image"))
    for tier in ("threaded", "baseline", "auto"):
        vm = cupola.VM(image=str(tmp_path / "f.image"), tier=tier)
        vm.run("f .")
        assert vm.take_output() == "49995000 "
        assert (vm.statistics()["tier-ups"] > 0) == (tier != "threaded")


def test_a_turnkey_image_starts_by_itself(image: Path) -> None:
    vm = cupola.VM(image=str(image))
    vm.start()
    assert vm.take_output() == "started"
    vm.run("x @ .")
    assert vm.take_output() == "77 "
    with pytest.raises(ValueError, match="SAVE-TURNKEY"):
        cupola.VM().start()


def test_the_command_line_starts_images(image: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.fs"
    program.write_text(
        "save-system base.image\n.( saved) cr\n: main next-arg type ;  ' main save-turnkey app.bin\n"
    )
    more = tmp_path / "more.fs"
    more.write_text("next-arg type .( from a file)\n")

    def run(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cupola", "run", *arguments],
            input=text, capture_output=True, text=True, cwd=tmp_path, timeout=100,
        )  # fmt: skip

    assert run("program.fs").stdout == "saved\n"
    assert run("app.bin", "you").stdout == "you"
    assert run("--stats", "app.bin", "you").stdout == "you"
    assert run("base.image", "more.fs", "me ").stdout == "me from a file"
    assert run("base.image", text="1 2 + .").stdout == "3 "
    data = (tmp_path / "app.bin").read_bytes()
    (tmp_path / "app.bin").write_bytes(data[:-1])
    refused = run("app.bin")
    assert refused.returncode == 2
    assert "app.bin: the image should have" in refused.stderr and "THROW -260" in refused.stderr


@pytest.mark.parametrize("tier", ["switch", "table"])
def test_code_for_another_kind_of_interpreter_is_refused(image: Path, tier: str) -> None:
    with pytest.raises(images.ImageError, match=f"not for the tier '{tier}'; start it with the tier auto"):
        cupola.VM(image=str(image), tier=tier)


def test_an_image_that_needs_more_memory_is_refused(tmp_path: Path) -> None:
    vm = cupola.VM()
    vm.run("create big 1000000 allot")
    vm.save_image(str(tmp_path / "big.image"))
    with pytest.raises(images.ImageError, match="the limit for memory is 65,536; give it more memory"):
        cupola.VM(image=str(tmp_path / "big.image"), limits=cupola.Limits(memory=65536))
    assert cupola.VM(image=str(tmp_path / "big.image"), limits=cupola.Limits(memory=2 << 20)).words()


def test_every_truncation_and_every_flipped_bit_is_refused(image: Path, tmp_path: Path) -> None:
    data = image.read_bytes()
    choice = random.Random(5)
    header = 96
    places = [*range(header), *(choice.randrange(len(data)) for _ in range(300)), len(data) - 1]
    bad = tmp_path / "bad.image"
    for place in places:
        bad.write_bytes(data[:place] + bytes([data[place] ^ 1 << choice.randrange(8)]) + data[place + 1 :])
        with pytest.raises(images.ImageError, match=r"bad\.image: .*; .* \(THROW -260\)$"):
            images.read_image(str(bad))
    for end in [*range(header), *(choice.randrange(len(data)) for _ in range(100))]:
        bad.write_bytes(data[:end])
        with pytest.raises(images.ImageError):
            cupola.VM(image=str(bad))
    bad.write_bytes(data + b"!")
    with pytest.raises(images.ImageError, match=r"bytes, .* are there"):
        images.read_image(str(bad))


def test_sections_that_are_not_sound_are_refused_even_with_a_right_checksum(
    image: Path, tmp_path: Path
) -> None:
    sections = images.read_image(str(image))
    choice = random.Random(6)
    path = str(tmp_path / "odd.image")
    for name in sections:
        for data in (b"", sections[name][:-1], sections[name] + b"\0"):
            images.write_image(path, {**sections, name: data})
            try:
                cupola.VM(image=path).close()
            except images.ImageError as error:
                assert "odd.image" in str(error)
    code = bytearray(sections["code"])
    for _ in range(200):
        place = choice.randrange(0, len(code), 8)
        odd = code[:place] + choice.randbytes(8) + code[place + 8 :]
        images.write_image(path, {**sections, "code": bytes(odd)})
        try:
            cupola.VM(image=path).close()
        except images.ImageError as error:
            assert "no guest code" in str(error) or "larger data space" in str(error)
    with pytest.raises(images.ImageError, match="not sound"):
        images.write_image(path, {key: value for key, value in sections.items() if key != "code"})
        cupola.VM(image=path)


@pytest.mark.parametrize(
    ("name", "found"),
    [("language", "lua"), ("cell bits", "32"), ("version", "9.9"), ("definition", "0000")],
)
def test_an_image_of_something_else_is_refused(image: Path, tmp_path: Path, name: str, found: str) -> None:
    sections = images.read_image(str(image))
    told = dict(line.split("=") for line in sections["about"].decode().split("\n"))
    told[name] = found
    about = "\n".join(f"{each}={value}" for each, value in told.items()).encode()
    path = str(tmp_path / "other.image")
    images.write_image(path, {**sections, "about": about})
    with pytest.raises(
        images.ImageError, match=f"expected an image for .*, found one for {name and '.*'}{found}"
    ):
        cupola.VM(image=path)


def test_what_is_no_image_says_so(tmp_path: Path) -> None:
    file = tmp_path / "a.fs"
    file.write_text("1 .")
    assert language_of_image(str(file)) is None
    assert language_of_image(str(tmp_path / "nothing")) is None
    with pytest.raises(images.ImageError, match="expected a system image, found another kind of file"):
        cupola.VM(image=str(file))
    with pytest.raises(images.ImageError, match="cannot be read: No such file"):
        cupola.VM(image=str(tmp_path / "nothing"))


@pytest.mark.parametrize("engine", ENGINES[:3], ids=str)
def test_errors_of_saving(engine: Engine, tmp_path: Path) -> None:
    vm = make_vm(engine)
    cases = {
        ": f [ save-system x.image ] ;": -29,
        f"save-system {tmp_path}/no/such/folder/x.image": -37,
        "save-system": -16,
        "save-turnkey x.image": -4,
        "-1 save-turnkey x.image": -9,
        "1000000 save-turnkey x.image": -9,
    }
    for source, code in cases.items():
        with pytest.raises(cupola.GuestError) as caught:
            vm.run(source)
        assert caught.value.code == code, source
        vm.run("1 2 + .")
        assert vm.take_output() == "3 "
    assert list(tmp_path.iterdir()) == []


def test_the_limit_for_files_holds(tmp_path: Path) -> None:
    vm = cupola.VM(limits=cupola.Limits(files="read"))
    with pytest.raises(cupola.GuestError, match="files may only be read"):
        vm.run(f"save-system {tmp_path}/x.image")
    assert list(tmp_path.iterdir()) == []


def test_an_image_replaces_a_file_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.image"
    path.write_text("old")
    cupola.VM().save_image(str(path))
    assert language_of_image(str(path)) == "forth"
    assert path.read_bytes().startswith(IMAGE_MAGIC)
    assert [each.name for each in tmp_path.iterdir()] == ["x.image"]
    with pytest.raises(cupola.GuestError) as caught:
        cupola.VM().save_image(str(tmp_path))
    assert caught.value.code == -37
    assert [each.name for each in tmp_path.iterdir()] == ["x.image"]


def test_the_heap_needs_the_memory_that_it_had(tmp_path: Path) -> None:
    path = str(tmp_path / "heap.image")
    vm = cupola.VM(limits=cupola.Limits(memory=1 << 20))
    vm.run("variable x  1000 allocate throw x !  77 x @ !  : get x @ @ ;")
    vm.save_image(path)
    for limits in (None, cupola.Limits(memory=1 << 20)):
        again = cupola.VM(image=path, limits=limits)
        again.run("get .  2000 allocate throw x @ free throw x !  5 x @ ! get . x @ free .")
        assert again.take_output() == "77 5 0 "
    with pytest.raises(images.ImageError, match="the limit for memory must be 1,048,576"):
        cupola.VM(image=path, limits=cupola.Limits(memory=2 << 20))


def test_addresses_that_the_compiler_checked_must_be_good_where_an_image_starts(tmp_path: Path) -> None:
    path = str(tmp_path / "far.image")
    for source in (": f 30000000 @ ;", ": f 30000000 c! ; : g 1 f ;", ": f 30000000 f@ ;"):
        vm = cupola.VM()
        vm.run(source)
        vm.save_image(path)
        assert cupola.VM(image=path).words()
        with pytest.raises(images.ImageError, match="its code needs a larger data space"):
            cupola.VM(image=path, limits=cupola.Limits(memory=1 << 20))


def test_what_is_not_kept_is_empty_in_a_new_system() -> None:
    """Whoever adds a region must say in `snapshot.parts` what of it belongs to the system, or keep it empty."""
    passing = {"DRAFT", "CONTROL", "LOCALS", "OUTPUT", "STACKS", "FLOATS"}  # what is there belongs to nobody
    vm = cupola.VM().system
    vm.memory.decommit()
    vm.files = [""]
    vm.set_limits()
    vm._build()
    memory = bytearray(vm.memory.read(0, vm.heap_records))
    memory[: vm.engine.size_of("VM")] = bytes(vm.engine.size_of("VM"))
    for _, offset, size in snapshot.parts(vm, vm.address):
        memory[offset : offset + size] = bytes(size)
    for name in passing:
        offset, size = getattr(constants, f"{name}_OFFSET"), getattr(constants, f"{name}_BYTES")
        memory[offset : offset + size] = bytes(size)
    top = vm.vm.data_top - constants.LOW + constants.DATA_OFFSET
    first = constants.DATA_OFFSET + vm.vm.here - constants.LOW
    memory[first:top] = bytes(top - first)  # behind HERE everything is allowed
    assert not any(memory), f"byte {next(at for at, each in enumerate(memory) if each):#x} belongs to no part"


def test_errors_tell_places_and_words_after_a_start_too(tmp_path: Path) -> None:
    file = tmp_path / "words.fs"
    file.write_text(": inner ( n -- ) 0 / ;\n: outer 1 inner drop ;\n: (private) outer ;\n")
    first = cupola.VM()
    first.run(f"include {file}")
    first.save_image(str(tmp_path / "x.image"), "outer")
    vm = cupola.VM(image=str(tmp_path / "x.image"))
    for source in ("", "outer", 's" outer" evaluate'):
        with pytest.raises(cupola.GuestError) as caught:
            vm.run(source) if source else vm.start()
        assert [frame.name for frame in caught.value.backtrace][:2] == ["inner", "outer"]
    vm.run("locate inner")
    assert f"{file}:1: inner" in vm.take_output()
    with pytest.raises(cupola.GuestError) as caught:
        vm.run("1 2\n  (private) 3")
    assert [frame.name for frame in caught.value.backtrace] == ["inner", "outer", "(private)"]
    assert caught.value.where is not None and (caught.value.where.line, caught.value.where.column) == (2, 3)


def test_private_words_of_the_system_are_in_no_backtrace() -> None:
    """Whether they are called or taken in: `(base)` of the prelude throws, inside of `#`."""
    vm = cupola.VM()
    for source in ("5 77 base ! .", ": f 5 77 base ! u. ; f"):
        with pytest.raises(cupola.GuestError) as caught:
            vm.run(source)
        assert caught.value.code == -24
        assert not any(frame.name.startswith("(") for frame in caught.value.backtrace)
        vm.run("#10 base !")
