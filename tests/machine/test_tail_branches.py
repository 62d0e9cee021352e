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
        "je .L4|mov rax, rcx|.L4:|jmp *%rax",
        "je .L4|mov rax, rcx|.L4:|jmp *%rax",
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


COLD_CASES = {
    "what comes after the jump to the next stencil is cold": (
        "jb .L1|add rax, rcx|jmp next@PLT|.L1:|sub rax, rcx|jmp next@PLT",
        "jb .L1|add rax, rcx|jmp next@PLT",
        ".L1:|sub rax, rcx|jmp next@PLT",
    ),
    "so is what comes after a jump to a register": (
        "jb .L1|jmp *%rax|.L1:|jmp .L2|.L2:|ret",
        "jb .L1|jmp *%rax",
        ".L1:|jmp .L2|.L2:|ret",
    ),
    "a short end is copied over a call": (
        "jne .L2|call f@PLT|je bail@PLT|.L2:|mov rax, rcx|jmp next@PLT",
        "je .L2_over|mov rax, rcx|jmp next@PLT",
        ".L2_over:|call f@PLT|je bail@PLT|.L2:|mov rax, rcx|jmp next@PLT",
    ),
    "a way out to another function comes last": (
        "jne .L2|call f@PLT|test al, al|je .L3|.L2:|mov rax, rcx|jmp next@PLT|.L3:|mov edi, 7|jmp slow@PLT",
        "je .L2_over|mov rax, rcx|jmp next@PLT",
        ".L2_over:|call f@PLT|test al, al|je .L3|.L2:|mov rax, rcx|jmp next@PLT|.L3:|mov edi, 7|jmp slow@PLT",
    ),
    "and is not jumped over": (
        "jg .L3|mov edi, 7|jmp slow@PLT|.L3:|add rax, rcx|jmp next@PLT",
        "jle .L3_out|.L3:|add rax, rcx|jmp next@PLT",
        ".L3_out:|mov edi, 7|jmp slow@PLT",
    ),
    "but one that others fall into stays": (
        "jg .L3|sub rax, rcx|.L3:|mov edi, 7|jmp slow@PLT",
        "jg .L3|sub rax, rcx|.L3:|mov edi, 7|jmp slow@PLT",
        "",
    ),
    "but not over anything else": (
        "jne .L2|add rax, rcx|je bail@PLT|.L2:|mov rax, rcx|jmp next@PLT",
        "jne .L2|add rax, rcx|je bail@PLT|.L2:|mov rax, rcx|jmp next@PLT",
        "",
    ),
}


@pytest.mark.parametrize("case", COLD_CASES)
def test_cold_code(case: str) -> None:
    before, hot, cold = COLD_CASES[case]
    found = fold_tail_branches(assembly("f", before).replace("endf0", "end0"), "next")
    expected = assembly("f", hot).replace("endf0", "end0")
    if cold:
        rest = assembly('"f cold"', cold).split("\n")
        expected += '\n\t.section\t.text.cold,"ax",@progbits\n\t.type\t"f cold",@function\n'
        expected += "\n".join([*rest[:-2], ".Lcold_end0:", '\t.size\t"f cold", .Lcold_end0-"f cold"'])
    assert found == expected


def test_text_outside_of_functions_stays() -> None:
    text = '\t.text\n\t.file\t"m"\n\t.globl\tdata\n\t.quad\t7\n'
    assert fold_tail_branches(text, "next") == text
