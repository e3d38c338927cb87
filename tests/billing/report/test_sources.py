"""The roll-up and the transfers tell the same: every grouping, every filter, late rows and all."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from billing import Hold, Ledger
from billing.formats.report_words import notes
from billing.report import DIMENSIONS, Report, build_report, days_span, month_span
from billing.report.sources import FROM_ROLLUP, FROM_TRANSFERS, parts
from billing.report.spans import Span
from billing.report.usage import usage
from pricing import Catalog, PriceBook
from tests.billing.report.conftest import BOOK, SetClock

#: The same instants as UTC; days of another name are not those of the roll-up.
ELSEWHERE = "Etc/UTC"
CATALOG = """
schema_version: 1
models:
  gpt-image-2: {price: prices.yaml, cost: costs.yaml}
plans:
  partner: {discount: "0.1"}
accounts:
  acme: {plan: partner}
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """Prices with a cost beside each."""
    for name, dear in (("prices", "0.42816"), ("costs", "0.3")):
        book = BOOK.format(currency="USD", dear=dear)
        book = book.replace("test-book", name).replace("0.004020001", "0.00402")
        (tmp_path / f"{name}.yaml").write_text(book)
    return Catalog.loads(CATALOG, folder=tmp_path)


@pytest.fixture
def random_books(
    ledger: Ledger, books: dict[str, PriceBook], catalog: Catalog, set_clock: SetClock
) -> Ledger:
    """Seventy calls round March: two currencies, a member, costs, refunds, late rows."""
    chance = random.Random(11)
    ledger.open_account("acme-web", currency="USD", parent="acme")
    start = datetime(2025, 3, 1, tzinfo=UTC)
    instants = sorted(start + timedelta(minutes=chance.randrange(-9000, 48_000)) for _ in range(70))
    instants[20:22] = [start, start + timedelta(microseconds=-1)][::-1]
    for number, at in enumerate(sorted(instants)):
        set_clock(at)
        _call(ledger, books, catalog, chance, number)
    set_clock(datetime(2025, 4, 8, tzinfo=UTC))
    ledger.close_period("2025-03", actor="ana")
    for number in range(6):
        then = start + timedelta(days=4 * number, hours=5)
        quote = books["USD"].quote({"model": "gpt-image-2", "size": "768x1024", "n": 2}, at=then)
        ledger.charge("beta", quote, images=1, key=f"late-{number}", occurred_at=then)
    return ledger


def _call(
    ledger: Ledger,
    books: dict[str, PriceBook],
    catalog: Catalog,
    chance: random.Random,
    number: int,
) -> None:
    account = chance.choice(["acme", "acme-web", "beta", "gamma"])
    fields = {
        "model": "gpt-image-2",
        "size": chance.choice(["768x1024", "1024x1024", "2048x2048"]),
        "quality": chance.choice(["low", "high"]),
        "n": chance.randint(1, 8),
    }
    at = ledger.now()
    endpoint = chance.choice(["generations", "edits"])
    if account == "acme":
        quote = catalog.quote(fields, account="acme", endpoint=endpoint, at=at)
    else:
        quote = books[ledger.account(account).currency].quote(fields, endpoint=endpoint, at=at)
    tags = {"team": "art"} if number % 3 else None
    hold: Hold = ledger.hold(account, quote, key=f"h{number}", tags=tags)
    images = chance.randint(1, quote.n)
    paid = ledger.capture(hold.id, images=images, key=f"c{number}")
    if number % 5 == 0:
        ledger.refund(paid.id, "0.001", key=f"r{number}", reason="blurred")
    if number % 9 == 0:
        ledger.adjust(account, "-0.5", key=f"a{number}", reason="fee", actor="ana")


def figures(report: Report) -> tuple[object, ...]:
    return report.rows, report.totals, report.adjustments, report.prior_period


def test_every_grouping_is_the_same_from_both(random_books: Ledger) -> None:
    pairs = list(itertools.combinations(DIMENSIONS, 2))
    some = random.Random(5).sample(pairs, 8)
    groupings = [(), *((name,) for name in DIMENSIONS), *some, DIMENSIONS]
    months = [("2025-03", by) for by in groupings]
    months += [(month, DIMENSIONS) for month in ("2025-02", "2025-04")]
    for month, by in months:
        rolled = build_report(random_books, month_span(month), by=by)
        summed = build_report(random_books, month_span(month, ELSEWHERE), by=by)
        assert figures(rolled) == figures(summed), (month, by)
    april = build_report(random_books, "2025-04")
    assert sum(row.calls for row in april.prior_period) == 6


def test_every_filter_is_the_same_from_both(random_books: Ledger) -> None:
    spans = [days_span("2025-03-03", "2025-04-02", zone) for zone in ("UTC", ELSEWHERE)]
    chosen: list[dict[str, str | list[str]]] = [
        {"account": "acme-web"},
        {"account": ["acme", "gamma"], "quality": "low"},
        {"day": ["2025-03-05", "2025-03-06", "2025-03-31"]},
        {"day": "yesterday"},
        {"currency": "EUR", "endpoint": "edits"},
        {"plan": "partner", "size": ["768x1024", "2048x2048"]},
        {"book_version": "2025-03-15"},
        {"book": ""},
    ]
    for where in chosen:
        rolled, summed = (
            build_report(random_books, span, by=("day", "account", "size"), where=where)
            for span in spans
        )
        assert figures(rolled) == figures(summed), where


def test_a_part_of_a_day_is_never_mixed_with_a_whole_one(random_books: Ledger) -> None:
    chance = random.Random(3)
    first = datetime(2025, 2, 25, tzinfo=UTC)
    cuts = [first + timedelta(minutes=chance.randrange(60_000)) for _ in range(7)]
    cuts += [datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 3, 9, tzinfo=UTC)]
    with random_books.engine.connect() as connection:
        for start, end in itertools.combinations(sorted(cuts), 2):
            rolled = usage(connection, Span(start, end), by=("day",))
            assert rolled == usage(connection, Span(start, end, ELSEWHERE), by=("day",))


def test_a_month_so_far_has_as_much_of_the_month_before_beside_it(
    random_books: Ledger, set_clock: Callable[[datetime], None]
) -> None:
    now = datetime(2025, 4, 2, 7, 11, 13, tzinfo=UTC)
    rolled, summed = (
        build_report(random_books, month_span("2025-04", zone), by=("size",), compare=True, now=now)
        for zone in ("UTC", ELSEWHERE)
    )
    assert rolled.rows == summed.rows
    assert rolled.previous_totals == summed.previous_totals != ()


def test_months_in_utc_are_read_from_the_roll_up_and_tags_from_the_transfers(
    random_books: Ledger,
) -> None:
    before = build_report(random_books, "2025-03")
    with random_books.engine.begin() as connection:
        connection.execute(text("UPDATE rollup SET images = 0 WHERE day = 20250305"))
    after = build_report(random_books, "2025-03")
    of_tags = build_report(random_books, "2025-03", by=("tag:team",))

    assert sum(t.images for t in after.totals) < sum(t.images for t in before.totals)
    assert [(t.currency, t.images) for t in of_tags.totals] == [
        (t.currency, t.images) for t in before.totals
    ]


def test_only_what_the_roll_up_knows_is_read_from_it() -> None:
    march = month_span("2025-03")
    for names in (DIMENSIONS, ("account", "size"), ()):
        assert [source for _part, source in parts(march, names)] == [FROM_ROLLUP]
    for name in ("tag:team", "hour"):  # a grouping of tomorrow
        assert [source for _part, source in parts(march, ("account", name))] == [FROM_TRANSFERS]


@pytest.mark.parametrize(
    ("span", "by", "said"),
    [
        (month_span("2025-03"), ("day",), False),
        (month_span("2025-03", "Europe/Berlin"), ("day",), True),
        (month_span("2025-03"), ("tag:team",), True),
    ],
)
def test_a_report_says_when_it_is_not_read_from_the_roll_up(
    ledger: Ledger, span: Span, by: tuple[str, ...], said: bool
) -> None:
    words = " ".join(notes(build_report(ledger, span, by=by)))
    assert ("not from the roll-up" in words) is said
