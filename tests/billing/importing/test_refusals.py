"""What keeps a usage file out: every wrong line by number, every account by name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing import Ledger
from billing.importing.booking import CHUNK_LINES
from billing.ledger.evidence import Evidence
from pricing import PriceBook
from tests.billing.importing.conftest import Bring, charges, refused
from tests.billing.importing.usage_files import line
from tests.billing.months import NOVEMBER, quoted


def test_every_wrong_line_is_told_with_its_number_and_nothing_is_booked(
    acme: Ledger, bring: Bring
) -> None:
    tomorrow = (NOVEMBER + timedelta(days=1)).isoformat()
    problem = refused(
        bring,
        line("ok"),
        line(""),
        line("a", at="2026-10-05T10:00:00"),
        line("b", n=0, quality=""),
        line("c", size="1x1"),
        line("d", at=tomorrow),
        line("e", status="paid"),
        line("f", at="2001-01-01T00:00:00Z"),
        "one,two",
        line("g", n=9),
        line("x\x07"),
        line("h", at="9999-12-31T23:59:59Z"),
    )
    assert [(each.line, each.param) for each in problem.errors] == [
        (3, "request_id"),
        (4, "created_at"),
        (5, "quality"),
        (6, "size"),
        (7, "created_at"),
        (8, "status"),
        (9, "created_at"),
        (10, None),
        (11, "n"),
        (12, "request_id"),
        (13, "created_at"),
    ]
    assert problem.count == 11
    assert "line 5: quality: empty; n: '0' is not a whole number" in problem.message
    assert charges(acme) == []


def test_an_id_with_other_content_is_told_beside_everything_else(
    acme: Ledger, bring: Bring
) -> None:
    bring(line("before", n=1))
    problem = refused(
        bring,
        line("twice", n=1),
        line("x", size="1x1"),
        line("before", n=3),
        *(line(f"req_{number}", n=1) for number in range(CHUNK_LINES)),
        line("twice", n=3),
        line("y", account="beta"),
        line("twice", n=2, amount="0.1", currency="EUR", status="refunded"),
    )
    assert [(each.line, each.code) for each in problem.errors] == [
        (3, "unsupported_size"),
        (4, "idempotency_conflict"),
        (CHUNK_LINES + 5, "idempotency_conflict"),
        (CHUNK_LINES + 7, "currency_mismatch"),
    ]
    assert [(each.account, each.lines) for each in problem.accounts] == [("beta", 1)]
    assert len(charges(acme)) == 1


def test_usage_before_the_first_price_list_is_told_how_it_can_come_in(
    acme: Ledger, bring: Bring
) -> None:
    old = line("a", at="2025-11-05T00:00:00Z")
    (error,) = refused(bring, old).errors
    assert (error.code, error.param) == ("no_price_in_force", "created_at")
    assert error.message.startswith("created_at: book openai-gpt-image-2 has no price in force")
    assert "--trust-amounts charges the file's amount" in error.message
    assert bring(old, trust_amounts=True).imported == 1


def test_accounts_that_are_not_open_are_named_once_with_the_command(bring: Bring) -> None:
    problem = refused(
        bring,
        line("a", account="beta"),
        line("b", account="it's", currency="EUR"),
        line("c", account="beta"),
        line("d"),
    )
    assert [(each.account, each.lines) for each in problem.accounts] == [("beta", 2), ("it's", 1)]
    assert "image-billing account open beta --currency USD" in problem.message
    assert "image-billing account open 'it'\"'\"'s' --currency EUR" in problem.message
    assert problem.count == 0


def test_a_line_without_an_account_is_that_of_the_import(acme: Ledger, bring: Bring) -> None:
    problem = refused(bring, line("a", account=""))
    assert problem.errors[0].param == "account"
    assert bring(line("a", account=""), account="acme").imported == 1


@pytest.mark.parametrize("trusted", [True, False])
def test_a_line_in_another_currency_is_wrong(acme: Ledger, bring: Bring, *, trusted: bool) -> None:
    problem = refused(
        bring,
        line("a", currency="EUR"),
        line("b", currency="eur"),
        line("c", currency=""),
        line("d"),
        line("d", currency="EUR", status="refunded"),
        trust_amounts=trusted,
    )
    assert [(each.line, each.code, each.param) for each in problem.errors] == [
        (2, "currency_mismatch", "currency"),
        (3, "unreadable_line", "currency"),
        (4, "unreadable_line", "currency"),
        (6, "currency_mismatch", "currency"),
    ]
    assert "'acme' is kept in USD; this amount is in EUR" in problem.message
    assert charges(acme) == []


def test_an_amount_that_images_cannot_share_is_wrong(bring: Bring) -> None:
    problem = refused(bring, line("a", amount="0.1", n=3), trust_amounts=True)
    assert (problem.errors[0].code, problem.errors[0].param) == ("invalid_value", "amount")
    assert "3 images share without a rest" in problem.errors[0].message


def test_money_that_does_not_suffice_is_told_for_the_whole_file(acme: Ledger, bring: Bring) -> None:
    lines = [line(str(number), amount="60", n=1) for number in range(3)]
    problem = refused(bring, *lines, trust_amounts=True)

    (error,) = problem.errors
    assert (error.line, error.code) == (3, "insufficient_funds")
    assert error.message == (
        "account 'acme': the file charges 180.00 USD, and 100.00 USD can be spent; "
        "a top-up of 80.00 USD would do"
    )
    assert charges(acme) == []
    acme.top_up("acme", "80", key="more")
    assert bring(*lines, trust_amounts=True).imported == 3


def test_what_was_imported_before_does_not_count_as_lacking(acme: Ledger, bring: Bring) -> None:
    bring(line("a", amount="90", n=1), trust_amounts=True)
    problem = refused(
        bring,
        line("a", amount="90", n=1),
        line("b", amount="11", n=1),
        trust_amounts=True,
    )
    assert "the file charges 11.00 USD, and 10.00 USD can be spent" in problem.errors[0].message


def test_a_hard_limit_holds_for_lines_of_this_month(acme: Ledger, bring: Bring) -> None:
    acme.open_account("web", currency="USD", parent="acme", monthly_limit="1")
    now = (NOVEMBER - timedelta(seconds=1)).isoformat()
    old = line("a", account="web", amount="5", n=1)
    problem = refused(
        bring, old, line("b", account="web", amount="2", n=1, at=now), trust_amounts=True
    )
    assert [(each.line, each.code) for each in problem.errors] == [(3, "budget_exceeded")]
    assert bring(old, trust_amounts=True).imported == 1


def test_a_plan_that_the_prices_do_not_know_keeps_its_account_out(
    acme: Ledger, bring: Bring
) -> None:
    acme.open_account("gold", currency="USD", floor="-9", plan="partner")
    problem = refused(bring, line("a", account="gold"))
    assert [each.code for each in problem.accounts] == ["plan_mismatch"]
    assert "make them agree" not in problem.accounts[0].message
    assert problem.accounts[0].message.endswith(
        "no catalog was given: --catalog FILE (or IMAGE_BILLING_CATALOG), without --book."
    )


def test_a_call_that_was_billed_already_is_not_charged_again(
    acme: Ledger, book: PriceBook, bring: Bring
) -> None:
    hold = acme.hold("acme", quoted(book, 2, at=NOVEMBER), key="job")
    acme.capture(hold.id, images=2, key="done", evidence=Evidence(request_id="req_1"))
    before = acme.balance("acme")

    found = bring(line("req_1", n=2))
    problem = refused(bring, line("req_1", n=1))

    assert (found.imported, found.already) == (0, 1)
    assert problem.errors[0].code == "idempotency_conflict"
    assert "as capture_" in problem.errors[0].message
    assert acme.balance("acme") == before


def test_a_call_in_doubt_is_settled_and_not_imported(
    acme: Ledger, book: PriceBook, bring: Bring
) -> None:
    hold = acme.hold("acme", quoted(book, 2, at=NOVEMBER), key="job", on_deadline="doubt")
    acme.doubt(hold.id, key="lost", reason="cut off", evidence=Evidence(request_id="req_1"))

    problem = refused(bring, line("req_1", n=2))

    assert problem.errors[0].code == "call_is_held"
    assert hold.id in problem.errors[0].message
    acme.capture(hold.id, images=2, key="found")
    assert bring(line("req_1", n=2)).already == 1
