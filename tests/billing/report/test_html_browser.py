"""The page in a real browser: quiet, alone, inside its window, in both lights and on paper."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billing.formats.invoice_html import invoice_html
from billing.formats.report_html import report_html
from billing.report import ReportPeriod
from billing.report.invoice_model import Invoice, InvoiceLine
from tests.billing.report.pages import HALFWAY, OCTOBER, busy, closed, page_of, rich
from tests.house.browser import INSTALL, REQUIRED, Browser, program, running

NOTHING = Decimal(0)
ACCOUNTS = [
    *(
        "<img src=http://a.example/x.png onerror=console.error(1)>",
        "w" * 128,
        "名" * 60,
        "\u202eabc",
    ),
    *(f"account {at}" for at in range(36)),
]
PAGES = {
    "empty": page_of([]),
    "one currency": page_of(busy(costs=True)),
    "small": page_of(busy(days=3, first=date(2026, 10, 5))),
    "closed": page_of(busy(), change=closed),
    "everything": page_of(
        busy(ACCOUNTS, currencies=("USD", "EUR"), costs=True), now=HALFWAY, change=rich
    ),
}
#: Whatever lies outside the window, or outside the figure it belongs to.
OUTSIDE = """
[...document.querySelectorAll("body *")].filter(each => {
  const box = each.getBoundingClientRect();
  const frame = each.closest(".frame, figure, .cards > div");
  if (each.closest(".unseen, .skip") || !box.width || !each.checkVisibility()) return false;
  if (frame && frame.matches(".frame") && frame !== each) return false;
  const limit = frame && frame !== each ? frame.getBoundingClientRect().right : innerWidth;
  return box.left < 0 || box.right > limit + 0.5;
}).map(each => each.outerHTML.slice(0, 100))
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = program()
    if path is None and os.environ.get(REQUIRED):
        pytest.fail(f"no browser here: {INSTALL}")
    if path is None:
        pytest.skip(f"no browser here: {INSTALL}")
    with running(path) as started:
        yield started


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    found = {name: folder / f"{name}.html" for name in PAGES}
    for name, path in found.items():
        path.write_text(report_html(PAGES[name]), encoding="utf-8")
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", list(PAGES))
def test_the_page_is_quiet_and_alone_and_stays_inside_its_window(
    name: str, width: int, scheme: str, browser: Browser, files: dict[str, Path]
) -> None:
    browser.show(files[name], width=width, scheme=scheme)
    assert browser.evaluate("document.documentElement.scrollWidth") == width
    assert browser.evaluate(OUTSIDE) == []
    assert browser.requests() == [files[name].as_uri()]
    assert browser.complaints() == []


def test_a_page_that_misbehaves_is_noticed(browser: Browser, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    wide = '<p style="width: 2000px">wide</p><img src="http://a.example/x.png">'
    bad.write_text(f"<!DOCTYPE html>{wide}<script>console.error(1)</script>", encoding="utf-8")
    browser.show(bad, width=390)
    assert browser.evaluate("document.documentElement.scrollWidth") != 390
    assert browser.evaluate(OUTSIDE) != []
    assert "http://a.example/x.png" in browser.requests()
    assert browser.complaints() != []


def test_figures_unfold_inside_the_window_too(browser: Browser, files: dict[str, Path]) -> None:
    browser.show(files["everything"], width=390)
    browser.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert browser.evaluate("document.documentElement.scrollWidth") == 390
    assert browser.evaluate(OUTSIDE) == []


def test_a_keyboard_reaches_the_rows_and_scrolls_them(
    browser: Browser, files: dict[str, Path]
) -> None:
    browser.show(files["everything"], width=800)
    press(browser, "Tab", 9)
    assert browser.evaluate("document.activeElement.className") == "skip"
    assert browser.evaluate("document.activeElement.getBoundingClientRect().left") == 0
    assert browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.evaluate("document.querySelector('#rows .frame').focus()")
    assert browser.evaluate("document.activeElement.scrollLeft") == 0
    press(browser, "ArrowRight", 39)
    press(browser, "End", 35)
    # To the very end: on its first pixels the caption still stands above the heading.
    script = """new Promise(done => { const look = () => {
        const frame = document.activeElement;
        const is_down = frame.scrollTop + frame.clientHeight >= frame.scrollHeight - 1;
        frame.scrollLeft > 0 && is_down ? done(true) : setTimeout(look, 20);
    }; look(); })"""
    answer = browser.ask("Runtime.evaluate", expression=script, awaitPromise=True)
    assert answer["result"]["value"] is True
    head = "document.querySelector('#rows th').getBoundingClientRect().top"
    frame = "document.querySelector('#rows .frame').getBoundingClientRect().top"
    assert browser.evaluate(f"Math.abs({head} - {frame}) < 2"), "the heading stays in sight"


def test_no_figure_of_the_rows_is_out_of_sight_on_a_narrow_screen(
    browser: Browser, files: dict[str, Path]
) -> None:
    for name in ("one currency", "everything"):
        browser.show(files[name], width=390)
        for table in ("rows", "beside") if name == "everything" else ("rows",):
            frame = f"document.querySelector('#{table} .frame')"
            assert browser.evaluate(f"{frame}.scrollWidth - {frame}.clientWidth") == 0
            assert browser.evaluate(f"{frame}.scrollHeight - {frame}.clientHeight") == 0
        named = "getComputedStyle(document.querySelector('#rows tfoot td.figure'), '::before')"
        assert browser.evaluate(f"{named}.content") == '"calls"'


def test_a_long_name_does_not_make_the_rows_scroll_on_a_wide_screen(
    browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "long.html"
    accounts = ("acme", "bluebird-and-daughters", "bluebird-and-daughters-of-the-north")
    path.write_text(report_html(page_of(busy(accounts, costs=True))), encoding="utf-8")
    browser.show(path, width=1280)
    frame = "document.querySelector('#rows .frame')"
    assert browser.evaluate(f"{frame}.scrollWidth - {frame}.clientWidth") == 0


@pytest.mark.parametrize("name", ["one currency", "everything"])
def test_tiles_are_as_wide_as_each_other_and_their_currency_stands_beside(
    name: str, browser: Browser, files: dict[str, Path]
) -> None:
    browser.show(files[name], width=1280)
    tiles = "[...document.querySelectorAll('.cards > div:not(.main)')]"
    widths = browser.evaluate(f"{tiles}.map(each => Math.round(each.offsetWidth))")
    assert isinstance(widths, list)
    assert len(set(widths)) == 1
    figures = "[...document.querySelectorAll('.cards dd:nth-of-type(1) .money')]"
    assert (
        browser.evaluate(f"{figures}.filter(each => each.getClientRects().length > 1).length") == 0
    )


@pytest.mark.parametrize("width", [390, 1280])
def test_no_line_of_an_invoice_is_out_of_sight(
    width: int, browser: Browser, tmp_path: Path
) -> None:
    line = InvoiceLine("gpt-image-2 image generation", 1, Decimal("0.2"), Decimal("0.2"), NOTHING)
    invoice = Invoice(
        account="acme",
        period=ReportPeriod.of(OCTOBER, OCTOBER.end),
        currency="USD",
        lines=(*(line,) * 60, InvoiceLine("Refund", 0, None, NOTHING, NOTHING)),
        mode="half-even",
        exact=Decimal(12),
        net=Decimal(12),
        rounding=Decimal(12),
        tax_rate=None,
        tax=NOTHING,
        total=Decimal(12),
        credit_notes=(),
    )
    path = tmp_path / "invoice.html"
    path.write_text(invoice_html(invoice), encoding="utf-8")
    browser.show(path, width=width)
    frame = "document.querySelector('#lines .frame')"
    assert browser.evaluate(f"{frame}.scrollHeight - {frame}.clientHeight") == 0
    # In a list of cards, what a refund has none of has no line with a heading of its own.
    empty = "[...document.querySelectorAll('#lines tbody td:empty')]"
    assert browser.evaluate(f"{empty}.length") == 2
    seen = browser.evaluate(f"{empty}.filter(each => each.checkVisibility()).length")
    assert seen == (0 if width == 390 else 2)
    assert browser.evaluate("document.documentElement.scrollWidth") == width
    assert browser.evaluate(OUTSIDE) == []


def press(browser: Browser, key: str, code: int) -> None:
    for kind in ("rawKeyDown", "keyUp"):
        browser.ask(
            "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code
        )


def test_dark_is_for_screens_and_paper_is_white(browser: Browser, files: dict[str, Path]) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    browser.show(files["one currency"], scheme="light")
    light = browser.evaluate(ground)
    browser.show(files["one currency"], scheme="dark")
    dark = browser.evaluate(ground)
    browser.ask(
        "Emulation.setEmulatedMedia",
        media="print",
        features=[{"name": "prefers-color-scheme", "value": "dark"}],
    )
    assert (light, dark) == ("rgb(246, 247, 249)", "rgb(18, 20, 24)")
    assert browser.evaluate(ground) == "rgb(255, 255, 255)"
    browser.ask("Emulation.setEmulatedMedia", media="")


def test_the_page_prints_on_a4_its_rows_across(browser: Browser, files: dict[str, Path]) -> None:
    browser.show(files["one currency"])
    paper = browser.paper()
    assert paper.startswith(b"%PDF-")
    boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", paper)
    sizes = {(round(float(width)), round(float(height))) for width, height in boxes}
    assert sizes == {(595, 842), (842, 595)}


def test_a_small_month_prints_upright_on_two_pages(
    browser: Browser, files: dict[str, Path]
) -> None:
    browser.show(files["small"])
    boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", browser.paper())
    assert [(round(float(width)), round(float(height))) for width, height in boxes] == [
        (595, 842),
        (595, 842),
    ]
