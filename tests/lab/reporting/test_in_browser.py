"""The report as a reader's browser shows it: nothing said on the console, nothing asked of a network, every drawing
there with its marks, no text cut off, readable in light, dark and print."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cupola.lab.journal.store import Journal
from cupola.lab.reporting import page
from cupola.lab.reporting.site import write_site
from tests.lab.reporting import support
from tests.lab.reporting.browser import Browser, executable
from tests.lab.reporting.test_site import fill

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        executable() is None, reason="no Chromium is installed (Debian: apt install chromium)"
    ),
]

DRAWINGS = """[...document.querySelectorAll('.drawing svg')].map(svg => {
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll('text')].filter(each => each.textContent.trim());
  const outside = texts.filter(each => {
    const box = each.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
      || box.bottom > frame.bottom + 1;
  });
  const marks = [...svg.querySelectorAll('.mark-symbol path, .mark-rect path, .mark-line path, .mark-rule line')];
  return {
    key: svg.closest('figure').id, width: frame.width, height: frame.height,
    outside: outside.map(each => each.textContent),
    marks: marks.map(each => each.getBoundingClientRect()).filter(box => box.width + box.height > 0).length,
    named: !!svg.querySelector('title') && svg.querySelector('desc').textContent.length > 20,
  };
})"""

OVERLAPPING = """[...document.querySelectorAll('.drawing svg')].flatMap(svg => {
  const boxes = [...svg.querySelectorAll('text')].filter(each => each.textContent.trim())
    .map(each => [each.textContent, each.getBoundingClientRect()]);
  return boxes.flatMap(([a, one], at) => boxes.slice(at + 1).filter(([b, other]) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 3).map(([b]) => a + ' / ' + b));
})"""

CONTRASTS = """(() => {
  const canvas = document.createElement('canvas').getContext("2d", {willReadFrequently: true});
  const light = colour => {
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
      .map(each => each / 255).map(each => each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const paper = light(getComputedStyle(document.body).backgroundColor);
  const drawn = [...document.querySelectorAll('.drawing text')].map(each => getComputedStyle(each).fill);
  const written = [...document.querySelectorAll('p, td, th, li, h1, h2, caption, summary, label')]
    .map(each => getComputedStyle(each).color);
  const colours = [...new Set([...drawn, ...written])];
  return {paper, worst: Math.min(...colours.map(each => ratio(light(each), paper)))};
})()"""
"""Luminance of the paper, and the worst contrast of a text to it (WCAG 2)."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = executable()
    assert path is not None
    with Browser(path) as made:
        made.width(1200)
        yield made


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "hot-words.html"
    path.write_text(page.write(support.document()), encoding="utf-8")
    return path


def test_nothing_is_said_and_nothing_asked_for(browser: Browser, report: Path) -> None:
    browser.said.clear()
    browser.asked.clear()
    browser.open(report)
    assert browser.value("document.title") == "hot-words: rejected"
    assert browser.said == []
    assert {each.partition(":")[0] for each in browser.asked} <= {"file", "data"}


def test_the_site_is_quiet_too(browser: Browser, tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db") as journal:
        fill(journal, "cache")
        paths = write_site(journal, tmp_path / "site")
    browser.said.clear()
    browser.asked.clear()
    for path in paths:
        browser.open(path)
        assert all(each["outside"] == [] and each["marks"] >= 2 for each in browser.value(DRAWINGS))
    assert browser.said == []
    assert {each.partition(":")[0] for each in browser.asked} <= {"file", "data"}


def test_the_console_is_heard(browser: Browser, tmp_path: Path) -> None:
    """The test above can fail."""
    path = tmp_path / "bad.html"
    path.write_text("<script>console.error('no'); missing()</script><img src='http://127.0.0.1:9/a.png'>")
    browser.said.clear()
    browser.asked.clear()
    browser.open(path)
    assert any("no" in each for each in browser.said) and any("Uncaught" in each for each in browser.said)
    assert "http://127.0.0.1:9/a.png" in browser.asked


def test_every_drawing_is_there_whole(browser: Browser, report: Path) -> None:
    browser.media()
    browser.open(report)
    found = browser.value(DRAWINGS)
    assert [each["key"] for each in found] == [
        "forest",
        "a-a",
        "histograms",
        "order",
        "warming",
        "single",
        "promotions",
        "heartbeat",
        "heat",
        "predicted",
    ]
    for each in found:
        assert each["width"] > 300 and each["height"] > 60, each
        assert each["marks"] >= 2 and each["named"], each
        assert each["outside"] == [], each
    assert browser.value(OVERLAPPING) == []


@pytest.mark.parametrize(
    ("kind", "scheme", "choice", "dark"),
    [
        ("screen", "light", "auto", False),
        ("screen", "dark", "auto", True),
        ("screen", "dark", "light", False),
        ("screen", "light", "dark", True),
        ("print", "dark", "auto", False),
        ("print", "light", "dark", False),
    ],
)
def test_it_can_be_read_in_every_mode(
    browser: Browser, report: Path, kind: str, scheme: str, choice: str, dark: bool
) -> None:
    browser.media(kind, scheme)
    browser.open(report)
    browser.value(f"document.getElementById('{choice}').checked = true")
    found = browser.value(CONTRASTS)
    assert (found["paper"] < 0.1) == dark
    assert found["worst"] >= 4.5


def test_a_narrow_window_scrolls_drawings_and_not_the_page(browser: Browser, report: Path) -> None:
    browser.media()
    browser.width(400)
    browser.open(report)
    assert browser.value("document.documentElement.scrollWidth") <= 400
    browser.width(1200)
