"""libc, enter, cpu, perfmap, disassemble: a few tests each."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cupola.machine import cpu, libc, perfmap
from cupola.machine.disassemble import disassemble
from cupola.machine.enter import function
from cupola.machine.errors import MachineError, UnknownFunction
from cupola.machine.linker import link
from cupola.machine.llvm import compile_module
from cupola.machine.memory import CodeArena


@pytest.mark.parametrize(
    "name", ["memcpy", "memmove", "memset", "memcmp", "clock_gettime", "floor", "pow", "fmod"]
)
def test_c_functions_have_addresses(name: str) -> None:
    assert libc.address(name) == libc.address(name) > 0


def test_c_function_works() -> None:
    assert function(libc.address("pow"), "f64", "f64", "f64")(2.0, 10.0) == 1024.0


def test_unknown_c_function() -> None:
    with pytest.raises(UnknownFunction, match="no_such_function"):
        libc.address("no_such_function")


@pytest.mark.parametrize(
    ("name", "llvm", "value"),
    [
        ("i8", "i8 signext", -5),
        ("i16", "i16 signext", -500),
        ("i32", "i32 signext", -70000),
        ("i64", "i64", -(1 << 63)),
        ("u8", "i8 zeroext", 255),
        ("u16", "i16 zeroext", 65535),
        ("u32", "i32 zeroext", (1 << 32) - 1),
        ("u64", "i64", (1 << 64) - 1),
        ("f32", "float", 1.5),
        ("f64", "double", -0.1),
        ("bool", "i1 zeroext", True),
        ("ptr", "ptr", 0x1234),
        ("ptr", "ptr", 0),
    ],
)
def test_types_come_back(name: str, llvm: str, value: object) -> None:
    kind, _, extension = llvm.partition(" ")
    text = f"define {extension} {kind} @same({llvm} %x) {{\n  %y = freeze {kind} %x\n  ret {kind} %y\n}}"
    arena = CodeArena(4096)
    linked = link([compile_module(text.replace(llvm + " %x", f"{kind} {extension} %x"))], arena, {})
    result = function(linked.symbols["same"], name, name)(value)
    assert result == value and type(result) is type(value)
    arena.close()


def test_no_result() -> None:
    buffer = ctypes.create_string_buffer(b"abc", 4)
    assert function(libc.address("bzero"), "void", "ptr", "u64")(ctypes.addressof(buffer), 2) is None
    assert buffer.raw == b"\0\0c\0"


def test_enter_refuses_unknown_types() -> None:
    with pytest.raises(ValueError, match="unknown argument type 'int'"):
        function(1, "i64", "int")
    with pytest.raises(ValueError, match="unknown argument type 'void'"):
        function(1, "i64", "void")
    with pytest.raises(ValueError, match="unknown result type 'i128'"):
        function(1, "i128")
    with pytest.raises(ValueError, match="address 0"):
        function(0, "void")


def test_keys_are_stable_from_process_to_process() -> None:
    program = "from cupola.machine import cpu; print(cpu.cpu_key(), cpu.llvm_key())"
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.split() == [cpu.cpu_key(), cpu.llvm_key()]
    assert len(cpu.cpu_key()) == len(cpu.llvm_key()) == 16


def test_missing_llvm_has_a_key_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    assert cpu.llvm_key() == "absent"


@pytest.mark.parametrize(
    ("platform", "machine", "supported"),
    [("linux", "x86_64", True), ("linux", "aarch64", False), ("darwin", "x86_64", False)],
)
def test_is_supported(monkeypatch: pytest.MonkeyPatch, platform: str, machine: str, supported: bool) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(cpu, "_machine", lambda: machine)
    answer, reason = cpu.is_supported()
    assert answer is supported
    assert supported or platform in reason or machine in reason


def test_perf_map(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    target = tmp_path / "perf.map"
    monkeypatch.setattr(perfmap, "path", lambda: str(target))
    monkeypatch.delenv("CUPOLA_PERF", raising=False)
    perfmap.record([(1, 2, "unseen")])
    assert not target.exists()
    monkeypatch.setenv("CUPOLA_PERF", "1")
    perfmap.record([(0x40001000, 0x20, "forth:dup"), (0x40001020, 16, "two\nlines")])
    perfmap.record([(0x40001030, 16, "")])
    assert target.read_text() == "40001000 20 forth:dup\n40001020 10 two lines\n40001030 10 unnamed\n"


def test_perf_map_does_not_follow_links(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "perf.map").symlink_to(victim)
    monkeypatch.setattr(perfmap, "path", lambda: str(tmp_path / "perf.map"))
    monkeypatch.setenv("CUPOLA_PERF", "1")
    with pytest.raises(OSError, match="symbolic"):
        perfmap.record([(1, 2, "x")])
    assert victim.read_text() == "mine"


def test_perf_map_path_is_what_perf_reads() -> None:
    assert perfmap.path() == f"/tmp/perf-{os.getpid()}.map"


def test_disassemble() -> None:
    code = bytes.fromhex("e9fb0f0000 488b05f9ffffff b8001000 40 c3 06")
    lines = disassemble(code, 0x40000000, {0x40001000: "handler", 0x40000005: "table", 0x40001000 + 1: "no"})
    assert [(line.address, line.mnemonic, line.comment) for line in lines] == [
        (0x40000000, "jmp", "handler"),
        (0x40000005, "mov", "table"),
        (0x4000000C, "mov", "handler"),
        (0x40000011, "ret", ""),
        (0x40000012, ".byte", ""),
    ]
    assert b"".join(line.bytes for line in lines) == code
    assert lines[1].operands == "rax, qword ptr [rip - 7]"
    assert str(lines[0]).endswith("; handler") and str(lines[3]).endswith("ret")


def test_every_error_is_a_machine_error() -> None:
    from cupola.machine import errors

    classes = [value for value in vars(errors).values() if isinstance(value, type)]
    assert len(classes) == 7 and all(issubclass(kind, MachineError) for kind in classes)
    documented = errors.__doc__ or ""
    assert all(kind.__name__ in documented for kind in classes)
