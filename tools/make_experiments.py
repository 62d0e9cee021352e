"""Write those of the experiments' files that are made of tables: short programs, sweeps over loops and over options.

    python tools/make_experiments.py [--check]

What stands in the tables of the product is not written down again: the options, what was predicted of them, the
feedback loops. With --check nothing is written; the exit status is 1, and the files are named, if one is not as it
would be written.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from cupola.policy.options import OPTIONS, Option

ROOT = Path(__file__).resolve().parent.parent
EXPERIMENTS = ROOT / "experiments"
MADE = "Made by tools/make_experiments.py: change that, not this."

SHORTER = {
    "forth/fib": [("39 fib", "30 fib")],
    "forth/sieve": [("75 constant rounds", "2 constant rounds")],
    "forth/matrix": [("430 constant n", "140 constant n")],
    "forth/bubble": [("16000 constant size", "3000 constant size")],
    "forth/queens": [("12 constant n", "10 constant n")],
    "forth/strings": [("150 0 do", "3 0 do")],
    "forth/mandelbrot": [("1000 constant width", "160 constant width"), ("640 constant height", "100 constant height")],
    "forth/objects": [("22500000", "400000")],
    "options/arithmetic-reordering": [("40000000", "4000000")],
    "options/block-prefetch": [("40 0 do", "20 0 do")],
    "options/branch-layout": [("40000000", "4000000")],
    "options/colon-inlining": [("40000000", "4000000")],
    "options/search-order": [("400000", "40000")],
    "options/stack-fusion": [("20000000", "2000000")],
    "options/string-batching": [("15000", "300")],
    "options/warm-pools": [("40000 0 do", "2000 0 do")],
    "options/word-placement": [("3000000", "300000")],
}  # fmt: skip
"""Programs of bench/ whose work is made less, so that an iteration takes 10 to 150 ms: what stands there, what
instead."""

EIGHT = [name.removeprefix("forth/") for name in SHORTER if name.startswith("forth/")]
NEED_PROFILE = ("branch-layout", "word-placement")
LOOPS = 7
UNDISTURBED = (
    "hot-words-same-words", "hot-words-loading", "cost-of-checks", "cost-of-limits", "feedback-loops",
    "option-warm-pools", "option-branch-layout", "option-search-order",
)  # fmt: skip
"""Experiments that are made once more with the metric least."""


def program(name: str) -> str:
    """A program of bench/ with less work."""
    path = ROOT / "bench" / f"{name}.fs"
    text = path.read_text(encoding="utf-8")
    for old, new in SHORTER[name]:
        if text.count(old) != 1:
            raise ValueError(f"{path}: expected {old!r} once, found it {text.count(old)} times")
        text = text.replace(old, new)
    return f"\\ bench/{name}.fs with less work. {MADE}\n{text}"


def workloads(names: list[str]) -> str:
    """Tables of workloads: programs beside the experiment."""
    return "".join(f'\n[[workloads]]\nname = "{name}"\nprogram = "programs/{name}.fs"\n' for name in names)


def range_of(option: Option) -> tuple[float, float]:
    """What was predicted of an option, as two ratios."""
    low, high = option.predicted.split("-")
    return float(low), float(high)


def of_option(option: Option) -> str:
    """The experiment about one option on its own program."""
    low, high = range_of(option)
    name = option.name
    profile = f'"--profile", "{{base}}/profiles/{name}.profile", ' if name in NEED_PROFILE else ""
    note = (
        "\n# Both arms have a profile (without superinstructions, so that no engine is compiled for it):\n"
        f"# cupola profile -o {name}.profile programs/{name}.fs"
        if profile
        else ""
    )
    return f'''# Does {name} pay on a program made for it, and by as much as was predicted?
# {MADE}
# The option: {option.meaning}.{note}
# It takes about 1 minute on two cores. The prediction is the original's ({option.predicted}, complexity
# {option.complexity}), and its confidence is ours: nothing was measured then.

name = "option-{name}"
question = "Does the option {name} make a program faster that is made for it?"
h0 = "the same speed with the option on and off"
h1 = "faster by more than 1 % with the option on"
metric = "steady"
reference = "off"
processes = 10
iterations = 15
test = "paired"
rope = 0.01

[[arms]]
name = "off"
switches = [{profile}"--without", "{name}"]
state = {{ {name} = "off" }}

[[arms]]
name = "on"
switches = [{profile}"--with", "{name}"]
state = {{ {name} = "on" }}
{workloads([name])}
[[predictions]]
arm = "on"
low = {low}
high = {high}
confidence = 0.5
basis = "StarForth's list of opportunities, for programs that do much of what the option is about"
'''


def changed(option: Option) -> str:
    """The arm that has one option the other way round."""
    return f"{'without' if option.default else 'with'} {option.name}"


def on_the_eight() -> str:
    """The experiment about all options on the programs of the benchmark, each changed alone."""
    arms = "".join(
        f'\n[[arms]]\nname = "{changed(each)}"\nswitches = ["--{changed(each).split()[0]}", "{each.name}"]\n'
        f'state = {{ {each.name} = "{"off" if each.default else "on"}" }}\n'
        for each in OPTIONS
    )
    predictions = ""
    for each in OPTIONS:
        low, high = range_of(each)
        if each.default:
            low, high = round(1 / high, 3), round(1 / low, 3)
        predictions += f'''
[[predictions]]
arm = "{changed(each)}"
low = {low}
high = {high}
confidence = 0.3
basis = "StarForth's list of opportunities: {each.predicted}; it spoke of programs that do much of what it is about"
'''
    return f"""# What is each option worth on the eight programs of the benchmark? Each is changed alone.
# {MADE}
# Ratios of arms that go without an option lie below 1 where it pays. No profile is used.
# It takes about 4 minutes on two cores.

name = "options-on-the-eight"
question = "Does any option, changed alone from its default, make the eight programs faster?"
h0 = "the same speed as with the defaults"
h1 = "faster by more than 1 %: its default is wrong"
metric = "least"
reference = "defaults"
suffices = "one"
processes = 5
iterations = 15
test = "paired"
rope = 0.01

[[arms]]
name = "defaults"
{arms}{workloads(EIGHT)}{predictions}"""


def loop_set(number: int) -> str:
    """The name of a set of loops as the original writes it: a digit for each, L1 first."""
    return "".join(str(number >> bit & 1) for bit in range(LOOPS))


def factorial() -> str:
    """All sets of feedback loops against none."""
    arms = "".join(
        f'\n[[arms]]\nname = "{loop_set(number)}"\nswitches = ["--physics", "starforth-paper", "--physics-set", '
        f'"loops={number}", "--physics-set", "selector=0", "--physics-set", "period=100000", "--physics-set", '
        f'"infer_every=20"]\nstate = {{ physics = "starforth-paper" }}\n'
        for number in range(1 << LOOPS)
    )
    return f'''# The 2^7 factorial of the feedback loops, with all of them off as control. {MADE}
#
# An arm is named by its loops, L1 first: 0000000 has none, 1111111 all. L8, which would switch others, is off. The
# heart beats every 100,000 steps and infers every 20 beats, so that each loop acts many times within a process.
# The program interprets texts and runs what it defines: the loops see both.
#
# The original's factorial (300 runs an arm; recomputed from its tables): mean on against off L1 +6.8 %, L2 -0.5 %,
# L3 +0.9 %, L4 +53.0 % of time, the others nothing; all-off was the second fastest of 128. So the prediction: no set is
# faster than none. Main effects and ranks: python tools/main_effects.py JOURNAL feedback-loops.
#
# It takes about 4 minutes on two cores: 128 arms, 4 processes of 0.4 s each.

name = "feedback-loops"
question = "Does any set of the seven feedback loops make a program faster than none of them?"
h0 = "no set of loops changes the speed"
h1 = "some set of loops is faster than none by more than 1 %"
metric = "steady"
reference = "{loop_set(0)}"
suffices = "one"
processes = 4
iterations = 15
test = "paired"
rope = 0.01
{arms}
[[workloads]]
name = "words-and-texts"
program = "programs/words-and-texts.fs"

[[predictions]]
arm = "{loop_set(127)}"
low = 0.6
high = 1.0
confidence = 0.8
basis = "the original's 38,400 runs: all loops on took 1.58 times as long as none; ours count more cheaply"

[[predictions]]
arm = "{loop_set(0b1100010)}"
low = 0.9
high = 1.01
confidence = 0.8
basis = "the original's fastest set, 0.3 % faster than none with standard errors of 1 %"

[[predictions]]
arm = "{loop_set(0b0001000)}"
low = 0.6
high = 1.0
confidence = 0.7
basis = "L4 alone: its main effect was +53 % of time in the original"
'''


def undisturbed(text: str) -> str:
    """An experiment once more, by a metric that survives a machine which changes its speed several times a second.

    Its predictions are left out: they were made for the first run, and count once.
    """
    body = text[text.index("\nname = ") : text.find("\n[[predictions]]")]
    name = body.split('"')[1]
    (long,) = re.findall(r"It takes about \d+ minutes? on two cores", text)
    test = "" if "\ntest = " in body else '\ntest = "paired"'
    body = body.replace(f'name = "{name}"', f'name = "{name}-undisturbed"', 1)
    body = body.replace('metric = "steady"', f'metric = "least"{test}', 1)
    return f"""# {name} once more, by the fastest iteration of each process: in its first run the machine
# changed its speed several times a second, so that few processes had a steady state. {name}.toml
# explains the arms, and has the predictions.
# {MADE}
# {long}.
{body.rstrip()}
"""


def files() -> Iterator[tuple[Path, str]]:
    """Everything that is made: where, and what."""
    for name in SHORTER:
        yield EXPERIMENTS / "programs" / f"{name.partition('/')[2]}.fs", program(name)
    for option in OPTIONS:
        yield EXPERIMENTS / f"option-{option.name}.toml", of_option(option)
    yield EXPERIMENTS / "options-on-the-eight.toml", on_the_eight()
    yield EXPERIMENTS / "feedback-loops.toml", factorial()
    for name in UNDISTURBED:
        text = (EXPERIMENTS / f"{name}.toml").read_text(encoding="utf-8")
        yield EXPERIMENTS / f"{name}-undisturbed.toml", undisturbed(text)


def main(arguments: list[str]) -> int:
    """Write, or check; the exit status."""
    wrong = []
    for path, text in files():
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            wrong.append(path)
    for path in wrong:
        print(f"{path}: expected what tools/make_experiments.py writes; run it")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
