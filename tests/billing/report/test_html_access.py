"""The page can be used without eyes, without a mouse and in either light."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from billing.formats.report_html import report_html
from tests.billing.report.html_tree import Node, parsed
from tests.billing.report.pages import HALFWAY, busy, page_of, rich

#: What is read on what: (letters, ground, least contrast); 4.5 for text, 3 for what is drawn.
PAIRS = [
    *((ink, ground, 4.5) for ink in ("ink", "muted", "accent") for ground in ("page", "card")),
    *(("ink", ground, 4.5) for ground in ("stripe", "future")),
    *(("heat-ink", f"heat-{level}", 4.5) for level in (1, 2, 3)),
    *(("heat-ink-deep", f"heat-{level}", 4.5) for level in (4, 5)),
    ("good", "good-page", 4.5),
    ("wait", "wait-page", 4.5),
    *((f"series-{at}", "card", 3.0) for at in range(6)),
    *((bar, "card", 3.0) for bar in ("accent", "full", "then")),
]


@pytest.fixture(scope="module")
def tree() -> Node:
    calls = busy(("acme", "beta"), currencies=("USD", "EUR"))
    return parsed(report_html(page_of(calls, now=HALFWAY, change=rich)))


def test_every_table_has_a_caption_and_headings_with_a_scope(tree: Node) -> None:
    tables = list(tree.all("table"))
    assert len(tables) == 3 + 2 * 4 + 1
    for table in tables:
        assert table.one("caption").text()
        headings = list(table.one("thead").all("th"))
        assert all(each.text() and each.attributes["scope"] == "col" for each in headings)
        for row in table.one("tbody").all("tr"):
            assert len(row.inside) == len(headings)
            assert [each.attributes["scope"] for each in row.all("th")] == ["row"]


def test_every_frame_can_be_reached_and_named(tree: Node) -> None:
    frames = tree.with_class("frame")
    assert len(frames) == len(list(tree.all("table")))
    for frame in frames:
        assert (frame.attributes["role"], frame.attributes["tabindex"]) == ("region", "0")
        assert tree.by_id(frame.attributes["aria-labelledby"]).text()


def test_every_drawing_says_what_it_shows_and_has_its_figures_below(tree: Node) -> None:
    figures = list(tree.all("figure"))
    assert len(figures) == 2 * 4 + 1
    for figure in figures:
        (drawing,) = (each for each in figure.all("svg") if each.attributes.get("role") == "img")
        named = drawing.attributes["aria-labelledby"].split()
        title, said = (tree.by_id(each) for each in named)
        assert (title.tag, said.tag) == ("title", "desc")
        assert title.text() == figure.one("h3").text()
        assert said.text()
        assert len(list(figure.one("details").all("table"))) == 1
    others = [each for each in tree.all("svg") if each.attributes.get("role") != "img"]
    assert {each.attributes["aria-hidden"] for each in others} == {"true"}


def test_headings_go_down_one_step_at_a_time_and_ids_are_unique(tree: Node) -> None:
    levels = [int(each.tag[1]) for each in tree.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [node.attributes["id"] for node in tree.all() if "id" in node.attributes]
    assert len(set(ids)) == len(ids)


def test_the_page_says_its_language_and_begins_with_a_way_past_the_charts(tree: Node) -> None:
    assert tree.one("html").attributes["lang"] == "en"
    first = next(tree.one("body").all("a"))
    assert first.attributes["href"] == "#rows"
    assert len(list(tree.all("main"))) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_and_drawings_stand_out_from_their_ground(scheme: str, tree: Node) -> None:
    colours = schemes(tree.one("style").text())[scheme]
    found = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground, least in PAIRS
        if contrast(colours[ink], colours[ground]) < least
    }
    assert found == {}


def schemes(style: str) -> dict[str, dict[str, str]]:
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{([^}]*--ink[^}]*)\}", style)
    )
    return {"light": light, "dark": light | dark}


def contrast(one: str, other: str) -> float:
    """As WCAG 2 works it out."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
