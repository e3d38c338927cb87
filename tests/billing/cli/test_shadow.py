from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import make_url

from billing.ledger.spool.files import Spool
from billing.shadow.files import append
from billing.shadow.lines import Outcome, ShadowCall

Run = Callable[..., Result]
URL = "sqlite:///ledger.db"


def call(account: str = "acme", outcome: Outcome = "captured", **more: object) -> ShadowCall:
    facts: dict[str, object] = {
        "at": datetime(2026, 11, 30, 23, 30, tzinfo=UTC),
        "endpoint": "generations",
        "model": "gpt-image-2",
        "size": "1024x1024",
        "quality": "high",
        "n": 4,
        "unit_price": Decimal("0.21072"),
        "currency": "USD",
        "is_weighed": True,
        "images": 4 if outcome == "captured" else 0,
    }
    return ShadowCall(account=account, outcome=outcome, **{**facts, **more})  # type: ignore[arg-type]


@pytest.fixture
def month(empty_folder: Path) -> Path:
    """A month of calls; the file of its last day."""
    spool = Spool.of(make_url(URL))
    calls = [
        call(),
        call(images=3, tags={"team": "ads"}),
        call("web", "in_doubt"),
        call("web", "voided"),
        call("web", refusal="insufficient_funds"),
        call("web", is_repeated=True),
        call("web", is_weighed=False),
        call("web", unit_price=Decimal("1"), currency="CREDIT"),
        ShadowCall(at=datetime(2026, 11, 1, tzinfo=UTC), account=None, refusal="not_billable"),
        call(at=datetime(2026, 12, 1, tzinfo=UTC)),
    ]
    paths = [append(spool, each) for each in calls]
    append(Spool("sqlite:/another", spool.folders), call())
    assert paths[0].parent == empty_folder / "ledger.db.spool" / "shadow"
    return paths[0]


def test_a_month_is_added_up(month: Path, run: Run) -> None:
    with month.open("ab") as file:
        file.write(b'{"torn')
    done = run("shadow", "--month", "2026-11", "--by", "account", "--json", "--database-url", URL)
    answer = json.loads(done.stdout)
    rows = {(row.pop("account"), row.pop("currency")): row for row in answer["rows"]}
    assert list(rows) == [("", ""), ("acme", "USD"), ("web", "CREDIT"), ("web", "USD")]
    assert rows["acme", "USD"] == {
        "calls": 2,
        "images": 7,
        "amount": "1.47504",
        "in_doubt": 0,
        "in_doubt_amount": "0",
        "refused": 0,
        "repeated": 0,
    }
    assert rows["web", "USD"] == {
        "calls": 5,
        "images": 4,
        "amount": "0.84288",
        "in_doubt": 1,
        "in_doubt_amount": "0.84288",
        "refused": 1,
        "repeated": 1,
    }
    assert [(each["currency"], each["amount"]) for each in answer["totals"]] == [
        ("", "0"),
        ("CREDIT", "4"),
        ("USD", "2.31792"),
    ]
    assert answer["refusals"] == [
        {
            "code": "insufficient_funds",
            "calls": 1,
            "images": 4,
            "amounts": [{"currency": "USD", "amount": "0.84288"}],
        },
        {"code": "not_billable", "calls": 1, "images": 0, "amounts": []},
    ]
    assert (answer["month"], answer["unweighed"], answer["unreadable"]) == ("2026-11", 1, 1)


@pytest.mark.parametrize(("by", "first"), [("tag:team", ""), ("day", "2026-11-01"), ("", "9")])
def test_people_read_a_table(by: str, first: str, month: Path, run: Run) -> None:
    assert month.exists()
    done = run("shadow", "--month", "2026-11", "--by", by, "--database-url", URL)
    assert done.exit_code == 0, done.stderr
    heading, _, columns, _rule, row, *rest = done.stdout.splitlines()
    assert heading == "Shadow calls of 2026-11 (UTC): not billed"
    assert columns.split()[-6:] == ["images", "amount", "in", "doubt", "refused", "repeated"]
    assert row.startswith(first) or not by
    assert "  insufficient_funds: 1 call; delivered 4 images of 0.84288 USD" in rest
    assert "did not say whether it allows 1 call" in done.stderr


def test_a_month_without_calls_opens_no_ledger(empty_folder: Path, run: Run) -> None:
    assert "No calls." in run("shadow", "--month", "2026-11").stdout
    assert list(empty_folder.iterdir()) == []


def test_an_unknown_dimension_is_refused_by_name(run: Run) -> None:
    done = run("shadow", "--month", "2026-11", "--by", "colour")
    assert (done.exit_code, "colour" in done.stderr) == (2, True)
