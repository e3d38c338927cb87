"""Every format has the same findings and figures, and none runs what a statement smuggled in."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from billing.formats.reconciliation_csv import write_work_list
from billing.formats.reconciliation_html import reconciliation_html
from billing.formats.reconciliation_json import reconciliation_object
from billing.formats.reconciliation_markdown import reconciliation_markdown
from billing.formats.reconciliation_text import reconciliation_text
from billing.formats.reconciliation_words import proof_parts
from billing.formats.reconciliation_xlsx import write_xlsx
from billing.reconciliation import Reconciliation
from tests.billing.reconcile.statement_story import Story
from tests.billing.report.html_tree import number, parsed, table_of
from tests.house.browser import INSTALL, REQUIRED, Browser, program, running

HOSTILE = "=HYPERLINK(0)|<script>*x*"


@pytest.fixture
def ledger_url(sqlite_url: str) -> str:
    """One engine is enough: formats ask no database."""
    return sqlite_url


@pytest.fixture
def found(story: Story) -> Reconciliation:
    """Something of every list: posted, to be decided, pending, carried."""
    story.paid("a")
    story.bill("req-a")
    story.bill("stranger", 1, "0.000000001")
    story.doubted("b", request_id="req-b")
    story.bill("req-b")
    story.post()
    story.bill(HOSTILE, 1, "0.07", "=1+1")
    story.hands[0] += timedelta(days=10)
    story.paid("young", billed=False)
    story.bill("late", 1, "12345.5", "refunded")
    return story.post()


def work_list(found: Reconciliation) -> list[dict[str, str]]:
    buffer = io.StringIO()
    write_work_list(found, buffer)
    return list(csv.DictReader(io.StringIO(buffer.getvalue())))


def test_the_story_has_something_of_everything(found: Reconciliation) -> None:
    assert found.posted
    assert found.discrepancies
    assert found.pending
    assert found.carried


def test_the_work_list_has_a_row_for_each_finding_with_exact_amounts(
    found: Reconciliation,
) -> None:
    told = reconciliation_object(found)
    rows = work_list(found)
    states = {"open": "discrepancies", "pending": "pending", "carried": "carried"}
    assert [row["state"] for row in rows] == [
        state for state, name in states.items() for _each in getattr(found, name)
    ]
    listed = [each for name in states.values() for each in told[name]]  # type: ignore[attr-defined]  # lists
    for row, each in zip(rows, listed, strict=True):
        for name in ("ledger_amount", "statement_amount", "difference"):
            assert row[name] == each[name]
        assert row["class"] == each["class"]
        assert row["proposal"] == each["proposal"]


def test_no_cell_of_the_work_list_is_a_formula(found: Reconciliation) -> None:
    texts = [
        value for row in work_list(found) for name, value in row.items() if "amount" not in name
    ]
    assert f"'{HOSTILE}" in texts
    assert not [each for each in texts if each.startswith(("=", "+", "@"))]


def test_the_workbook_has_the_same_rows_and_exact_texts(found: Reconciliation) -> None:
    file = io.BytesIO()
    write_xlsx(found, file)
    book = load_workbook(file)
    assert book.sheetnames == ["Summary", "Work list", "Posted"]
    head, *rows = book["Work list"].iter_rows(values_only=True)
    exact = head.index("difference (exact)")
    assert [row[exact] for row in rows] == [row["difference"] for row in work_list(found)]
    assert len(list(book["Posted"].iter_rows())) == len(found.posted) + 1
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_rows_beyond_a_sheet_go_on_in_the_next(found: Reconciliation) -> None:
    file = io.BytesIO()
    write_xlsx(found, file, rows_of_sheet=2)
    book = load_workbook(file)
    count = sum(
        len(list(sheet.iter_rows(min_row=2))) for sheet in book if sheet.title.startswith("Work")
    )
    assert count == len(work_list(found))


def test_the_page_has_the_sums_of_the_json(found: Reconciliation) -> None:
    told = reconciliation_object(found)
    tree = parsed(reconciliation_html(found))
    classes = table_of(tree, "classes-table")
    summary = told["summary"]
    assert isinstance(summary, list)
    assert [row[0] for row in classes["body"]] == [row["class"] for row in summary]
    for row, each in zip(classes["body"], summary, strict=True):
        assert [number(cell) for cell in row[1:]] == [
            each["lines"],
            Decimal(each["ledger_amount"]),
            Decimal(each["statement_amount"]),
        ]
    proof = told["proof"]
    assert isinstance(proof, dict)
    shown = [(row[0], number(row[1])) for row in table_of(tree, "proof-table")["body"]]
    assert [amount for name, amount in shown if not name.startswith("=")] == [
        Decimal(amount) for amount in proof.values()
    ]
    tiles = tree.text()
    assert f"Carried{len(found.carried)}findings that were decided before" in tiles
    assert f"Pending{len(found.pending)}findings too young to be decided" in tiles
    decided = table_of(tree, "to-be-decided-table")["body"]
    assert len(decided) == len(found.discrepancies)
    assert not list(tree.all("script"))


def test_our_own_labels_of_the_proof_are_not_guarded_in_the_workbook(
    found: Reconciliation,
) -> None:
    file = io.BytesIO()
    write_xlsx(found, file)
    first = [str(row[0].value) for row in load_workbook(file)["Summary"].iter_rows()]
    assert {name for name, _amount in proof_parts(found)} <= set(first)
    assert not [each for each in first if each.startswith("'")]


def test_the_rows_of_the_proof_add_up_to_the_sum_below_them(found: Reconciliation) -> None:
    for answer, name in ((found, "+ adjustments"), (replace(found, run=None), "+ proposed")):
        parts = proof_parts(answer)
        assert name in dict(parts)
        above, sums = Decimal(0), []
        for name, amount in parts:
            if name.startswith("="):
                sums.append(amount)
                assert amount == above, name
                above = Decimal(0)
            else:
                above += amount
        assert len(sums) == 2
        assert sums[0] == sums[1]


def test_markdown_and_text_end_with_what_is_unexplained(found: Reconciliation) -> None:
    told = f"unexplained {found.unexplained:,f} USD"
    assert reconciliation_text(found).splitlines()[-1] == told
    assert reconciliation_markdown(found).splitlines()[-1] == f"**{told}**"
    assert r"=HYPERLINK(0)\|\<script\>\*x\*" in reconciliation_markdown(found)
    for each in found.discrepancies:
        assert each.class_name.replace("_", r"\_") in reconciliation_markdown(found)


def test_the_same_findings_give_the_same_bytes(found: Reconciliation) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    write_xlsx(found, first)
    write_xlsx(found, second)
    assert first.getvalue() == second.getvalue()
    assert reconciliation_html(found) == reconciliation_html(found)
    json.dumps(reconciliation_object(found), allow_nan=False)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = program()
    if path is None and os.environ.get(REQUIRED):
        pytest.fail(f"no browser here: {INSTALL}")
    if path is None:
        pytest.skip(f"no browser here: {INSTALL}")
    with running(path) as started:
        yield started


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_quiet_and_alone_and_stays_inside_its_window(
    found: Reconciliation, width: int, browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    file.write_text(reconciliation_html(found), encoding="utf-8")
    browser.show(file, width=width)
    assert browser.evaluate("document.documentElement.scrollWidth") == width
    hidden = "[...document.querySelectorAll('.stacks')].filter(e => e.scrollWidth > e.clientWidth)"
    assert browser.evaluate("document.querySelectorAll('#classes .stacks').length") == 1
    wrapped = "[...document.querySelectorAll('.cards .money')].filter(e => e.getClientRects()[1])"
    if width == 1280:
        assert browser.evaluate(f"{wrapped}.length") == 0, "a currency stands on a line of its own"
    if width == 390:
        assert browser.evaluate(f"{hidden}.length") == 0, "a column is out of sight"
    assert browser.requests() == [file.as_uri()]
    assert browser.complaints() == []
