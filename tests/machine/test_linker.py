from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest

from cupola.machine import elf, libc
from cupola.machine.enter import function
from cupola.machine.errors import LinkError, MappingError
from cupola.machine.linker import link
from cupola.machine.llvm import compile_module
from cupola.machine.memory import CodeArena, map_low
from tests.machine.elf_writer import BSS, DATA, RODATA, TEXT, ObjectWriter, function_object

NEAR = 0x1234_5678
FAR = 0x7F12_3456_7890


@pytest.fixture
def arena() -> Iterator[CodeArena]:
    arena = CodeArena(1 << 20)
    yield arena
    arena.close()


def read_field(arena: CodeArena, address: int, code: str) -> int:
    size = struct.calcsize(code)
    (value,) = struct.unpack(code, arena.read(address - arena.executable, size))
    assert isinstance(value, int)
    return value


# One test for each kind of relocation: what the field holds afterwards.


@pytest.mark.parametrize(
    ("kind", "code", "value", "addend"),
    [
        (elf.R_64, "<Q", FAR, 5),
        (elf.R_64, "<q", -3, -4),
        (elf.R_32, "<I", NEAR, 3),
        (elf.R_32, "<I", 0xFFFF_FFF0, 0xF),
        (elf.R_32S, "<i", NEAR, -3),
        (elf.R_32S, "<i", -(1 << 31), 0),
        (elf.R_8, "<b", 127, 0),
        (elf.R_8, "<b", -120, -8),
    ],
)
def test_absolute_field(arena: CodeArena, kind: int, code: str, value: int, addend: int) -> None:
    linked = link([function_object("f", b"\0" * 16, (4, kind, "x", addend))], arena, {"x": value})
    assert read_field(arena, linked.symbols["f"] + 4, code) == value + addend
    assert arena.read(linked.offset, 4) == b"\0" * 4  # and nothing before it has changed
    after = linked.offset + 4 + struct.calcsize(code)
    assert arena.read(after, 4) == b"\0" * 4


@pytest.mark.parametrize(("kind", "code"), [(elf.R_PC32, "<i"), (elf.R_PLT32, "<i"), (elf.R_PC64, "<q")])
def test_relative_field(arena: CodeArena, kind: int, code: str) -> None:
    linked = link([function_object("f", b"\0" * 16, (4, kind, "x", -4))], arena, {"x": NEAR})
    place = linked.symbols["f"] + 4
    assert place + read_field(arena, place, code) + 4 == NEAR
    assert linked.slots == {} and linked.direct == {"x": NEAR}


def test_far_symbol_through_64_relative_bits(arena: CodeArena) -> None:
    linked = link([function_object("f", b"\0" * 16, (4, elf.R_PC64, "x", 0))], arena, {"x": FAR})
    place = linked.symbols["f"] + 4
    assert place + read_field(arena, place, "<q") == FAR


@pytest.mark.parametrize("kind", [elf.R_GOTPCREL, elf.R_GOTPCRELX, elf.R_REX_GOTPCRELX])
@pytest.mark.parametrize("value", [NEAR, FAR, -2])
def test_slot_holds_the_address(arena: CodeArena, kind: int, value: int) -> None:
    linked = link([function_object("f", b"\0" * 16, (4, kind, "x", -4))], arena, {"x": value})
    place = linked.symbols["f"] + 4
    slot = place + read_field(arena, place, "<i") + 4
    assert linked.slots == {"x": slot}
    assert read_field(arena, slot, "<Q") == value % (1 << 64)


def test_slot_of_a_symbol_of_another_object(arena: CodeArena) -> None:
    objects = [
        function_object("f", b"\0" * 16, (4, elf.R_GOTPCREL, "g", -4)),
        function_object("g", b"\xc3"),
    ]
    linked = link(objects, arena, {})
    place = linked.symbols["f"] + 4
    assert read_field(arena, place + read_field(arena, place, "<i") + 4, "<Q") == linked.symbols["g"]
    assert linked.slots == {}  # nothing here changes from process to process


def test_call_to_far_function_goes_through_one_thunk(arena: CodeArena) -> None:
    code = b"\xe8\0\0\0\0" * 2
    objects = [
        function_object("f", code, (1, elf.R_PLT32, "x", -4), (6, elf.R_PLT32, "x", -4)),
        function_object("g", code[:5], (1, elf.R_PLT32, "x", -4)),
    ]
    linked = link(objects, arena, {"x": FAR})
    targets = set()
    for place in (linked.symbols["f"] + 1, linked.symbols["f"] + 6, linked.symbols["g"] + 1):
        targets.add(place + 4 + read_field(arena, place, "<i"))
    (thunk,) = targets
    assert arena.read(thunk - arena.executable, 2) == b"\xff\x25"  # jmp [rip + displacement]
    assert thunk + 6 + read_field(arena, thunk + 2, "<i") == linked.slots["x"]
    assert read_field(arena, linked.slots["x"], "<Q") == FAR
    assert linked.direct == {}


# Values that do not fit, in pairs: n fits, n + 1 does not.


@pytest.mark.parametrize(
    ("kind", "fits", "too_wide", "words"),
    [
        (elf.R_32, (1 << 32) - 1, 1 << 32, "32 unsigned bits"),
        (elf.R_32, 0, -1, "32 unsigned bits"),
        (elf.R_32S, (1 << 31) - 1, 1 << 31, "32 signed bits"),
        (elf.R_32S, -(1 << 31), -(1 << 31) - 1, "32 signed bits"),
        (elf.R_8, 127, 128, "8 signed bits"),
        (elf.R_8, -128, -129, "8 signed bits"),
    ],
)
def test_overflow(arena: CodeArena, kind: int, fits: int, too_wide: int, words: str) -> None:
    data = function_object("f", b"\0" * 16, (4, kind, "x", 0))
    link([data], arena, {"x": fits})
    with pytest.raises(LinkError, match=f"symbol x does not fit {words}.*in function f at byte 0x4"):
        link([data], arena, {"x": too_wide})


def test_overflow_relative(arena: CodeArena) -> None:
    data = function_object("f", b"\0" * 16, (4, elf.R_PC32, "x", 0))
    place = arena.executable + 4
    link([data], arena, {"x": place + (1 << 31) - 1})
    place = arena.executable + ((arena.used + 15) & -16) + 4
    with pytest.raises(LinkError, match="beyond 2 GB can be called, but its address"):
        link([data], arena, {"x": place + (1 << 31)})


def test_failed_link_writes_nothing(arena: CodeArena) -> None:
    data = function_object("f", b"\x90" * 16, (4, elf.R_32, "x", 0))
    with pytest.raises(LinkError):
        link([data], arena, {"x": 1 << 40})
    assert arena.read(0, 64) == b"\0" * 64


# Symbols


def test_undefined_symbol_names_itself_and_the_object(arena: CodeArena) -> None:
    objects = [
        function_object("good", b"\xc3"),
        function_object("bad", b"\0" * 8, (2, elf.R_32, "missing", 0)),
    ]
    with pytest.raises(
        LinkError, match=r"undefined symbol missing, used in function bad at byte 0x2 of object 1 \(which"
    ):
        link(objects, arena, {})


def test_undefined_symbol_of_a_slot(arena: CodeArena) -> None:
    with pytest.raises(LinkError, match="undefined symbol x"):
        link([function_object("f", b"\0" * 16, (4, elf.R_GOTPCREL, "x", -4))], arena, {})


def test_weak_undefined_symbol_is_no_zero(arena: CodeArena) -> None:
    writer = ObjectWriter()
    text = writer.section(".text", TEXT, b"\0" * 8)
    writer.symbol("f", text, kind=2, size=8)
    writer.symbol("hole", binding=elf.STB_WEAK)
    writer.relocate(text, 2, elf.R_32S, "hole")
    with pytest.raises(LinkError, match="undefined symbol hole"):
        link([writer.build()], arena, {})
    linked = link([writer.build()], arena, {"hole": 0})
    assert linked.direct == {"hole": 0}


def test_doubled_symbol(arena: CodeArena) -> None:
    objects = [function_object("f", b"\xc3"), function_object("f", b"\xc3")]
    with pytest.raises(LinkError, match=r"symbol f is defined twice: in object 0 .* and in object 1"):
        link(objects, arena, {})


@pytest.mark.parametrize("weak_first", [True, False])
def test_strong_definition_wins_over_weak(arena: CodeArena, weak_first: bool) -> None:
    weak = ObjectWriter()
    weak.symbol("f", weak.section(".text", TEXT, b"\x90\xc3"), size=2, kind=2, binding=elf.STB_WEAK)
    objects = [weak.build(), function_object("f", b"\xc3\xc3\xc3")]
    linked = link(objects if weak_first else objects[::-1], arena, {})
    assert linked.sizes == {"f": 3}


def test_local_symbols_of_two_objects_do_not_meet(arena: CodeArena) -> None:
    texts = [
        f"""@table = internal constant [2 x i64] [i64 {value}, i64 1]
        define i64 @f{value}(i64 %i) {{
          %p = getelementptr [2 x i64], ptr @table, i64 0, i64 %i
          %v = load i64, ptr %p
          ret i64 %v
        }}"""
        for value in (10, 20)
    ]
    linked = link([compile_module(text) for text in texts], arena, {})
    assert [function(linked.symbols[name], "i64", "i64")(0) for name in ("f10", "f20")] == [10, 20]


def test_absolute_symbol_of_an_object(arena: CodeArena) -> None:
    writer = ObjectWriter()
    text = writer.section(".text", TEXT, b"\0" * 8)
    writer.symbol("constant", elf.SHN_ABS, 77)
    writer.relocate(text, 0, elf.R_32, "constant")
    linked = link([writer.build()], arena, {})
    assert linked.symbols["constant"] == 77
    assert read_field(arena, arena.executable + linked.offset, "<I") == 77


# Sections


@pytest.mark.parametrize(
    ("section", "flags", "kind"), [(".data", DATA, 1), (".bss", BSS, 8), (".data.more", DATA, 1)]
)
def test_mutable_global(arena: CodeArena, section: str, flags: int, kind: int) -> None:
    writer = ObjectWriter()
    writer.symbol("counter", writer.section(section, flags, b"\0" * 8, kind=kind))
    with pytest.raises(LinkError, match=rf"mutable global \(counter, section {section}\)"):
        link([writer.build()], arena, {})


def test_mutable_common_symbol(arena: CodeArena) -> None:
    writer = ObjectWriter()
    writer.symbol("counter", elf.SHN_COMMON, 8, size=8)
    with pytest.raises(LinkError, match=r"mutable global \(counter, common\)"):
        link([writer.build()], arena, {})


def test_mutable_global_from_llvm(arena: CodeArena) -> None:
    with pytest.raises(LinkError, match="mutable global"):
        link([compile_module("@counter = global i64 0")], arena, {})


def test_sections_keep_their_alignment(arena: CodeArena) -> None:
    arena.allocate(3, 1)
    writer = ObjectWriter()
    writer.symbol("code", writer.section(".text.hot", TEXT, b"\xc3", align=32), kind=2, size=1)
    writer.symbol("table", writer.section(".rodata.cst64", RODATA, b"\1" * 64, align=64))
    writer.symbol("rel", writer.section(".data.rel.ro", DATA, b"\2" * 8, align=8))
    linked = link([writer.build()], arena, {})
    assert linked.symbols["code"] % 32 == 0
    assert linked.symbols["table"] % 64 == 0
    assert arena.read(linked.symbols["rel"] - arena.executable, 8) == b"\2" * 8


def test_unknown_relocation_kind(arena: CodeArena) -> None:
    with pytest.raises(LinkError, match=r"relocation type 23 in function f.*is unknown"):
        link([function_object("f", b"\0" * 16, (4, 23, "x", 0))], arena, {"x": 0})


def test_relocation_over_the_end_of_its_section(arena: CodeArena) -> None:
    link([function_object("f", b"\0" * 8, (4, elf.R_32, "x", 0))], arena, {"x": 0})
    with pytest.raises(LinkError, match="leaves its section"):
        link([function_object("f", b"\0" * 8, (5, elf.R_32, "x", 0))], arena, {"x": 0})


def test_slot_for_a_local_symbol_is_refused(arena: CodeArena) -> None:
    writer = ObjectWriter()
    text = writer.section(".text", TEXT, b"\0" * 8)
    writer.symbol("local", text, binding=elf.STB_LOCAL)
    writer.relocate(text, 0, elf.R_GOTPCREL, "local", -4)
    with pytest.raises(LinkError, match="GOTPCREL to a local symbol"):
        link([writer.build()], arena, {})


def test_full_arena() -> None:
    arena = CodeArena(4096)
    with pytest.raises(MappingError, match="arena of 4,096 bytes is full"):
        link([function_object("f", b"\xc3" * 5000)], arena, {})
    arena.close()


# Code that runs


HANDLERS = """
@amount = extern_weak global i8, !absolute_symbol !0
declare dso_local preserve_nonecc void @finish(ptr, i64, ptr)

define dso_local preserve_nonecc void @add(ptr %context, i64 %value, ptr %pc) {
  %amount = ptrtoint ptr @amount to i64
  %none = icmp eq i64 %amount, 0
  br i1 %none, label %zero, label %more
zero:
  musttail call preserve_nonecc void @finish(ptr %context, i64 -1, ptr %pc)
  ret void
more:
  %sum = add i64 %value, %amount
  %next = getelementptr i8, ptr %pc, i64 8
  %handler = load ptr, ptr %next
  musttail call preserve_nonecc void %handler(ptr %context, i64 %sum, ptr %next)
  ret void
}
!0 = !{i64 0, i64 2147483647}
"""
FINISH = """
define dso_local preserve_nonecc void @finish(ptr %context, i64 %value, ptr %pc) {
  store i64 %value, ptr %context
  ret void
}
define void @enter(ptr %context, i64 %value, ptr %pc) {
  %handler = load ptr, ptr %pc
  call preserve_nonecc void %handler(ptr %context, i64 %value, ptr %pc)
  ret void
}
"""


@pytest.mark.parametrize("optimize", [0, 2])
@pytest.mark.parametrize(("hole", "expected"), [(1000, 3005), (0, -1)])
def test_threaded_handlers_and_holes(arena: CodeArena, optimize: int, hole: int, expected: int) -> None:
    """preserve_nonecc handlers joined by musttail; an operand as a hole: `hole == 0` is not folded away."""
    objects = [compile_module(text, optimize=optimize) for text in (HANDLERS, FINISH)]
    linked = link(objects, arena, {"amount": hole})
    memory = map_low(4096)
    add, finish = linked.symbols["add"], linked.symbols["finish"]
    memory.write(64, struct.pack("<4Q", add, add, add, finish))
    function(linked.symbols["enter"], "void", "ptr", "i64", "ptr")(memory.address, 5, memory.address + 64)
    assert struct.unpack("<q", memory.read(0, 8)) == (expected,)
    memory.close()


def test_small_hole_from_llvm_is_one_byte(arena: CodeArena) -> None:
    """A range below 128 lets LLVM compare with an 8-bit immediate."""
    data = compile_module(
        """@small = extern_weak global i8, !absolute_symbol !0
        define i64 @less(i64 %value) {
          %below = icmp slt i64 %value, ptrtoint (ptr @small to i64)
          %result = zext i1 %below to i64
          ret i64 %result
        }
        !0 = !{i64 0, i64 100}"""
    )
    (relocation,) = (
        r for rows in elf.parse(data).relocations.values() for r in rows if r.symbol.name == "small"
    )
    assert relocation.kind == elf.R_8
    less = function(link([data], arena, {"small": 99}).symbols["less"], "i64", "i64")
    assert [less(98), less(99)] == [1, 0]


def test_call_of_the_c_library(arena: CodeArena) -> None:
    data = compile_module(
        """declare double @fmod(double, double)
        declare ptr @memcpy(ptr, ptr, i64)
        define double @rest(double %a, double %b) {
          %r = call double @fmod(double %a, double %b)
          %s = fadd double %r, 0.125
          ret double %s
        }
        define void @copy(ptr %to, ptr %from, i64 %size) {
          call ptr @memcpy(ptr %to, ptr %from, i64 %size)
          ret void
        }"""
    )
    linked = link([data], arena, {name: libc.address(name) for name in ("fmod", "memcpy")})
    assert set(linked.slots) == {"fmod", "memcpy"}
    assert function(linked.symbols["rest"], "f64", "f64", "f64")(7.5, 2.0) == 1.625
    memory = map_low(1 << 16)
    memory.write(0, bytes(range(256)) * 8)
    function(linked.symbols["copy"], "void", "ptr", "ptr", "u64")(memory.address + 4096, memory.address, 2048)
    assert memory.read(4096, 2048) == bytes(range(256)) * 8
    memory.close()


def test_jump_table(arena: CodeArena) -> None:
    cases = "".join(f"c{n}: ret i64 {(n * 7919) % 1000}\n" for n in range(40))
    table = " ".join(f"i64 {n}, label %c{n}" for n in range(40))
    text = f"define i64 @pick(i64 %n) {{\nswitch i64 %n, label %other [{table}]\nother: ret i64 -1\n{cases}}}"
    for optimize in (0, 2):
        pick = function(
            link([compile_module(text, optimize=optimize)], arena, {}).symbols["pick"], "i64", "i64"
        )
        assert [pick(n) for n in range(41)] == [(n * 7919) % 1000 for n in range(40)] + [-1]


def test_image_moves_to_another_arena_at_the_same_address() -> None:
    """What `Linked` promises: the bytes stay valid at the same address once the slots are filled."""
    data = compile_module(
        """declare double @floor(double) nobuiltin
        @step = dso_local constant double 2.5
        define dso_local double @up(double %x) {
          %s = load double, ptr @step
          %y = fadd double %x, %s
          %r = call double @floor(double %y) nobuiltin
          ret double %r
        }"""
    )
    first = CodeArena(1 << 16)
    linked = link([data], first, {"floor": libc.address("floor")})
    image, base = bytearray(first.read(linked.offset, linked.size)), first.executable
    first.close()
    (slot,) = linked.slots.values()
    image[slot - base - linked.offset :][:8] = b"\0" * 8
    second = CodeArena(1 << 16, at=base)
    assert second.executable == base
    second.write(linked.offset, image)
    second.write(slot - base, libc.address("ceil").to_bytes(8, "little"))
    assert function(linked.symbols["up"], "f64", "f64")(1.75) == 5.0
    second.close()
