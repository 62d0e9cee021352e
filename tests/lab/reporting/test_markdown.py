"""The Markdown page: the same content, its pictures beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from cupola.lab.reporting import contents, markdown
from cupola.lab.reporting.document import Code
from tests.lab.reporting import support


def test_it_says_what_the_page_says_and_its_pictures_are_there(tmp_path: Path) -> None:
    made = support.document()
    page, *others = markdown.save(made, tmp_path / "new")
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# hot-words\n")
    assert "**1.163 ×**, 95 % interval 1.151 to 1.174: **✓ accepted**" in text
    assert "> **Exploratory: it was amended" in text
    links = re.findall(r"\]\(<([^>]+)>\)", text)
    assert len(links) >= 11
    assert {page.parent / each for each in links} == set(others)
    for each in others:
        if each.suffix == ".svg":
            ElementTree.fromstring(each.read_bytes())


def test_tables_keep_their_columns() -> None:
    made = contents.document(support.small())
    for table in re.findall(r"(?:^\|.*\|$\n?)+", markdown.write(made), re.M):
        widths = {len(re.findall(r"(?<!\\)\|", each)) for each in table.splitlines()}
        assert len(widths) == 1, table


def test_an_invalid_experiment_has_no_picture_and_no_figure() -> None:
    text = markdown.markdown(support.material(word="invalid"))
    assert "![" not in text and "×" not in text
    assert "⊘ invalid" in text


def test_texts_are_shown_as_they_are() -> None:
    assert (
        markdown.plain("a*b_[c](d) <e> & `f` | g")
        == r"a\*b\_\[c\]\(d\)".replace(r"\(", "(").replace(r"\)", ")") + r" &lt;e&gt; &amp; \`f\` \| g"
    )
    assert markdown.part(Code("a b")) == "`a b`"
    assert markdown.part(Code("a | b")) == r"<code>a \| b</code>"
    assert markdown.fenced("```").startswith("````")


def test_a_question_cannot_begin_a_heading() -> None:
    made = replace(support.small(), physics=None)
    text = markdown.markdown(replace(made, experiment=replace(made.experiment, question="# big\n\n<b>")))
    assert "\n# big" not in text and "<b>" not in text
