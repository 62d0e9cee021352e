"""Reading experiments: what is right becomes an experiment, and everything wrong is said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupola.lab.experiment.reading import ExperimentError, read_experiment
from cupola.lab.experiment.spec import Arm, Experiment, Prediction, Workload

RIGHT = """\
name = "cache"
question = "Does the cache pay?"
h0 = "no"
h1 = "yes"
metric = "total"
reference = "off"
processes = 30
rope = 0

[[arms]]
name = "off"
switches = ["--without", "cache"]
environment = { B = "2", A = "1" }

[[arms]]
name = "gforth"
command = ["gforth", "{program}"]
[arms.state]
tier = "none"

[[workloads]]
name = "fib"
program = "fib.fs"
arguments = ["30"]
expected = '''
832040
'''

[[predictions]]
arm = "gforth"
low = 1
high = 2.5
confidence = 0.5
"""


def written(directory: Path, text: str) -> Path:
    (directory / "fib.fs").write_text("")
    path = directory / "cache.toml"
    path.write_text(text)
    return path


def refused(directory: Path, text: str) -> list[str]:
    """The lines of the message about a file."""
    with pytest.raises(ExperimentError) as error:
        read_experiment(written(directory, text))
    return str(error.value).replace(f"{directory}/", "").splitlines()


def test_a_file_becomes_an_experiment(tmp_path: Path) -> None:
    assert read_experiment(written(tmp_path, RIGHT)) == Experiment(
        name="cache",
        question="Does the cache pay?",
        h0="no",
        h1="yes",
        metric="total",
        reference="off",
        processes=30,
        rope=0.0,
        arms=(
            Arm("off", switches=("--without", "cache"), environment=(("A", "1"), ("B", "2"))),
            Arm("gforth", command=("gforth", "{program}"), state=(("tier", "none"),)),
        ),
        workloads=(Workload("fib", "fib.fs", ("30",), "832040\n"),),
        predictions=(Prediction("gforth", 1.0, 2.5, 0.5),),
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'metric = "total"',
            'metric = "totl"',
            [
                "cache.toml:5: metric: expected one of steady, least, peak, total, cpu, memory, instructions, "
                "found 'totl'; did you mean 'total'?",
                '    metric = "totl"',
                "             ^^^^^^",
            ],
        ),
        (
            "processes = 30",
            "proceses = 30",
            ["cache.toml:7: unknown key 'proceses'", "    proceses = 30", "    ^^^^^^^^"],
        ),
        (
            "processes = 30",
            "processes = 1  # too few",
            [
                "cache.toml:7: processes: expected a whole number not less than 2, found 1",
                "    processes = 1  # too few",
                "                ^",
            ],
        ),
        ("processes = 30", "processes = 2.5", ["cache.toml:7: processes: expected a whole number"]),
        ("processes = 30", "processes = true", ["cache.toml:7: processes: expected a whole number"]),
        (
            "rope = 0",
            "rope = nan",
            ["cache.toml:8: rope: expected a number not less than 0 and below 1, found NaN"],
        ),
        ("rope = 0", 'rope = "1 %"', ["cache.toml:8: rope: expected a number"]),
        (
            'h1 = "yes"\n',
            "",
            ["cache.toml: h1 is missing: the hypothesis that is claimed"],
        ),
        (
            "low = 1\n",
            "",
            [
                "cache.toml:29: low is missing: least ratio expected",
                "    [[predictions]]",
                "    ^^^^^^^^^^^^^^^",
            ],
        ),
        (
            '["--without", "cache"]',
            '"--without cache"',
            ["cache.toml:12: switches: expected a list of texts such as [\"--tier\", \"baseline\"], found '--without"],
        ),
        (
            'B = "2", A = "1"',
            "B = 2",
            ['cache.toml:13: environment: expected a table of texts such as { LANG = "C" }, found {"B": 2}'],
        ),
        (
            'tier = "none"',
            "tier = [1]",
            ["cache.toml:18: state: expected a table of texts"],
        ),
        (
            'reference = "off"',
            'reference = "of"',
            ["cache.toml:6: reference: expected one of the arms, off, gforth, found 'of'; did you mean 'off'?"],
        ),
        (
            'reference = "off"',
            'reference = "off"\nclaim = "slower"',
            ["cache.toml:7: claim: expected faster, not-slower, or a ratio above 1 such as 1.5x, found 'slower'"],
        ),
        (
            'reference = "off"',
            'reference = "off"\nclaimed = ["gfort"]',
            ["cache.toml:7: claimed: expected some of gforth, found 'gfort'; did you mean 'gforth'?"],
        ),
        (
            'reference = "off"',
            'reference = "off"\nclaimed = ["off"]',
            ["cache.toml:7: claimed: 'off' is the reference, of which nothing can be claimed: expected one of gforth"],
        ),
        (
            'reference = "off"',
            'reference = "off"\nclaimed = ["gforth", "gforth"]',
            ["cache.toml:7: claimed: 'gforth' stands twice"],
        ),
        (
            'reference = "off"',
            'reference = "off"\nsuffices = "some"',
            ["cache.toml:7: suffices: expected one of all, one, found 'some'"],
        ),
        (
            'metric = "total"',
            'metric = "steady"',
            ["cache.toml:5: metric: steady is about iterations within a process, and there is one"],
        ),
        (
            'arm = "gforth"',
            'arm = "gfroth"',
            ["cache.toml:30: arm: expected one of gforth, found 'gfroth'; did you mean 'gforth'?"],
        ),
        ('arm = "gforth"', 'arm = "off"', ["cache.toml:30: arm: 'off' is the reference"]),
        ("low = 1", "low = 3", ["cache.toml:31: low: the interval is upside down: low is 3, high 2.5"]),
        (
            "confidence = 0.5",
            "confidence = 50",
            ["cache.toml:33: confidence: expected a number not less than 0 and not more than 1, found 50"],
        ),
        ('name = "gforth"', 'name = "off"', ["cache.toml:16: name: the name 'off' stands twice"]),
        (
            'program = "fib.fs"',
            'program = "fibs.fs"',
            ["cache.toml:23: program: there is no such file: fibs.fs"],
        ),
        ('program = "fib.fs"\n', "", ["cache.toml:21: program is missing: the arm 'off' is cupola"]),
        (
            'command = ["gforth", "{program}"]',
            'command = ["gforth"]',
            ["cache.toml:17: command: it has no {program}"],
        ),
        (
            'switches = ["--without", "cache"]',
            'switches = ["--without", "cache"]\ncommand = ["x", "{program}"]',
            ["cache.toml:13: command: an arm is either cupola with switches, or another command"],
        ),
        ('name = "cache"', 'name = "the cache"', ["cache.toml:1: name: expected letters, digits and hyphens"]),
        (
            'name = "cache"',
            "name = cache",
            ["cache.toml:1: expected TOML: invalid value", "    name = cache", "           ^"],
        ),
        ("confidence = 0.5\n", 'confidence = "', ["cache.toml:33: expected TOML: "]),
        ('h0 = "no"', 'h0 = "no"\nh0 = "no"', ["cache.toml:4: expected TOML: cannot overwrite a value"]),
        ("[[workloads]]", "[workloads]", ["cache.toml:21: workloads: expected tables, each begun by [[workloads]]"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, old: str, new: str, message: list[str]) -> None:
    assert old in RIGHT
    found = refused(tmp_path, RIGHT.replace(old, new, 1))
    for line, wanted in zip(found, message, strict=False):
        assert line.startswith(wanted)
    assert len(found) >= len(message)


def test_everything_wrong_is_said_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = RIGHT.replace("0.5", "-1").replace("processes = 30", "processes = 0").replace("fib.fs", "f.fs")
    found = [line for line in refused(tmp_path, text) if line.startswith("cache.toml")]
    assert [line.split(": ")[1] for line in found] == ["processes", "confidence"]


def test_the_same_key_in_the_second_table_is_found_there(tmp_path: Path) -> None:
    more = RIGHT + '\n[[predictions]]\narm = "gforth"\nlow = 1\nhigh = 2\nconfidence = 7\n'
    assert refused(tmp_path, more)[0].startswith("cache.toml:39: confidence: expected a number")


def test_arms_of_one_line_are_found_at_their_key(tmp_path: Path) -> None:
    tables = RIGHT.index("[[arms]]")
    text = (
        RIGHT[:tables]
        + 'arms = [{name = "off"}, {name = "x", comand = ["y"]}]\n\n'
        + RIGHT[RIGHT.index("[[workl") :]
    )
    assert refused(tmp_path, text)[0].startswith("cache.toml:10: unknown key 'comand': expected one of")


def test_a_file_that_is_missing_names_those_that_are_there(tmp_path: Path) -> None:
    written(tmp_path, RIGHT)
    with pytest.raises(
        ExperimentError, match=r"there is no such file; there are cache\.toml; cupola lab new NAME"
    ):
        read_experiment(tmp_path / "cach.toml")


def test_a_directory_and_other_bytes_are_no_experiment(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="it cannot be read: Is a directory"):
        read_experiment(tmp_path)
    (tmp_path / "bytes.toml").write_bytes(b'name = "x"\nquestion = "\xff"\n')
    with pytest.raises(ExperimentError, match=r"bytes\.toml:2: expected text in UTF-8"):
        read_experiment(tmp_path / "bytes.toml")


def test_few_arms_and_no_workloads(tmp_path: Path) -> None:
    text = RIGHT[: RIGHT.index("[[arms]]")] + '[[arms]]\nname = "off"\n'
    found = refused(tmp_path, text)
    assert "cache.toml: workloads is missing: what is run" in found
    found = refused(tmp_path, text.replace("[[arms]]", "workloads = []\n[[arms]]"))
    assert any("expected two arms or more to compare, found 1" in line for line in found)
    assert any("expected something to run" in line for line in found)


def test_random_programs_need_an_arm_of_cupola(tmp_path: Path) -> None:
    text = RIGHT.replace('switches = ["--without", "cache"]', 'command = ["x", "{program}"]')
    found = refused(tmp_path, text.replace("rope = 0", "generated = 5"))
    assert found[0].startswith("cache.toml:8: generated: random programs are for cupola's own arms")
