"""Invoices: rounded once a line, exact in sum, credit notes apart; the ledger decides the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import AccountNotFound, Capture, InvalidEntry, Ledger
from billing.formats.invoice_html import invoice_html
from billing.formats.invoice_json import invoice_object
from billing.formats.invoice_text import heading, invoice_markdown, invoice_text
from billing.report import build_report
from billing.report.invoice import build_invoice
from billing.report.minor_units import ROUNDINGS, Rounding, minor_units, rounded
from pricing import PriceBook
from tests.billing.report.conftest import BOOK, SetClock
from tests.billing.report.printed_invoice import TEXT

Make = Callable[..., Capture]
NINETEEN = Decimal("0.19")


def test_lines_and_rounding_make_net_and_net_and_tax_make_total(full_month: Ledger) -> None:
    for mode in ROUNDINGS:
        for account in ("acme", "acme-web", "beta", "gamma", "=evil|"):
            made = build_invoice(full_month, account, "2025-03", tax_rate=NINETEEN, rounding=mode)
            assert sum(line.amount for line in made.lines) + made.rounding == made.net
            assert made.net + made.tax == made.total
            assert sum(line.exact for line in made.lines) == made.exact
            assert abs(made.net - made.exact) <= Decimal("0.005")
            for line in made.lines:
                assert line.amount == rounded(line.exact, made.currency, mode)
                if line.unit_price is not None:
                    assert line.unit_price * line.images == line.exact


def test_invoices_and_credit_notes_are_the_usage_of_the_report(full_month: Ledger) -> None:
    payers = ("acme", "beta", "gamma", "=evil|")
    invoices = [build_invoice(full_month, account, "2025-03") for account in payers]
    for total in build_report(full_month, "2025-03").totals:
        own = [each for each in invoices if each.currency == total.currency]
        credited = [note.exact for each in own for note in each.credit_notes]
        assert sum(each.exact for each in own) - sum(credited) == total.amount


def test_an_invoice_lists_cells_then_refunds_of_the_month(full_month: Ledger) -> None:
    made = build_invoice(full_month, "acme", "2025-03")
    assert [(line.description, line.images, line.exact) for line in made.lines] == [
        ("gpt-image-2 image generation 1024x1024 high", 3, Decimal("0.63216")),
        ("gpt-image-2 image generation 1024x1024 low", 7, Decimal("0.028140007")),
        ("Refund: gpt-image-2 image generation 1024x1024 high", 0, Decimal("-0.1")),
    ]
    assert [str(line.amount) for line in made.lines] == ["0.63", "0.03", "-0.10"]
    assert (made.net, made.rounding, made.tax, made.total) == (
        *(Decimal("0.56"), Decimal(0)),
        *(Decimal(0), Decimal("0.56")),
    )


def test_what_an_earlier_month_gets_back_is_a_credit_note_and_in_no_total(
    full_month: Ledger,
) -> None:
    (note,) = build_invoice(full_month, "acme", "2025-03").credit_notes
    (refund,) = note.refunds
    assert (note.month, note.amount, note.exact) == ("2025-02", Decimal("0.21"), refund.amount)
    assert refund.charge_id.startswith("capture_")
    assert (refund.reason, refund.amount) == ("blank", Decimal("0.21072"))


def test_the_invoice_of_a_month_stays_what_it_was(
    full_month: Ledger, capture: Make, set_clock: SetClock
) -> None:
    before = build_invoice(full_month, "acme", "2025-02")
    assert (before.total, before.credit_notes) == (Decimal("0.42"), ())
    capture("more")
    full_month.top_up("acme", "50", key="payment")
    assert build_invoice(full_month, "acme", "2025-02") == before


def test_the_invoice_of_a_member_has_its_own_usage_only(full_month: Ledger) -> None:
    (line,) = build_invoice(full_month, "acme-web", "2025-03").lines
    assert (line.images, line.amount) == (7, Decimal("0.03"))


def test_a_changed_price_is_a_line_of_its_own(
    ledger: Ledger, capture: Make, set_clock: SetClock, hands: list[object]
) -> None:
    capture("old", n=2)
    set_clock(hands[0].replace(day=20))  # type: ignore[attr-defined]  # it is an instant
    capture("new", n=2)
    lines = build_invoice(ledger, "acme", "2025-03").lines
    assert [(line.unit_price, line.images) for line in lines] == [
        (Decimal("0.21072"), 2),
        (Decimal("0.3"), 2),
    ]


def test_a_thousand_cheap_images_are_rounded_once(
    ledger: Ledger, books: dict[str, PriceBook]
) -> None:
    book = PriceBook.loads(BOOK.format(currency="USD", dear="0.0045"))
    quote = book.quote({"model": "gpt-image-2", "size": "2048x2048", "n": 8}, at=ledger.now())
    ledger.charge_many(
        [
            {"account": "acme", "quote": quote, "images": 8, "key": f"c{number}"}
            for number in range(125)
        ]
    )
    assert build_invoice(ledger, "acme", "2025-03").total == Decimal("4.50")


@pytest.mark.parametrize(
    ("currency", "total", "tax"),
    [
        ("JPY", "17", "3"),
        ("KWD", "17.125", "3.254"),
        ("USD", "17.12", "3.25"),
        ("CREDIT", "17.12", "3.25"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(
    currency: str, total: str, tax: str, ledger: Ledger
) -> None:
    ledger.open_account("other", currency=currency, floor="-100")
    book = PriceBook.loads(BOOK.format(currency=currency, dear="3.425"))
    quote = book.quote({"model": "gpt-image-2", "size": "2048x2048", "n": 5}, at=ledger.now())
    ledger.charge("other", quote, images=5, key="c")
    made = build_invoice(ledger, "other", "2025-03", tax_rate=NINETEEN)
    assert (str(made.net), str(made.tax)) == (total, tax)
    assert str(made.lines[0].amount) == total


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=9),
    st.sampled_from(["USD", "JPY", "KWD", "CLF", "CREDIT"]),
    st.sampled_from(list(ROUNDINGS)),
)
def test_rounding_moves_an_amount_by_half_a_minor_unit_at_most(
    amount: Decimal, currency: str, mode: Rounding
) -> None:
    unit = Decimal(1).scaleb(-minor_units(currency))
    found = rounded(amount, currency, mode)
    assert abs(found - amount) <= unit / 2
    assert found % unit == 0
    assert rounded(found, currency, mode) == found
    assert not str(found).startswith("-0.00") or found != 0


def test_the_two_modes_differ_at_half_a_minor_unit() -> None:
    assert [
        rounded(Decimal(each), "USD", "half-even") for each in ("0.125", "0.135", "-0.125")
    ] == [
        *(Decimal("0.12"), Decimal("0.14"), Decimal("-0.12")),
    ]
    assert [rounded(Decimal(each), "USD", "half-up") for each in ("0.125", "0.134", "-0.125")] == [
        *(Decimal("0.13"), Decimal("0.13"), Decimal("-0.13")),
    ]


@pytest.mark.parametrize("rate", ["-0.01", "1.01", "19"])
def test_a_tax_rate_is_a_part_of_one(rate: str, ledger: Ledger) -> None:
    with pytest.raises(InvalidEntry) as refused:
        build_invoice(ledger, "acme", "2025-03", tax_rate=Decimal(rate))
    assert refused.value.param == "tax_rate"


def test_nobody_gets_no_invoice_and_a_quiet_month_is_an_empty_one(ledger: Ledger) -> None:
    with pytest.raises(AccountNotFound):
        build_invoice(ledger, "nobody", "2025-03")
    made = build_invoice(ledger, "acme", "2031-01", tax_rate=NINETEEN)
    assert (len(made.lines), len(made.credit_notes)) == (0, 0)
    assert {made.net, made.rounding, made.tax, made.total} == {Decimal(0)}
    assert made.period.state == "provisional"
    for text in (invoice_text(made), invoice_markdown(made), invoice_html(made)):
        assert "No usage." in text


@pytest.mark.parametrize(
    ("month", "said"),
    [
        ("2025-04", "a draft, the month has not begun"),
        ("2025-03", "a draft, the month is not over"),
        ("2025-02", "the month is over and not closed"),
    ],
)
def test_the_heading_says_how_final_an_invoice_is(month: str, said: str, ledger: Ledger) -> None:
    made = build_invoice(ledger, "acme", month)
    assert heading(made) == f"Invoice of acme for {month} (UTC): {said}"


def test_people_and_programs_read_the_same_figures(full_month: Ledger) -> None:
    made = build_invoice(full_month, "acme", "2025-03", tax_rate=NINETEEN)
    text, markdown = invoice_text(made), invoice_markdown(made)
    assert text.startswith(TEXT)
    assert "No usage." not in text
    assert "| **total** |  |  | **0.67** | **USD** |" in markdown
    assert "## Credit note to the invoice of acme for 2025-02" in markdown
    found = invoice_object(made)["invoice"]
    assert isinstance(found, dict)
    assert {name: found[name] for name in ("rounding", "net", "tax", "total", "tax_rate")} == {
        "rounding": "0.00",
        "net": "0.56",
        "tax": "0.11",
        "total": "0.67",
        "tax_rate": "0.19",
    }
    assert found["period"]["month"] == "2025-03"
    assert json.loads(json.dumps(found)) == found
