from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from cupola.machine import elf, llvm
from cupola.machine.errors import CompileError
from cupola.machine.linker import link
from cupola.machine.memory import CodeArena

GOOD = "define i64 @f{n}(i64 %x) {{\n  %r = add i64 %x, {n}\n  ret i64 %r\n}}\n"
# LLVM ends the process on this one: it has no assembler for inline assembly.
FATAL = 'define void @f() {\n  call void asm sideeffect "bogus", ""()\n  ret void\n}\n'
SYNTAX = "define void @f() {\n  %x = add i64 %y, 1\n  ret void\n}\n"


def names(data: bytes) -> list[str]:
    return [symbol.name for symbol in elf.parse(data).functions()]


def test_optimization_levels_differ() -> None:
    text = """define i64 @f(i64 %x) {
      %a = alloca i64
      store i64 %x, ptr %a
      %r = load i64, ptr %a
      ret i64 %r
    }"""
    plain, optimized = (
        elf.parse(compile_).functions()[0].size
        for compile_ in (llvm.compile_module(text, optimize=0), llvm.compile_module(text))
    )
    assert plain > optimized


def test_unknown_optimization_level() -> None:
    with pytest.raises(ValueError, match="0, 1, 2 or 3, not 4"):
        llvm.compile_module("", optimize=4)


def test_same_text_same_object() -> None:
    assert llvm.compile_module(GOOD.format(n=1)) == llvm.compile_module(GOOD.format(n=1))


def test_modules_do_not_see_each_other() -> None:
    """A type of the same name may differ from module to module."""
    for fields, size in (("i64", 8), ("i64, i64", 16)):
        text = f"""%T = type {{ {fields} }}
        define i64 @size() {{
          ret i64 ptrtoint (ptr getelementptr (%T, ptr null, i64 1) to i64)
        }}"""
        assert bytes([0xB8, size, 0, 0, 0]) in llvm.compile_module(text)


def test_syntax_error_shows_the_line() -> None:
    with pytest.raises(CompileError) as caught:
        llvm.compile_module(SYNTAX)
    assert str(caught.value).splitlines() == [
        "LLVM IR, line 2: use of undefined value '%y'",
        "      1 | define void @f() {",
        ">     2 |   %x = add i64 %y, 1",
        "        |                ^",
        "      3 |   ret void",
    ]


def test_verifier_error_shows_the_line() -> None:
    with pytest.raises(CompileError) as caught:
        llvm.compile_module(
            "define i64 @f(i64 %a) {\n  br i1 true, label %x, label %y\nx:\n  %b = add i64 1,%a  ; here\n"
            "  br label %y\ny:\n  ret i64 %b\n}\n"
        )
    assert "Instruction does not dominate all uses!" in str(caught.value)
    assert ">     4 |   %b = add i64 1,%a  ; here" in str(caught.value)


def test_versions() -> None:
    found = llvm.versions()
    assert set(found) == {"llvmlite", "LLVM"}
    assert all(text[0].isdigit() for text in found.values())


@pytest.mark.parametrize("processes", [None, 0, 1, 3])
def test_modules_come_back_in_order(processes: int | None) -> None:
    texts = [GOOD.format(n=n) + "; " + "x" * (n * 37 % 11) for n in range(9)]
    seen: list[tuple[int, int, bool]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total, threading.current_thread() is threading.main_thread()))

    objects = llvm.compile_modules(texts, processes=processes, progress=progress)
    assert [names(data) for data in objects] == [[f"f{n}"] for n in range(9)]
    assert seen == [(n + 1, 9, True) for n in range(9)]
    assert objects[4] == llvm.compile_module(texts[4])


def test_workers_know_the_optimization_level() -> None:
    text = GOOD.format(n=3)
    assert llvm.compile_modules([text], optimize=0) == [llvm.compile_module(text, optimize=0)]


def test_no_modules() -> None:
    assert llvm.compile_modules([]) == []


@pytest.mark.parametrize("processes", [0, 2])
def test_error_names_the_module(processes: int) -> None:
    with pytest.raises(CompileError, match="module 1: LLVM IR, line 2: use of undefined value"):
        llvm.compile_modules([GOOD.format(n=0), SYNTAX, GOOD.format(n=2)], processes=processes)


def test_death_of_llvm_is_an_error() -> None:
    with pytest.raises(
        CompileError, match=r"(?s)module 1: the LLVM process ended with status -6.*LLVM ERROR"
    ):
        llvm.compile_modules([GOOD.format(n=0), FATAL])


def test_no_worker_outlives_the_call() -> None:
    def children() -> set[str]:
        found = set()
        for task in os.listdir("/proc/self/task"):
            with open(f"/proc/self/task/{task}/children") as file:
                found |= set(file.read().split())
        return found

    before = children()
    llvm.compile_modules([GOOD.format(n=n) for n in range(3)])
    with pytest.raises(CompileError):
        llvm.compile_modules([SYNTAX] * 3)
    assert children() == before


def test_workers_do_not_run_the_main_program() -> None:
    """A script without `if __name__ == "__main__"`, that prints: once."""
    program = (
        "print('once')\nfrom cupola.machine import llvm\n"
        f"print(len(llvm.compile_modules([{GOOD.format(n=1)!r}] * 4, processes=2)))\n"
    )
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    done = subprocess.run(
        [sys.executable, "-"], input=program, capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.split() == ["once", "4"]


def test_llvm_is_imported_on_use_only() -> None:
    """The path of a warm start: neither LLVM nor the disassembler."""
    program = (
        "import sys\n"
        "from cupola.machine import cache, cpu, disassemble, elf, enter, libc\n"
        "from cupola.machine import linker, llvm, memory, perfmap\n"
        "cpu.llvm_key(); cpu.cpu_key(); libc.address('memcpy')\n"
        "print({'llvmlite', 'capstone', 'subprocess', 'tempfile', 'dataclasses', 'numpy'} & set(sys.modules))"
    )
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip() == "set()"


def test_object_links_on_its_own() -> None:
    arena = CodeArena(4096)
    linked = link(llvm.compile_modules([GOOD.format(n=n) for n in range(2)]), arena, {})
    assert sorted(linked.symbols) == ["f0", "f1"]
    arena.close()
