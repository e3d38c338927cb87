"""What an account owes for a month, as an invoice says it: rounded once a line, summed exactly.

Not a numbered document and no copy of one: it is worked out from the ledger each time, and once the
month is closed it is the same each time. What is given back later belongs to a credit note of the
later month; what comes late, to the invoice of the month that it is booked in. Payments (top-ups)
and adjustments are no usage and stand in the statement of the account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from functools import reduce
from typing import Final

from sqlalchemy import Connection, func, select

from billing.database.engines import reading
from billing.database.tables import rate, transfer
from billing.errors import InvalidEntry
from billing.ledger import Ledger
from billing.ledger.accounts import Accounts, Payer
from billing.ledger.asking import check_aware
from billing.period import Month, as_month
from billing.report.charge_lines import ChargeLine, charge_lines, in_words, paid_by
from billing.report.closed import closing_of
from billing.report.in_span import within
from billing.report.invoice_model import CreditedRefund, CreditNote, Invoice, InvoiceLine
from billing.report.minor_units import Rounding, rounded
from billing.report.model import ReportPeriod
from billing.report.spans import Span, month_span
from billing.report.usage import joined, reading_order, summed
from pricing.money import EXACT, from_nanos

_NOTHING: Final = Decimal(0)
_CELL: Final = ("model", "endpoint", "size", "quality")


def build_invoice(
    ledger: Ledger,
    account: str,
    month: Month | str,
    *,
    tax_rate: Decimal | None = None,
    rounding: Rounding = "half-even",
    now: datetime | None = None,
) -> Invoice:
    """The invoice of an account for a calendar month in UTC, read in one consistent view.

    Args:
        ledger: what to read.
        account: its code; of a member, only what the member spent.
        month: a `Month`, or `YYYY-MM`.
        tax_rate: 0 to 1, such as 0.19; nothing here knows which one applies.
        rounding: what happens to half a minor unit of the currency.
        now: decides what is provisional; default: the ledger's clock.

    Raises:
        InvalidEntry: no such month, or a tax rate outside 0 to 1.
        AccountNotFound: there is no such account.
    """
    if tax_rate is not None and not 0 <= tax_rate <= 1:
        raise InvalidEntry("tax_rate", tax_rate, "give a part of 1, such as 0.19 for 19 %")
    check_aware("now", now)
    span = month_span(month)
    with reading(ledger.engine) as connection:
        period = ReportPeriod.of(span, now or ledger.now(), closing_of(connection, span))
        payer = Accounts().payer(lambda: connection, account)
        used = [*_used(connection, span, payer), *_used_late(connection, span, payer)]
        refunds = list(charge_lines(connection, span, payer=payer, kinds=("refund",)))
    currency = payer.named.currency
    invoiced = as_month(month)
    given_back = _given_back(each for each in refunds if each.charged_in >= invoiced)
    lines = [
        InvoiceLine(words, images, price, exact, rounded(exact, currency, rounding))
        for words, images, price, exact in [*used, *given_back]
    ]
    exact = _sum(line.exact for line in lines)
    net = rounded(exact, currency, rounding)
    tax = rounded(EXACT.multiply(net, tax_rate or _NOTHING), currency, rounding)
    return Invoice(
        account=account,
        period=period,
        currency=currency,
        lines=tuple(lines),
        mode=rounding,
        exact=exact,
        net=net,
        rounding=EXACT.subtract(net, _sum(line.amount for line in lines)),
        tax_rate=tax_rate,
        tax=tax,
        total=EXACT.add(net, tax),
        credit_notes=tuple(
            _credit_notes((each for each in refunds if each.charged_in < invoiced), rounding)
        ),
    )


#: Description, images, unit price, exact amount.
_Line = tuple[str, int, Decimal | None, Decimal]


def _used(connection: Connection, span: Span, payer: Payer) -> list[_Line]:
    cell = [rate.c[name] for name in _CELL]
    statement = (
        select(*cell, rate.c.unit_price, func.sum(transfer.c.images), *summed(transfer.c.amount))
        .select_from(transfer.join(rate, rate.c.id == transfer.c.rate_id))
        .where(*within(span, "capture", "charge"), *paid_by(payer))
        .group_by(*cell, rate.c.unit_price)
    )
    found = sorted(connection.execute(statement), key=lambda row: (reading_order(row[:4]), row[4]))
    return [
        (in_words(*row[:4]), int(row[5]), from_nanos(row[4]), joined(row[6], row[7]))
        for row in found
    ]


def _used_late(connection: Connection, span: Span, payer: Payer) -> list[_Line]:
    """What occurred in closed months and is booked in this one, by its month."""
    found: dict[tuple[str, Decimal | None], tuple[int, Decimal]] = {}
    with closing(
        charge_lines(connection, span, payer=payer, kinds=("capture", "charge"), late=True)
    ) as lines:
        for each in lines:
            assert each.cell is not None, "what was used has a price"
            key = f"{each.cell.words}, late of {Month.of(each.occurred_at)}", each.cell.unit_price
            images, exact = found.get(key, (0, _NOTHING))
            found[key] = images + each.images, EXACT.add(exact, each.amount)
    return [
        (words, images, price, exact)
        for (words, price), (images, exact) in sorted(
            found.items(), key=lambda line: (reading_order((line[0][0],)), line[0][1])
        )
    ]


def _given_back(refunds: Iterable[ChargeLine]) -> list[_Line]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in refunds:
        words = _described(each)
        sums[words] = EXACT.add(sums[words], each.amount)
    return [
        (words, 0, None, sums[words])
        for words in sorted(sums, key=lambda words: reading_order((words,)))
    ]


def _credit_notes(refunds: Iterable[ChargeLine], mode: Rounding) -> Iterator[CreditNote]:
    of_month: dict[str, list[ChargeLine]] = defaultdict(list)
    for each in refunds:
        of_month[str(each.charged_in)].append(each)
    for month, lines in sorted(of_month.items()):
        exact = _sum(-each.amount for each in lines)
        yield CreditNote(
            month=month,
            exact=exact,
            amount=rounded(exact, lines[0].currency, mode),
            refunds=tuple(map(_credited, lines)),
        )


def _credited(refund: ChargeLine) -> CreditedRefund:
    assert refund.charge_id is not None, "a refund is of a capture or a charge"
    return CreditedRefund(
        id=refund.id,
        charge_id=refund.charge_id,
        description=_described(refund),
        reason=refund.reason,
        amount=-refund.amount,
    )


def _described(refund: ChargeLine) -> str:
    return "Refund" if refund.cell is None else f"Refund: {refund.cell.words}"


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, amounts, _NOTHING)
