"""The report's figures, against the ledger's own rows, on both engines."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from billing import AccountNotFound, Capture, Evidence, Hold, InvalidEntry, Ledger
from billing.database.tables import account, rate, transfer
from billing.period import Month
from billing.report import DIMENSIONS, build_report
from pricing import PriceBook

Make = Callable[..., Capture]
SetClock = Callable[[datetime], None]
MARCH = Month(2025, 3)


@pytest.fixture
def quarter(
    ledger: Ledger, capture: Make, hold: Callable[..., Hold], set_clock: SetClock
) -> Ledger:
    """Sixty calls over the edges of March, of every shape, in three accounts and two currencies."""
    chance = random.Random(7)
    edges = [MARCH.start, MARCH.end]
    near = [edge + timedelta(microseconds=each) for edge in edges for each in (-1, 0, 1)]
    spread = [MARCH.start + timedelta(hours=chance.randrange(-200, 900)) for _ in range(54)]
    for number, at in enumerate(near + spread):
        set_clock(at)
        n = chance.randint(1, 8)
        facts = {
            "account": chance.choice(["acme", "beta", "gamma"]),
            "size": chance.choice(["768x1024", "1024x1024", "2048x2048"]),
            "quality": chance.choice(["low", "high"]),
            "endpoint": chance.choice(["generations", "edits"]),
            "n": n,
        }
        if number % 10 == 9:
            held = hold(f"call-{number}", **facts)
            if number % 20 == 9:
                ledger.doubt(held.id, key=f"doubt-{number}", reason="timeout")
        else:
            capture(f"call-{number}", images=chance.randint(1, n), **facts)
    set_clock(datetime(2025, 5, 10, tzinfo=UTC))
    return ledger


def posted_in_march(ledger: Ledger) -> list[dict[str, object]]:
    """The month's captures by other code: every row of the tables, added up in Python."""
    with ledger.engine.connect() as connection:
        codes = {row.id: row for row in connection.execute(select(account))}
        rates = {row.id: row for row in connection.execute(select(rate))}
        transfers = list(connection.execute(select(transfer)))
    return [
        {
            "account": codes[row.account_id].code,
            "currency": codes[row.account_id].currency,
            "day": row.occurred_at.astimezone(UTC).date().isoformat(),
            "book": rates[row.rate_id].book_id,
            **rates[row.rate_id]._mapping,
            "nanos": row.amount,
            "images": row.images,
        }
        for row in transfers
        if row.kind == "capture" and row.occurred_at.strftime("%Y-%m") == "2025-03"
    ]


def test_every_grouping_sums_to_what_the_ledger_posted_in_the_month(quarter: Ledger) -> None:
    raw = posted_in_march(quarter)
    groupings = [
        *itertools.chain.from_iterable(itertools.combinations(DIMENSIONS, k) for k in (0, 1, 2)),
        ("account", "model", "size", "quality"),
        ("day", "quality", "endpoint", "tier", "book_version"),
        DIMENSIONS,
    ]
    for by in groupings:
        expected: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
        for row in raw:
            sums = expected[*(row[name] or "" for name in by), row["currency"]]
            for place, value in enumerate((1, row["images"], row["nanos"])):
                assert isinstance(value, int)
                sums[place] += value

        report = build_report(quarter, MARCH, by=by)

        found = {
            (*row.keys.values(), row.currency): [row.calls, row.images, int(row.amount * 10**9)]
            for row in report.rows
        }
        assert found == expected, by
        for total in report.totals:
            own = [sums for key, sums in expected.items() if key[-1] == total.currency]
            assert [total.calls, total.images, int(total.amount * 10**9)] == [
                sum(column) for column in zip(*own, strict=True)
            ]
        assert [total.currency for total in report.totals] == ["EUR", "USD"]


def test_the_months_together_sum_to_the_posted_balance(quarter: Ledger) -> None:
    reports = [build_report(quarter, f"2025-{month:02}", by=["account"]) for month in (2, 3, 4, 5)]
    for code in ("acme", "beta", "gamma"):
        amounts = [
            row.amount for each in reports for row in each.rows if row.keys["account"] == code
        ]
        assert sum(amounts, Decimal(0)) == quarter.balance(code).posted


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2025, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC), "2025-02"),
        (datetime(2025, 3, 1, tzinfo=UTC), "2025-03"),
        (datetime(2025, 3, 31, 23, 59, 59, 999_999, tzinfo=UTC), "2025-03"),
        (datetime(2025, 4, 1, tzinfo=UTC), "2025-04"),
    ],
)
def test_a_capture_belongs_to_one_month_to_the_microsecond(
    at: datetime, month: str, ledger: Ledger, capture: Make, set_clock: SetClock
) -> None:
    set_clock(at)
    capture("call")
    counted = [
        each
        for each in ("2025-02", "2025-03", "2025-04")
        for row in build_report(ledger, each, by=["day"]).rows
        if row.keys["day"] == at.date().isoformat()
    ]
    assert counted == [month]


def test_a_hold_over_midnight_counts_in_the_month_of_its_capture(
    ledger: Ledger, hold: Callable[..., Hold], set_clock: SetClock
) -> None:
    set_clock(datetime(2025, 3, 31, 23, 59, tzinfo=UTC))
    held = hold("call", n=2)
    set_clock(datetime(2025, 4, 1, 0, 1, tzinfo=UTC))
    ledger.capture(held.id, images=2, key="capture")
    assert build_report(ledger, "2025-03").rows == ()
    assert [row.images for row in build_report(ledger, "2025-04").rows] == [2]


def test_sums_beyond_64_bits_of_nano_units_are_exact(
    ledger: Ledger, capture: Make, dear_book: PriceBook
) -> None:
    for number in range(12):
        code = ("acme", "beta")[number % 2]
        capture(f"c{number}", account=code, size="2048x2048", n=8, book=dear_book)
    [total] = build_report(ledger, MARCH, by=[]).totals
    assert total.amount == Decimal("9600000000.000000096")
    assert total.amount * 10**9 > 2**63


def test_charges_count_and_refunds_are_taken_off(
    ledger: Ledger, capture: Make, books: dict[str, PriceBook], set_clock: SetClock
) -> None:
    first = capture("call", n=4)
    march_first = MARCH.start
    fields = {"model": "gpt-image-2", "size": "1024x1024", "n": 2}
    quote = books["USD"].quote(fields, at=march_first)
    ledger.charge("acme", quote, images=2, key="charge", occurred_at=march_first)
    ledger.refund(first.id, "0.5", key="refund", reason="blurred")
    set_clock(MARCH.end)
    ledger.refund(first.id, "0.1", key="april", reason="blurred")

    [march] = build_report(ledger, MARCH).rows
    [april] = build_report(ledger, MARCH.next).rows

    assert (march.calls, march.images) == (2, 6)
    assert march.amount == Decimal("0.84288") + Decimal("0.42144") - Decimal("0.5")
    assert (april.calls, april.images, april.amount) == (0, 0, Decimal("-0.1"))
    assert march.amount + april.amount == ledger.balance("acme").posted


def test_filters_keep_what_has_one_of_the_values_in_every_dimension(quarter: Ledger) -> None:
    by = ("account", "quality", "size")
    chosen = build_report(
        quarter, MARCH, by=by, where={"account": ["acme", "gamma"], "quality": "low"}
    )
    everything = build_report(quarter, MARCH, by=by)
    assert chosen.rows == tuple(
        row
        for row in everything.rows
        if row.keys["account"] in ("acme", "gamma") and row.keys["quality"] == "low"
    )
    assert 0 < len(chosen.rows) < len(everything.rows)


def test_rows_stand_in_the_order_of_their_keys_with_numbers_as_numbers(
    ledger: Ledger, capture: Make
) -> None:
    for size in ("2048x2048", "768x1024", "1024x1024"):
        capture(size, size=size)
    report = build_report(ledger, MARCH, by=["size"])
    assert [row.keys["size"] for row in report.rows] == ["768x1024", "1024x1024", "2048x2048"]


def test_open_and_doubtful_money_stands_beside_the_totals_by_currency(
    ledger: Ledger, hold: Callable[..., Hold], capture: Make, set_clock: SetClock
) -> None:
    capture("paid", n=2)
    hold("open", n=2)
    voided = hold("voided")
    ledger.void(voided.id, key="void", reason="refused")
    doubted = hold("doubted", n=3)
    ledger.doubt(doubted.id, key="doubt", reason="timeout", evidence=Evidence(request_id="r"))
    hold("euro", account="gamma")
    set_clock(MARCH.end)
    hold("april", n=8)

    report = build_report(ledger, MARCH)

    assert [(each.currency, each.amount, each.holds) for each in report.held] == [
        ("EUR", Decimal("0.21072"), 1),
        ("USD", Decimal("0.42144"), 1),
    ]
    assert [(each.currency, each.amount, each.holds) for each in report.in_doubt] == [
        ("USD", Decimal("0.63216"), 1)
    ]
    assert [total.calls for total in report.totals] == [1]


def test_a_sent_hold_past_its_deadline_is_in_doubt_as_holds_has_it(
    ledger: Ledger, hold: Callable[..., Hold], set_clock: SetClock
) -> None:
    held = hold("sent", on_deadline="doubt")
    hold("plain", on_deadline="expire")
    set_clock(held.expires_at)
    report = build_report(ledger, MARCH)
    assert [each.holds for each in report.in_doubt] == [1]
    assert [each.holds for each in report.held] == [1]
    assert len(ledger.holds(state="in_doubt")) == 1


def test_an_empty_month_has_no_rows_and_no_totals(ledger: Ledger) -> None:
    report = build_report(ledger, "2031-01")
    assert (report.rows, report.totals, report.held, report.in_doubt) == ((), (), (), ())
    assert report.period.state == "provisional"
    assert report.reconciled is None


@pytest.mark.parametrize(
    ("by", "where", "param"),
    [
        (["account", "colour"], {}, "by"),
        (["size", "size"], {}, "by"),
        (["size"], {"colour": "red"}, "where"),
    ],
)
def test_what_is_no_dimension_is_refused_by_name(
    by: list[str], where: dict[str, str], param: str, ledger: Ledger
) -> None:
    with pytest.raises(InvalidEntry) as refused:
        build_report(ledger, MARCH, by=by, where=where)
    assert refused.value.param == param


def test_filtering_on_an_account_that_does_not_exist_is_an_error(ledger: Ledger) -> None:
    with pytest.raises(AccountNotFound):
        build_report(ledger, MARCH, where={"account": "acmee"})
