"""A usage file becomes charges once, whoever imports it and however often; on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from billing import Ledger
from billing.importing import import_usage
from billing.report import build_report, month_span
from pricing import PriceBook
from tests.billing.importing.conftest import Bring, charges, refused
from tests.billing.importing.usage_files import HEADER, line, packed, usage_file
from tests.billing.months import NOVEMBER, Calendar


def test_the_same_file_again_changes_nothing_and_says_so(acme: Ledger, bring: Bring) -> None:
    lines = [line(f"req_{number}", more=",team=a; job=7") for number in range(3)]
    bring(*lines, header=f"{HEADER},tags")
    before = acme.balance("acme")

    again = bring(*lines, header=f"{HEADER},tags")

    assert (again.imported, again.already, again.sums) == (0, 3, ())
    assert acme.balance("acme") == before
    assert charges(acme)[0][4] == '{"job": "7", "team": "a"}'


def test_a_longer_file_books_what_is_new(acme: Ledger, bring: Bring) -> None:
    bring(line("req_1"))
    found = bring(line("req_1"), line("req_2"), line("req_2"))
    assert (found.imported, found.already, found.repeated) == (1, 1, 1)
    assert len(charges(acme)) == 2


def test_a_line_that_comes_again_far_below_was_not_in_the_ledger_before(
    acme: Ledger, bring: Bring
) -> None:
    lines = [line(f"req_{number}", n=1, quality="low") for number in range(5001)]
    lines.append(line("req_7", n=1, quality="low"))

    tried, found, again = bring(*lines, dry_run=True), bring(*lines), bring(*lines)

    assert (tried.imported, tried.already, tried.repeated) == (5001, 0, 1)
    assert (found.imported, found.already, found.repeated) == (5001, 0, 1)
    assert (again.imported, again.already) == (0, 5002)


@pytest.mark.parametrize(
    "other",
    [
        line("req_1", n=1),
        line("req_1", quality="low"),
        line("req_1", at="2026-10-05T10:00:01Z"),
    ],
)
@pytest.mark.parametrize("is_same_file", [True, False])
def test_an_id_that_stands_for_other_content_keeps_the_file_out(
    acme: Ledger, bring: Bring, other: str, *, is_same_file: bool
) -> None:
    first, rest = line("req_1"), (line("req_0"), other)
    if not is_same_file:
        bring(first)

    (error,) = refused(bring, *((first, *rest) if is_same_file else rest)).errors

    assert (error.code, error.param) == ("idempotency_conflict", "request_id")
    assert error.line == (4 if is_same_file else 3)
    assert len(charges(acme)) == (0 if is_same_file else 1)


def test_a_dry_run_says_what_would_be_and_writes_nothing(acme: Ledger, bring: Bring) -> None:
    before = acme.balance("acme")
    found = bring(line("a"), line("b"), dry_run=True)
    assert (found.imported, found.is_dry_run) == (2, True)
    assert charges(acme) == []
    assert acme.balance("acme") == before
    assert bring(line("a"), line("b")).imported == 2


def test_a_packed_file_is_the_same_file(
    acme: Ledger, book: PriceBook, bring: Bring, tmp_path: Path
) -> None:
    lines = [line(f"req_{number}") for number in range(5)]
    first = import_usage(acme, packed(usage_file(tmp_path, lines)), prices=book)
    assert first.imported == 5
    assert bring(*lines).already == 5


def test_what_is_no_usage_is_left_to_reconcile(acme: Ledger, bring: Bring) -> None:
    found = bring(
        line("a"),
        line("", status="tax", amount="1"),
        line("", status="total", size="", quality="", n=""),
        line("", status="tax", amount="2"),
    )
    assert (found.lines, found.imported, dict(found.left)) == (4, 1, {"tax": 2, "total": 1})


def test_a_file_without_amounts_is_priced_all_the_same(acme: Ledger, bring: Bring) -> None:
    found = bring(
        "req_1,2026-10-05T10:00:00Z,gpt-image-2,1024x1024,low,3",
        header="request_id,created_at,model,size,quality,n",
        account="acme",
    )
    assert found.sums[0].images == 3


def test_more_lines_than_are_looked_up_at_once_are_all_booked(acme: Ledger, bring: Bring) -> None:
    lines = [line(f"req_{number}", n=1, quality="low") for number in range(5001)]
    told: list[tuple[str, int, int | None]] = []

    found = bring(*lines, progress=lambda *each: told.append(each))

    assert found.imported == 5001
    assert told == [
        ("checking", 5000, None),
        ("checking", 5001, 5001),
        ("booking", 5000, 5001),
        ("booking", 5001, 5001),
    ]
    assert bring(*lines).already == 5001
    assert acme.verify().ok


def test_members_and_accounts_of_two_currencies_share_a_file(
    acme: Ledger, tmp_path: Path, book: PriceBook
) -> None:
    acme.open_account("web", currency="USD", parent="acme", monthly_limit="1")
    acme.open_account("euro", currency="EUR", floor="-1")
    path = usage_file(
        tmp_path,
        [
            line("a", account="web", amount="0.2"),
            line("b", account="euro", amount="0.4", currency="EUR"),
            line("a", account="acme", amount="0.2"),
        ],
    )

    found = import_usage(acme, path, prices=book, trust_amounts=True)

    assert [(each.account, each.amount, each.currency) for each in found.sums] == [
        ("acme", Decimal("0.2"), "USD"),
        ("euro", Decimal("0.4"), "EUR"),
        ("web", Decimal("0.2"), "USD"),
    ]
    assert acme.balance("acme").available == Decimal("99.6")
    assert import_usage(acme, path, prices=book, trust_amounts=True).already == 3
    assert acme.verify().ok


def test_the_report_of_the_month_has_what_was_imported(acme: Ledger, bring: Bring) -> None:
    bring(line("a", n=2), line("b", at="2026-09-30T23:59:59Z"))
    report = build_report(acme, month_span("2026-10"))
    assert [(row.calls, row.images, row.amount) for row in report.rows] == [
        (1, 2, Decimal("0.10536"))
    ]


def test_two_imports_of_one_file_at_the_same_moment_book_it_once(
    acme: Ledger, book: PriceBook, tmp_path: Path
) -> None:
    path = usage_file(tmp_path, [line(f"req_{number}", n=1) for number in range(200)])
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: import_usage(acme, path, prices=book), range(4)))
    assert sorted(each.imported for each in found) == [0, 0, 0, 200]
    assert acme.verify().ok


def test_a_soft_limit_that_the_file_crosses_is_told_after_the_import(
    ledger_url: str, book: PriceBook, tmp_path: Path
) -> None:
    told: list[str] = []
    now = NOVEMBER.isoformat()
    path = usage_file(tmp_path, [line(name, at=now, amount="2", n=1) for name in "abc"])
    with Ledger.open(
        ledger_url, clock=Calendar(NOVEMBER), on_alert=lambda alert: told.append(alert.month)
    ) as ledger:
        ledger.open_account(
            "acme", currency="USD", floor="-9", monthly_limit="3", limit_kind="soft"
        )
        import_usage(ledger, path, prices=book, trust_amounts=True, dry_run=True)
        assert told == []
        import_usage(ledger, path, prices=book, trust_amounts=True)
    assert told == ["2026-11"]
