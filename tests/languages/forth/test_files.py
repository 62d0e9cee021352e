"""The FILE words on every engine: what they do, what they refuse, and what is in the files afterwards."""

from __future__ import annotations

import gc
import io
import os
import random
from pathlib import Path

import pytest

import cupola
from cupola.languages.forth.constants import FILE_BUFFER_BYTES, OPEN_FILES
from tests.languages.forth.engines import ENGINES, REFERENCE, Engine, Outcome, make_vm, run
from tests.languages.forth.outputs import Program, read_programs

PROGRAMS = read_programs(Path(__file__).with_name("files.txt"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder of a program, with a few files in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_bytes(b"one\ntwo\r\n\nlast")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "link.fs").symlink_to("one.fs")
    return tmp_path


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("program", PROGRAMS, ids=str)
def test_program(program: Program, engine: Engine, folder: Path) -> None:
    source = program.source.replace("{here}", str(folder)).replace("{name}", folder.name)
    outcome = run(make_vm(engine, io.BytesIO(b"input\nmore\n")), source)
    assert outcome == Outcome(None, program.expected)


def operations(chance: random.Random) -> list[tuple[str, int]]:
    """Random operations on one file, of sizes around that of the buffer and far below it."""
    names = [
        "write-file",
        "write-line",
        "read-file",
        "read-line",
        "reposition-file",
        "flush-file",
        "file-size",
    ]
    sizes = [
        0,
        1,
        7,
        100,
        FILE_BUFFER_BYTES - 1,
        FILE_BUFFER_BYTES,
        FILE_BUFFER_BYTES + 1,
        3 * FILE_BUFFER_BYTES,
    ]
    return [(chance.choice(names), chance.choice(sizes) + chance.randrange(3)) for _ in range(150)]


def in_python(todo: list[tuple[str, int]], data: bytearray, text: bytes) -> list[str]:
    """What the operations give, by a model of one file with a position; `data` is the file."""
    place = 0
    said = []
    for name, number in todo:
        if name.startswith("write"):
            piece = text[:number] + b"\n" * (name == "write-line")
            data.extend(b"\0" * (place - len(data) if piece else 0))
            data[place : place + len(piece)] = piece
            place += len(piece)
        elif name == "read-file":
            piece = bytes(data[place : place + number])
            place += len(piece)
            said.append(f"{len(piece)} {sum(piece)}")
        elif name == "read-line":
            rest = bytes(data[place:])
            end = rest.find(b"\n", 0, number + 1)
            size = end if end >= 0 else min(number, len(rest))
            used = size if size == number or end < 0 else size + 1
            if end > 0 and rest[end - 1 : end] == b"\r":
                size, used = end - 1, end + 1
            said.append(f"{size} {-int(bool(rest))} {sum(rest[:size])}")
            place += used
        elif name == "reposition-file":
            place = number
        elif name == "file-size":
            said.append(f"{len(data)} {place}")
    return said


FORTH = """
create buf {room} allot  s" data" r/w open-file throw value f
: sum ( addr u -- n )  0 -rot bounds ?do i c@ + loop ;
: text ( -- )  s" text" slurp-file ;  text drop value t
: do-write-file  t swap f write-file throw ;
: do-write-line  t swap f write-line throw ;
: do-read-file  buf swap f read-file throw dup . buf swap sum . cr ;
: do-read-line  buf swap f read-line throw over . . buf swap sum . cr ;
: do-reposition-file  0 f reposition-file throw ;
: do-flush-file  drop f flush-file throw ;
: do-file-size  drop f file-size throw d. f file-position throw d. cr ;
"""


@pytest.mark.parametrize("seed", range(12))
def test_random_operations(seed: int, folder: Path) -> None:
    chance = random.Random(seed)
    text = bytes(
        chance.choice(b"abcdefgh \r\n" if seed % 2 else b"ab\r\n\n\n") for _ in range(4 * FILE_BUFFER_BYTES)
    )
    start = text[:: 1 + seed % 5]
    (folder / "text").write_bytes(text)
    (folder / "data").write_bytes(start)
    todo = operations(chance)
    data = bytearray(start)
    expected = in_python(todo, data, text)
    program = FORTH.replace("{room}", str(5 * FILE_BUFFER_BYTES))
    program += "\n".join(f"{number} do-{name}" for name, number in todo)
    outcome = run(make_vm(ENGINES[seed % len(ENGINES)]), program)
    assert outcome.code is None, outcome
    assert [" ".join(line.split()) for line in outcome.output.splitlines()] == expected
    assert (folder / "data").read_bytes() == data


# --- the end of a run -------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_what_was_written_is_in_the_file_after_the_run_and_after_an_error(
    engine: Engine, folder: Path
) -> None:
    vm = make_vm(engine)
    assert run(vm, 's" new" w/o create-file throw value f  s" first" f write-line throw').code is None
    assert (folder / "new").read_bytes() == b"first\n"
    assert run(vm, 's" second" f write-line throw  -9 throw').code == -9
    assert (folder / "new").read_bytes() == b"first\nsecond\n"
    vm.call("f")
    assert run(vm, 's" third" f write-line throw bye').code is None
    assert (folder / "new").read_bytes() == b"first\nsecond\nthird\n"


def test_a_run_that_a_limit_ends_writes_too(folder: Path) -> None:
    vm = cupola.VM("forth", limits=cupola.Limits(steps=100_000))
    with pytest.raises(cupola.LimitReached):
        vm.run(': t  s" x" r/w create-file throw >r s" kept" r@ write-file throw begin again rdrop ; t')
    assert (folder / "x").read_bytes() == b"kept"


def test_closing_a_system_closes_its_files(folder: Path) -> None:
    gc.collect()  # what tests before this one have left open is not counted
    before = len(os.listdir("/proc/self/fd"))
    for close in (True, False):
        vm = make_vm(REFERENCE)
        run(vm, 's" a.txt" r/o open-file throw s" b.txt" r/w create-file throw')
        assert len(os.listdir("/proc/self/fd")) > before
        if close:
            vm.close()
        del vm
        assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full, a device that is always full")
@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_what_cannot_be_written_at_the_end_is_an_error(engine: Engine) -> None:
    vm = make_vm(engine)
    outcome = run(vm, 's" /dev/full" w/o open-file throw value f  s" lost" f write-file .')
    assert (outcome.code, outcome.output) == (-75, "0 ")
    assert "/dev/full" in outcome.message and "No space left" in outcome.message
    outcome = run(vm, 's" lost" f write-file . -9 throw')
    assert outcome.code == -9
    assert "besides" in outcome.message and "No space left" in outcome.message
    source = 's" lost" f write-file . f flush-file . s" lost" f write-file . f close-file . f close-file .'
    assert run(vm, source) == Outcome(None, "0 -68 0 -62 -37 ")


# --- limits -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_as_many_files_as_there_may_be_and_one_more(engine: Engine, folder: Path) -> None:
    vm = make_vm(engine)
    opens = 's" a.txt" r/o open-file throw drop '
    assert run(vm, f": t  {OPEN_FILES} 0 do {opens} loop ; t") == Outcome(None, "")
    outcome = run(vm, opens)
    assert outcome.code == -37
    assert f"{OPEN_FILES} files are open, which is the limit" in outcome.message
    vm.close()


CALLS = {
    "read": ('s" a.txt" r/o open-file nip', 's" a.txt" file-status nip', 's" ok.fs" \' included catch nip nip'),
    "write": ('s" a.txt" r/w open-file nip', 's" a.txt" w/o open-file nip', 's" n" r/o create-file nip',
              's" n" w/o create-file nip', 's" a.txt" delete-file', 's" a.txt" s" b" rename-file'),
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("allowed", ["all", "read", "none"])
def test_the_limit_of_files(allowed: str, engine: Engine, folder: Path) -> None:
    (folder / "ok.fs").write_text("1 drop 0 0 0", encoding="utf-8")
    for kind, programs in CALLS.items():
        refused = allowed == "none" or (allowed == "read" and kind == "write")
        for program in programs:
            (folder / "a.txt").write_bytes(b"x")
            vm = cupola.VM("forth", tier=engine.tier, limits=cupola.Limits(files=allowed))
            assert run(vm, f"{program} .") == Outcome(None, "-37 " if refused else "0 "), program
            if refused:
                outcome = run(vm, f"{program} throw")
                assert outcome.code == -37
                assert f"the limit for files is '{allowed}'" in outcome.message
            vm.close()
    assert allowed == "all" or (folder / "a.txt").exists()


def test_include_is_refused_with_a_reason(folder: Path) -> None:
    vm = cupola.VM("forth", limits=cupola.Limits(files="none"))
    for program in ("include a.txt", "require a.txt", 's" a.txt" included'):
        outcome = run(vm, program)
        assert outcome.code == -37
        assert outcome.message.startswith("file I/O exception: 'a.txt': files may not be used in this run")


def test_the_reason_is_told_when_an_ior_is_thrown(folder: Path) -> None:
    vm = make_vm(REFERENCE)
    reasons = {
        's" no/where" r/o open-file throw': "non-existent file: no/where",
        's" ." r/o open-file throw': "OPEN-FILE: '.': Is a directory",
        "77 close-file throw": "file I/O exception: 77 is not the id of an open file",
        's" a.txt" r/o open-file throw pad 1 rot write-file throw': "'a.txt' was not opened to write",
        's" a.txt" r/o open-file throw 0 1 rot reposition-file throw': "invalid file position",
    }
    for program, said in reasons.items():
        assert said in run(vm, program).message


# --- files without positions ----------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_a_pipe(engine: Engine) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"first line\n" + b"x" * 20_000 + b"\nlast")
    os.close(writing)
    try:
        outcome = run(
            make_vm(engine),
            f's" /dev/fd/{reading}" r/o open-file throw value f  create buf 30000 allot '
            ": l  buf 30000 f read-line . . . ;  l l l l  f file-size . d. f file-position . d. 0. f reposition-file .",
        )
    finally:
        os.close(reading)
    assert outcome == Outcome(None, "0 -1 10 0 -1 20000 0 -1 4 0 0 0 -36 0 -36 0 -36 ")


def test_a_pipe_gets_all_that_is_written() -> None:
    reading, writing = os.pipe()
    vm = make_vm(REFERENCE)
    outcome = run(
        vm,
        f's" /dev/fd/{writing}" w/o open-file throw value f '
        's" a" f write-line throw f flush-file . s" b" f write-file .',
    )
    os.close(writing)
    vm.close()
    assert outcome == Outcome(None, "0 0 ")
    assert os.read(reading, 100) == b"a\nb"
    os.close(reading)
