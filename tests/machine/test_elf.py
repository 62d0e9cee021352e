from __future__ import annotations

import random

import pytest

from cupola.machine import elf
from cupola.machine.errors import ObjectError
from cupola.machine.llvm import compile_module
from tests.machine.elf_writer import TEXT, ObjectWriter, function_object

TEXT_IR = """
@table = constant [2 x ptr] [ptr @f, ptr @g]
declare i64 @outside(i64)
define i64 @f(i64 %x) {
  %r = call i64 @outside(i64 %x)
  %s = add i64 %r, 1
  ret i64 %s
}
define double @g(double %x) {
  %r = fmul double %x, 1.5
  ret double %r
}
"""


def test_object_of_llvm() -> None:
    parsed = elf.parse(compile_module(TEXT_IR))
    assert [symbol.name for symbol in parsed.functions()] == ["f", "g"]
    symbols = {symbol.name: symbol for symbol in parsed.symbols}
    assert not symbols["outside"].is_defined
    assert symbols["f"].is_function and symbols["f"].size > 0 and symbols["f"].is_defined
    text = parsed.sections[symbols["f"].section]
    assert (text.name, text.flags, len(text.data)) == (".text", TEXT, text.size)
    table = parsed.relocations[symbols["table"].section]
    assert [(r.offset, r.kind_name, r.symbol.name, r.addend) for r in table] == [
        (0, "R_X86_64_64", "f", 0),
        (8, "R_X86_64_64", "g", 0),
    ]
    calls = [r for r in parsed.relocations[text.index] if r.symbol.name == "outside"]
    assert [(r.kind, r.addend) for r in calls] == [(elf.R_PLT32, -4)]


def test_section_without_bytes() -> None:
    writer = ObjectWriter()
    number = writer.section(".bss", 3, b"\0" * 100, kind=elf.SHT_NOBITS)
    section = elf.parse(writer.build()).sections[number]
    assert (section.size, section.data) == (100, b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not an object file at all, but long enough to hold the header of one ...........",
        compile_module("").replace(b"\x7fELF\x02", b"\x7fELF\x01", 1),
    ],
)
def test_no_object_file(data: bytes) -> None:
    with pytest.raises(ObjectError):
        elf.parse(data)


def test_object_for_another_machine() -> None:
    data = bytearray(function_object("f", b"\xc3"))
    data[18] = 183  # AArch64
    with pytest.raises(
        ObjectError, match="expected an ELF64 relocatable object for x86-64, found 7f 45 4c 46"
    ):
        elf.parse(bytes(data))


def test_every_truncation_is_an_object_error() -> None:
    data = function_object("f", b"\0" * 16, (4, elf.R_32, "x", 0))
    for size in range(len(data)):
        with pytest.raises(ObjectError):
            elf.parse(data[:size])


def test_damage_gives_an_object_error_or_an_object() -> None:
    """Any byte may be wrong: nothing but `ObjectError` comes out of it."""
    data = function_object("f", b"\0" * 16, (4, elf.R_32, "x", 0))
    choose = random.Random(1)
    refused = 0
    for _ in range(4000):
        damaged = bytearray(data)
        for _ in range(choose.randint(1, 3)):
            damaged[choose.randrange(len(data))] = choose.randrange(256)
        try:
            elf.parse(bytes(damaged))
        except ObjectError:
            refused += 1
    assert refused > 400


def test_symbol_in_a_section_that_is_not_there() -> None:
    writer = ObjectWriter()
    writer.symbol("lost", 99)
    with pytest.raises(ObjectError, match="symbol lost lies in section 99"):
        elf.parse(writer.build())


def test_relocation_outside_its_section() -> None:
    with pytest.raises(ObjectError, match=r"relocation at byte 16 of section .text of 16 bytes"):
        elf.parse(function_object("f", b"\0" * 16, (16, elf.R_32, "x", 0)))
