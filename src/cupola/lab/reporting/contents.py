"""What the report of an experiment says, in its order: the answer first, then what it rests on.

Where two arms do not mean the same the answer is *invalid*: there is nothing to compare, and no number is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from cupola.lab.experiment.claims import threshold
from cupola.lab.experiment.spec import METRICS
from cupola.lab.reporting import charts, drawing, files, tables, units
from cupola.lab.reporting.document import (
    Block,
    Code,
    Document,
    Finding,
    Inline,
    Listing,
    Section,
    items,
    table,
    text,
)
from cupola.lab.reporting.material import Material
from cupola.lab.statistics.results import Estimate

PENDING = "not run yet"
"""The word where there is no verdict."""

MOST_LEADING, LEADING = 8, 3
"""How many arms the page leads with; where there are more, how many of them."""

TIMES = ("steady", "least", "peak", "total", "cpu")


def document(material: Material) -> Document:
    """The whole report."""
    experiment, analysis = material.experiment, material.analysis
    with drawing.unchecked():
        made = [each(material) for each in SECTIONS]
    said = findings(material)
    leading = said
    if len(said) > MOST_LEADING:
        best = sorted(said, key=lambda each: -ratio_of(material, each.arm))[:LEADING]
        leading = tuple(best) if said[0].figure else ()
    rule = progress(material) if analysis is None else analysis.verdict.rule
    return Document(
        title=experiment.name,
        question=experiment.question,
        word=PENDING if analysis is None else analysis.verdict.word,
        rule=rule.partition(";")[0] if len(said) > 1 else rule,  # each arm's stands with the arm
        findings=leading,
        of_findings=""
        if leading == said
        else f"The {LEADING} greatest ratios of {len(said)} arms; all stand under Verdicts.",
        warnings=warnings(material),
        sections=tuple(each for each in made if each.blocks),
        foot=("Made by ", Code(f"cupola lab report {experiment.name}"), "; this file needs no network."),
    )


def section(key: str, title: str, blocks: Iterable[Block | None]) -> Section:
    """A section of those blocks that there are."""
    return Section(key, title, tuple(each for each in blocks if each is not None))


def progress(material: Material) -> str:
    """How far it is."""
    experiment = material.experiment
    planned = experiment.processes * len(experiment.arms) * len(experiment.workloads)
    return f"{len(material.records):,} of {planned:,} processes have run; the verdict follows when all have"


# The lead


def findings(material: Material) -> tuple[Finding, ...]:
    """What is said first, of each arm."""
    if material.analysis is None:
        return ()
    found = []
    for verdict in material.analysis.verdicts:
        estimates = material.estimates(verdict.arm)
        if material.silent or not estimates:
            found.append(Finding(verdict.arm, verdict.word, "", "", "", verdict.rule))
            continue
        first = estimates[0]
        found.append(
            Finding(
                arm=verdict.arm,
                word=verdict.word,
                figure=units.within(first.ratio, first.interval),
                interval=units.span(first.interval.low, first.interval.high),
                sentence=sentence(material, first),
                rule=verdict.rule,
            )
        )
    return tuple(found)


def sentence(material: Material, estimate: Estimate) -> str:
    """What a ratio means."""
    experiment = material.experiment
    arm, reference, noun = estimate.arm, experiment.reference, units.NOUNS[experiment.metric]
    where = estimate.workload or f"the geometric mean of {len(experiment.workloads)} workloads"
    number = units.within(estimate.ratio, estimate.interval)
    if experiment.metric in TIMES:
        return f"{arm} is {number} times as fast as {reference}: {noun}, on {where}."
    return f"{reference} needs {number} times as much as {arm}: {noun}, on {where}."


def warnings(material: Material) -> tuple[Inline, ...]:
    """What must not be missed."""
    found: list[Inline] = []
    if material.registration is None:
        found.append(("Exploratory: it was never registered, so it suggests, and confirms nothing.",))
    elif material.exploratory:
        found.append(
            ("Exploratory: it was amended after its registration, so it suggests, and confirms nothing.",)
        )
    if material.silent:
        found.append(
            ("Two arms do not mean the same. There is nothing to compare, so no number is printed.",)
        )
    return tuple(found)


# The sections


def result(material: Material) -> Section:
    """The ratios as a picture, and the verdicts of many arms as a table."""
    found = findings(material)
    verdicts = table(
        "Verdicts",
        ("arm", "verdict", "ratio", "95 % interval", "rule"),
        [(each.arm, each.word, each.figure, each.interval, each.rule) for each in found],
    )
    many = len(found) > MOST_LEADING
    return section("result", "Result", [verdicts if many else None, charts.forest(material)])


def ratio_of(material: Material, arm: str) -> float:
    """The ratio that an arm is known by; 0 where there is none."""
    found = material.estimates(arm)
    return found[0].ratio if found else 0.0


def question(material: Material) -> Section:
    """What was asked."""
    experiment = material.experiment
    claim = units.ratio(threshold(experiment.claim, experiment.rope))
    scope = "of every workload" if experiment.scope == "every" else "of the geometric mean of all workloads"
    who = ", ".join(experiment.claimed) or "all arms"
    who = f"one arm of {who}" if experiment.suffices == "one" else who
    return section(
        "question",
        "Question",
        [
            text(experiment.question),
            items(
                f"H0: {experiment.h0}",
                f"H1: {experiment.h1}",
                f"Metric: {experiment.metric}, {METRICS[experiment.metric]}. Less is better.",
                f"Claim: {experiment.claim}, that is a ratio above {claim}, {scope}; claimed of: {who}.",
                f"No difference in practice: ±{units.percent(experiment.rope)}.",
                f"Plan: {count(experiment.processes, 'process')} for each arm and workload, "
                f"{count(experiment.iterations, 'iteration')} in each; test: {experiment.test}, alpha "
                f"{experiment.alpha:g}, correction: {experiment.correction}.",
            ),
        ],
    )


def arms(material: Material) -> Section:
    """What was compared, and on what."""
    experiment = material.experiment
    workloads = table(
        "Workloads",
        ("workload", "program", "arguments"),
        [(each.name, Code(each.program), Code(" ".join(each.arguments))) for each in experiment.workloads],
    )
    states = None if material.silent else tables.states(material)
    return section("arms", "Arms and workloads", [tables.arms(material), states, workloads])


def gates(material: Material) -> Section:
    """What was checked before numbers count."""
    return section(
        "gates", "Checked before numbers count", [*meaning(material), *state(material), *a_a(material)]
    )


def meaning(material: Material) -> list[Block | None]:
    """Gate 0."""
    gates = material.gates
    if gates.meaning is None:
        return [text("Gate 0, meaning: nothing is noted of it.")]
    if not gates.meaning:
        return [text("Gate 0, meaning: not passed.", tone="warning"), Listing(gates.difference)]
    pairs = count(len(material.arms) * len(material.experiment.workloads), "pair")
    programs = f", and on {gates.generated} random programs" if gates.generated else ""
    said = "Gate 0, meaning: passed. Output, errors and exit status were those of "
    return [text(f"{said}{gates.reference}, on {pairs} of arm and workload{programs}.")]


def state(material: Material) -> list[Block | None]:
    """Gate 1."""
    declared = [each.name for each in material.arms if each.state]
    wrong = sum(each.problem is not None and each.problem.startswith("state") for each in material.records)
    if not declared:
        return [text("Gate 1, state: no arm declares facts that must hold.")]
    if wrong:
        return [
            text(
                f"Gate 1, state: {count(wrong, 'process')} had another state than declared, and count in no figure."
            )
        ]
    named = ", ".join(declared) if len(declared) <= MOST_LEADING else count(len(declared), "arm")
    return [text(f"Gate 1, state: passed, in every process of {named}.")]


def a_a(material: Material) -> list[Block | None]:
    """Gate 2."""
    if material.silent:
        return []
    rate = None if material.analysis is None else material.analysis.false_positive_rate
    if rate is None:
        return [
            text("Gate 2, A/A: no rate of false positives is known of this machine."),
            charts.against_itself(material),
        ]
    said = f"Gate 2, A/A: the reference against itself. The test found a difference in {units.percent(rate)} of random "
    said += f"splits, where none is; stated was {units.percent(material.experiment.alpha)}."
    return [text(said), charts.against_itself(material)]


def measurements(material: Material) -> Section:
    """Tables and distributions."""
    if material.silent or material.analysis is None:
        return section("measurements", "Measurements", [])
    found = [each for arm in material.experiment.challengers for each in material.estimates(arm.name)]
    limit = threshold(material.experiment.claim, material.experiment.rope)
    return section(
        "measurements",
        "Measurements",
        [
            tables.matrix(material),
            tables.estimates(found) if found else None,
            tables.posteriors(found, limit) if found else None,
            tables.measured(material),
            charts.histograms(material),
            charts.order(material),
        ],
    )


def warming(material: Material) -> Section:
    """How processes warmed up."""
    classes = None if material.silent else tables.warm_ups(material)
    return section("warm-up", "Warming up", [classes, charts.warming(material), charts.single(material)])


def outliers(material: Material) -> Section:
    """What is flagged, and what is in no figure."""
    lost = tables.lost(material)
    if material.silent or material.analysis is None:
        return section("outliers", "Processes in no figure", [lost])
    found = [each for arm in material.experiment.challengers for each in material.estimates(arm.name)]
    flagged = tables.flagged(found)
    rule = f"more than {material.experiment.outlier:g} deviations (by the median's) away"
    said = (
        text(f"Flagged are processes that are {rule}. None is dropped; both ratios are told.")
        if flagged
        else text(f"No process is {rule}.")
    )
    return section("outliers", "Outliers", [said, flagged, lost])


def inside(material: Material) -> Section:
    """What happened in the processes, and in the physics of words."""
    physics = None if material.silent else material.physics
    return section(
        "inside",
        "What happened inside",
        [charts.promotions(material), charts.heartbeat(physics), charts.heat_distribution(physics)],
    )


def predictions(material: Material) -> Section:
    """What was expected."""
    if material.silent:
        return section("predictions", "Predictions", [])
    return section("predictions", "Predictions", [charts.predicted(material), tables.predictions(material)])


def environment(material: Material) -> Section:
    """Where it ran."""
    pairs = list(material.environment)
    loads = [each.load for each in material.records]
    if loads and not material.silent:
        pairs.append(("load before a process", f"{min(loads):.2f} to {max(loads):.2f}"))
    machines = sorted({each.machine for each in material.records})
    if len(machines) > 1:
        pairs.append(("machines", ", ".join(machines)))
    return section(
        "environment", "Environment", [tables.facts("Machine and versions", pairs) if pairs else None]
    )


def registration(material: Material) -> Section:
    """When it was frozen, and what changed since."""
    known = material.registration
    if known is None:
        return section("registration", "Registration", [text("It was never registered.")])
    pairs = [
        ("registered", known.time),
        ("by", known.author or "nobody is named"),
        ("commit", Code(known.commit) or "none"),
        ("SHA-256 of its form", Code(known.digest)),
        ("entry of the journal", str(known.entry)),
        ("digest of that entry", Code(known.chain)),
    ]
    blocks: list[Block | None] = [tables.facts("", pairs)]
    for each in known.amendments:
        blocks += [text(f"Amended {each.time}: {each.reason}", tone="warning"), Listing(each.difference)]
    if not known.amendments:
        blocks.append(text("It was not changed since."))
    return section("registration", "Registration", blocks)


def data(material: Material) -> Section:
    """The files that the reader may take along."""
    if material.silent or not material.records:
        return section("data", "Data", [])
    return section("data", "Data", cast("list[Block | None]", files.of(material)))


def again(material: Material) -> Section:
    """How to do it again."""
    return section(
        "again", "To do it again", [Listing("\n".join(material.commands)) if material.commands else None]
    )


def count(number: int, noun: str) -> str:
    """So many of something."""
    plural = noun + ("es" if noun.endswith("s") else "s")
    return f"{number:,} {noun if number == 1 else plural}"


SECTIONS = (
    result,
    question,
    arms,
    gates,
    measurements,
    warming,
    outliers,
    inside,
    predictions,
    environment,
    registration,
    data,
    again,
)
"""The sections of a report in their order."""
