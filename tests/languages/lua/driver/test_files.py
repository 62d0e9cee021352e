"""Files: as `lua5.4` has them, whoever fills and empties their buffers; what is written arrives, whatever happens."""

from __future__ import annotations

import gc
import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cupola.cli.main import main
from cupola.language.limits import LimitReached, Limits
from cupola.languages.lua import stream_numbers
from cupola.languages.lua.driver import stream_memory
from cupola.languages.lua.driver.library import buffers
from cupola.languages.lua.driver.vm import LuaVM
from tests.languages.lua.driver.random_files import program

needs_reference = pytest.mark.skipif(not shutil.which("lua5.4"), reason="needs lua5.4 on the path")
COUNT = 150


def run(source: str, *arguments: str, **settings: object) -> str:
    """What a program prints."""
    vm = LuaVM(**settings)  # type: ignore[arg-type]
    try:
        vm.run(source, "@files.lua", *(vm.objects.string(each.encode()) for each in arguments))
        return vm.take_output()
    finally:
        vm.close()


@needs_reference
def test_random_programs(tmp_path: Path) -> None:
    file, data = tmp_path / "files.lua", tmp_path / "data"
    for seed in range(COUNT):
        file.write_text(program(seed))
        command = ["lua5.4", file.name, data.name]
        wanted = subprocess.run(command, capture_output=True, check=True, cwd=tmp_path).stdout
        data.unlink()
        assert run(program(seed), str(data)).encode("latin-1") == wanted, f"the random program {seed}"
        data.unlink()


def test_python_and_native_code_agree_on_streams() -> None:
    for name in ("BLOCK", "NEITHER", "READING", "WRITING", "FAILED"):
        assert getattr(buffers, name) == getattr(stream_numbers, name)
    assert vars(stream_memory)["WRITING"] == stream_numbers.WRITING
    assert buffers.CAPACITY % stream_numbers.BLOCK == 0


# --- what is written arrives ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "end", ["", "os.exit()", "os.exit(0, true)", "error('x')", "coroutine.wrap(function() os.exit(1) end)()"]
)
def test_the_end_of_a_program(end: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "written"
    main(["run", "-l", "lua", "-e", f"f = io.open('{file}', 'w') f:write('data', 1, 2.5) {end}"])
    assert file.read_bytes() == b"data12.5"


def test_limits_end_a_program_that_has_written(tmp_path: Path) -> None:
    file = tmp_path / "written"
    with pytest.raises(LimitReached):
        run(f"f = io.open('{file}', 'w') f:write('data') while true do end", limits=Limits(steps=100_000))
    assert file.read_bytes() == b"data"


def test_a_file_that_nobody_has(tmp_path: Path) -> None:
    file = tmp_path / "written"
    vm = LuaVM()
    vm.run(f"io.open('{file}', 'w'):write('data')")
    vm.run(
        "local function f(n) return n == 0 and 0 or 1 + f(n - 1) end f(50) collectgarbage() collectgarbage()"
    )
    vm.run("io.tmpfile()")
    assert file.read_bytes() == b"data"
    vm.close()


def test_a_system_that_is_not_closed(tmp_path: Path) -> None:
    file = tmp_path / "written"
    vm = LuaVM()
    vm.run(f"f = io.open('{file}', 'w') f:write('data')")
    del vm
    gc.collect()
    assert file.read_bytes() == b"data"


def test_commands_find_what_was_written(tmp_path: Path) -> None:
    file = tmp_path / "written"
    source = f"f = io.open('{file}', 'w') f:write('data') print(io.popen('cat {file}'):read('a'))"
    assert run(source) == "data\n"


def test_many_files(tmp_path: Path) -> None:
    source = """
    local name = ...
    for i = 1, 3000 do
      local f = io.open(name, "w")
      f:write(i)
      f:close()
      f = io.open(name)
      assert(f:read("n") == i)
      if i % 2 == 0 then f:close() end
      if i % 100 == 0 then collectgarbage() end
    end
    """
    run(source, str(tmp_path / "many"))


# --- limits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["'a'", "'l'", "'L'", "1 << 40", "5, 'a'"])
def test_what_is_too_large_is_not_read(wanted: str) -> None:
    source = f"f = io.open('/dev/zero') print(pcall(f.read, f, {wanted})) print(#f:read(10))"
    assert run(source, limits=Limits(memory=16 << 20)) == "false\tnot enough memory\n10\n"


def test_what_is_too_large_in_a_plain_file(tmp_path: Path) -> None:
    file = tmp_path / "large"
    with file.open("wb") as large:
        large.truncate(1 << 30)
    for wanted in ("'a'", "'l'", "1 << 29", "1 << 16, 'a'"):
        source = f"f = io.open('{file}') print(pcall(f.read, f, {wanted}))"
        assert run(source, limits=Limits(memory=16 << 20)) == "false\tnot enough memory\n"


def test_the_time_limit_while_reading() -> None:
    with pytest.raises(LimitReached):
        run("f = io.open('/dev/zero') f:read('l')", limits=Limits(time=0.05))


def test_reading_begins_anew_when_memory_is_short(tmp_path: Path) -> None:
    """The collector makes room in the middle, and nothing is lost."""
    file = tmp_path / "lines"
    file.write_bytes(b"".join(b"%d " % each + b"x" * 3000 + b"\n" for each in range(20_000)))
    source = """
    local expected = 0
    for number, rest in io.lines(..., "n", "l") do
      assert(number == expected and #rest == 3001)
      expected = expected + 1
    end
    print(expected)
    """
    assert run(source, str(file), limits=Limits(memory=4 << 20)) == "20000\n"


# --- standard input -------------------------------------------------------------------------------------------------


def test_a_conversation() -> None:
    """A line is read as soon as it is there; what was asked stands before."""
    source = """
    for i = 1, 3 do
      io.write("? ")
      print("got " .. io.read())
    end
    print(io.read("n", "n"))
    print(io.read("a"))
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "cupola", "run", "-l", "lua", "-e", source],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    assert process.stdin is not None and process.stdout is not None
    told = b""
    for word in (b"one", b"two", b"three"):
        while not told.endswith(b"? "):
            told += process.stdout.read(1)
        process.stdin.write(word + b"\n")
        told += process.stdout.read(1)
    process.stdin.write(b" 12 0x10 rest\nof it")
    process.stdin.close()
    told += process.stdout.readall()  # type: ignore[attr-defined]
    process.stdout.close()
    assert process.wait() == 0
    assert told == b"? got one\n? got two\n? got three\n12\t16\n rest\nof it\n"


def test_input_that_is_given() -> None:
    lines = b"".join(b"%d line\n" % each for each in range(30_000))
    source = """
    local sum = 0
    for number, rest in io.lines(nil, "n", "L") do
      assert(rest == " line\\n")
      sum = sum + number
    end
    print(sum, io.read(0), io.read("a"), io.stdin:write("x"))
    """
    wanted = f"{sum(range(30_000))}\tnil\t\tnil\tBad file descriptor\t9\n"
    assert run(source, input=io.BytesIO(lines)) == wanted
    assert (
        run("print(io.read('l', 2)) print(load(io.read('a'))())", input=io.BytesIO(b"a\nb\nreturn 7"))
        == "a\tb\n\n7\n"
    )


def test_a_chunk_behind_what_was_read() -> None:
    """`loadfile` and `io.read` share what was read ahead."""
    assert run("print(io.read()) dofile()", input=io.BytesIO(b"one\nprint('two')")) == "one\ntwo\n"
