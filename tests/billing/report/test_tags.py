"""Usage by tag: whatever a tag is called, whatever it says, and whose refunds it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from billing import Capture, Hold, InvalidEntry, Ledger
from billing.report import build_report
from pricing import PriceBook

NAMES = [
    *("team", "a'b", 'a"b', "100%", "%s", "%(x)s", "a:b", ":x", "a\\b", "$.team", "a.b", "a b"),
    *("tag:tag", "\N{SNOWMAN}", "--", "0", "[0]", "null", "Team"),
]
NOW = datetime(2025, 3, 20, tzinfo=UTC)
Tagged = Callable[[str, Mapping[str, str] | None], Capture]


@pytest.fixture
def tagged(ledger: Ledger, books: dict[str, PriceBook], hands: list[datetime]) -> Tagged:
    """A captured call with these tags."""

    def make(key: str, tags: Mapping[str, str] | None) -> Capture:
        fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high"}
        quote = books["USD"].quote(fields, at=hands[0])
        hold: Hold = ledger.hold("acme", quote, key=key, tags=tags)
        return ledger.capture(hold.id, images=1, key=f"{key}/capture")

    return make


def test_a_tag_of_any_name_groups_and_filters(ledger: Ledger, tagged: Tagged) -> None:
    tagged("every", {name: f"value of {name}" for name in NAMES})
    tagged("none", None)
    for name in NAMES:
        dimension = f"tag:{name}"
        report = build_report(ledger, "2025-03", by=[dimension], now=NOW)
        assert [row.keys[dimension] for row in report.rows] == ["", f"value of {name}"]
        where = {dimension: f"value of {name}"}
        [row] = build_report(ledger, "2025-03", by=[dimension], where=where, now=NOW).rows
        assert row.calls == 1


def test_a_tag_that_is_absent_or_empty_is_the_empty_text(ledger: Ledger, tagged: Tagged) -> None:
    tagged("absent", {"other": "x"})
    tagged("empty", {"team": ""})
    tagged("untagged", None)
    [row] = build_report(ledger, "2025-03", by=["tag:team"], now=NOW).rows
    assert (row.keys["tag:team"], row.calls) == ("", 3)
    [row] = build_report(ledger, "2025-03", by=[], where={"tag:team": ""}, now=NOW).rows
    assert row.calls == 3


def test_values_that_are_numbers_have_one_order_however_long_they_are(
    ledger: Ledger, tagged: Tagged
) -> None:
    values = ["0", "00", "001", "01", "1", "2", "10", "9" * 5000, "1" + "0" * 5000]
    for key, value in enumerate((*values[::2], *values[1::2])):
        tagged(f"job {key}", {"job": value})
    rows = build_report(ledger, "2025-03", by=["tag:job"], now=NOW).rows
    assert [row.keys["tag:job"] for row in rows] == values


def test_a_refund_is_of_the_team_that_was_charged(ledger: Ledger, tagged: Tagged) -> None:
    paid = tagged("red", {"team": "red"})
    tagged("blue", {"team": "blue"})
    ledger.refund(paid.id, "0.2", key="refund", reason="blurred")
    report = build_report(ledger, "2025-03", by=["tag:team", "size"], now=NOW)
    assert {row.keys["tag:team"]: (row.amount, row.refunded) for row in report.rows} == {
        "blue": (Decimal("0.21072"), Decimal(0)),
        "red": (Decimal("0.01072"), Decimal("0.2")),
    }


def test_tags_filter_what_is_held_too(
    ledger: Ledger, books: dict[str, PriceBook], hands: list[datetime]
) -> None:
    quote = books["USD"].quote({"model": "gpt-image-2", "size": "1024x1024"}, at=hands[0])
    for team in ("red", "blue"):
        ledger.hold("acme", quote, key=team, tags={"team": team})
    for where, holds in (
        ({"tag:team": "red"}, 1),
        ({"size": "1024x1024"}, 2),
        ({"day": "2025-03-10"}, 2),
    ):
        report = build_report(ledger, "2025-03", where=where, now=hands[0])
        assert [each.holds for each in report.held] == [holds], where


def test_values_of_a_tag_stay_what_they_are(ledger: Ledger, tagged: Tagged) -> None:
    values = ["1", "null", "{}", "'; DROP TABLE transfer; --", "=1+1", "\N{SNOWMAN}" * 100, "a\nb"]
    for number, value in enumerate(values):
        tagged(f"call-{number}", {"team": value})
    report = build_report(ledger, "2025-03", by=["tag:team"], now=NOW)
    assert {row.keys["tag:team"] for row in report.rows} == set(values)


@pytest.mark.parametrize("name", ["tag:", "tag", "Tag:team"])
def test_a_tag_without_a_name_is_no_dimension(name: str, ledger: Ledger) -> None:
    with pytest.raises(InvalidEntry, match="tag:NAME"):
        build_report(ledger, "2025-03", by=[name])
