"""The ends of functions in assembly: what comes in, what goes out."""

from __future__ import annotations

import pytest

from cupola.machine.tail_branches import fold_tail_branches

CASES = {
    "a branch to a block that only jumps goes straight to the function": (
        "test rax, rax|jb .L2|mov rax, rcx|jmp next@PLT|.L2:|jmp bail@PLT",
        "test rax, rax|jb bail@PLT|mov rax, rcx|jmp next@PLT",
    ),
    "a block that others fall into stays": (
        "jb .L2|mov rax, rcx|.L2:|jmp bail@PLT",
        "jb bail@PLT|mov rax, rcx|.L2:|jmp bail@PLT",
    ),
    "the last jump becomes the one to the next stencil": (
        "jb next@PLT|jmp bail@PLT",
        "jae bail@PLT|jmp next@PLT",
    ),
    "and so does one that comes in two steps": (
        "jne .L2|jmp bail@PLT|.L2:|jmp next@PLT",
        "je bail@PLT|jmp next@PLT",
    ),
    "a jump over a jump becomes one branch": (
        "jg .L3|jmp bail@PLT|.L3:|add rax, rcx|jmp next@PLT",
        "jle bail@PLT|.L3:|add rax, rcx|jmp next@PLT",
    ),
    "indirect jumps are left alone": (
        "je .L4|mov rax, rcx|jmp next@PLT|.L4:|jmp *%rax",
        "je .L4|mov rax, rcx|jmp next@PLT|.L4:|jmp *%rax",
    ),
    "a jump to a block that only jumps is one to the function, and a jump over it one branch": (
        "je .L5|jmp .L6|.L5:|add rax, rcx|.L6:|jmp next@PLT",
        "jne next@PLT|.L5:|add rax, rcx|.L6:|jmp next@PLT",
    ),
    "loops are left alone": (
        ".L7:|dec rax|jne .L7|jmp next@PLT",
        ".L7:|dec rax|jne .L7|jmp next@PLT",
    ),
}


def assembly(name: str, lines: str) -> str:
    """A function as LLVM prints it."""
    shown = [line if line.endswith(":") else "\t" + line.replace(" ", "\t", 1) for line in lines.split("|")]
    return "\n".join(
        [f"{name}:", *shown, f".Lfunc_end{name}0:", f"\t.size\t{name}, .Lfunc_end{name}0-{name}"]
    )


@pytest.mark.parametrize("case", CASES)
def test_ends(case: str) -> None:
    before, after = CASES[case]
    found = fold_tail_branches(assembly("f", before).replace("endf0", "end0"), "next")
    assert found == assembly("f", after).replace("endf0", "end0")


def test_text_outside_of_functions_stays() -> None:
    text = '\t.text\n\t.file\t"m"\n\t.globl\tdata\n\t.quad\t7\n'
    assert fold_tail_branches(text, "next") == text
