"""Every execution token there is, and some that there are not: whatever they run, the system goes on."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import cupola
from cupola.languages.forth.constants import WORD_BYTES
from cupola.languages.forth.machine import Word
from tests.languages.forth.engines import Engine, make_vm, run

ENDS = {"bye"}
# They take FORTH out of the search order, or let definitions go elsewhere: what this test says afterwards is not found.
CHANGES_THE_ORDER = {"assembler", "starforth", "editor", "forth-79", "set-current", "set-order"}
USES = (
    "{token} execute",
    "1 2 3 4 5 {token} execute",
    ": x  {token} catch ;\n: y  3 0 do here 8 x 2drop loop ;\n' y catch",
    "1 2 3 4 : x  [ {token} compile, ] ;\nx x",
)


def fresh(engine: Engine) -> cupola.VM:
    return make_vm(engine, io.BytesIO(b"abc\ndef\n"))


@pytest.mark.parametrize("use", USES, ids=range(len(USES)))
@pytest.mark.parametrize("engine", [Engine("threaded"), Engine("auto", (1, 1))], ids=str)
def test_every_token_leaves_the_system_usable(
    use: str, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # SAVE-SYSTEM and others write files
    count = int(run(fresh(engine), ":noname ; .").output)
    name_of = fresh(engine).system.word_name  # of words in any list: FORTH-79 has an EDITOR of its own
    skipped = {token for token in range(1, count) if name_of(token) in ENDS | CHANGES_THE_ORDER}
    for token in range(-1, count + 2):
        if token in skipped:
            continue
        vm = fresh(engine)
        run(vm, use.format(token=token))
        run(vm, "[ decimal depth 0 ?do drop loop")
        assert run(vm, ": t  1 0 ['] / catch nip nip . ;\nt").output == "-10 ", f"after token {token}"
        outcome = run(vm, ": u  5 throw ;\n: v  u 1 drop ;\nv")
        assert (outcome.code, outcome.backtrace) == (5, ("u", "v")), f"after token {token}"
        vm.close()


def test_the_table_of_words_has_room_for_all() -> None:
    assert Word.size == WORD_BYTES  # type: ignore[attr-defined]  # a struct: what its decorator makes of it
