"""The texts of the tests, and the prelude, without an engine: complete, well-formed, right on the peer."""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from cupola.languages.forth.driver.messages import MESSAGES, message
from cupola.languages.forth.making import numbers
from tests.languages.forth.cases import CASES, ERRORS, read_cases
from tests.languages.forth.suite_files import FOLDER, SUITE, SuiteFile

ROOT = Path(__file__).resolve().parents[3]
PRELUDE = ROOT / "src" / "cupola" / "languages" / "forth" / "sources" / "prelude.fs"
PEER = "gforth-fast"

# Forth-2012, chapter 6: CORE, then CORE-EXT, where every word is in use today.
STANDARD_WORDS = (Path(__file__).parent / "standard_words.txt").read_text(encoding="utf-8").split()


def words(source: str) -> set[str]:
    """Return all that stands between blanks in a source text, in lower case."""
    return set(source.lower().split())


def peer(path: Path, file: SuiteFile | None = None, *before: Path) -> str:
    """Return what the peer prints for a program."""
    with (file or SUITE[0]).open_input() as keyboard:
        given = keyboard.read() if file else b""
    command = [PEER, *map(str, before), str(path), "-e", "bye"]
    done = subprocess.run(command, cwd=path.parent, input=given, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode(errors="replace")


@pytest.mark.parametrize("word", STANDARD_WORDS)
def test_every_standard_word_is_in_the_suite_or_in_the_errors(word: str) -> None:
    used = set().union(*(words(file.path.read_text(encoding="utf-8")) for file in SUITE))
    ends_the_session = {"quit"}
    assert word in (words(ERRORS.read_text(encoding="utf-8")) if word in ends_the_session else used)


def test_every_helper_file_is_used() -> None:
    loaded = "".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.fs"))
    for path in (FOLDER / "helpers").rglob("*.fs"):
        assert path.name in loaded, path


def test_the_names_of_cases_differ() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "text", ["=== a\n---\n1\n", "=== a\nthrow -1\n1\n", "=== a\nthrow x\n---\n", "=== a\nfoo\n---\n"]
)
def test_a_wrong_case_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_cases("\n" + text)


def test_the_standard_codes_have_messages() -> None:
    assert set(range(-79, 0)) == {code for code in MESSAGES if code >= -255}
    assert message(-9) == "invalid memory address"
    assert "1234" in message(1234)


def test_the_numbers_in_forth_are_those_of_the_driver() -> None:
    assert (PRELUDE.parent / "numbers.fs").read_text(encoding="utf-8") == numbers.text()


def prelude_words() -> tuple[set[str], list[str]]:
    """Return the native words that the prelude's head lists, and all words of its body but comments."""
    head, _, body = PRELUDE.read_text(encoding="utf-8").partition("\\ ----")
    listed = words(" ".join(re.findall(r"(?m)^\\   [a-z]+ +(.*)$", head)))
    body = re.sub(r"(?m)\\ .*$|\( [^)]*\)", "", "\\ " + body)
    body = re.sub(r'(\b[sc]|\.)" [^"]*"', r'\1"', body)
    return listed, re.sub(r"\[char\] \S+", "[char]", body).lower().split()


def test_the_prelude_lists_exactly_the_native_words_that_it_uses() -> None:
    listed, body = prelude_words()
    known = listed | {"\\", "("}
    for previous, word in pairwise(body):
        if previous in {":", "constant", "variable", "create"}:
            known.add(word)
        elif not re.fullmatch(r"-?\d+(\.\d*e\d*)?", word):
            assert word in known, f"{word}: neither listed at the top of the prelude nor defined before"
    assert listed - {"\\", "("} <= set(body), "listed, but not used"


# Words that gforth 0.7.3 has not (those of Forth-2012, fixed point), or that fail there (a second FREE aborts it).
NOT_ON_THE_PEER = {"allocate.fs", "fixed-point.fs", "locals.fs", "more.fs"}
ON_THE_PEER = [each for each in SUITE if each.path.name not in NOT_ON_THE_PEER]


@pytest.mark.peer
@pytest.mark.parametrize("file", ON_THE_PEER, ids=str)
def test_the_peer_passes_the_suite(file: SuiteFile) -> None:
    output = peer(file.path, file)
    if file.path.name == "input.fs":  # the peer's ACCEPT echoes
        file.check_passed(output[output.rindex("ok:") :])
    else:
        file.check(output)


# gforth's ' refuses compile-only words, which our [COMPILE] needs; input.fs is above.
@pytest.mark.peer
@pytest.mark.parametrize(
    "file", [each for each in ON_THE_PEER if each.path.name not in {"control.fs", "input.fs"}], ids=str
)
def test_the_prelude_is_right_on_the_peer(file: SuiteFile) -> None:
    file.check(peer(file.path, file, PRELUDE))
