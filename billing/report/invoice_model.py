"""What an invoice holds; plain data, ready for every format."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billing.report.minor_units import Rounding
from billing.report.model import ReportPeriod


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line: `amount` is `exact` rounded to what can be paid; refunds are below zero."""

    description: str
    images: int
    #: Of one image, exact; None where money was given back.
    unit_price: Decimal | None
    exact: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditedRefund:
    """One refund of a credit note: what it gave back, of which capture or charge, and why."""

    id: str
    charge_id: str
    description: str
    reason: str | None
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNote:
    """What this month gave back of an earlier one: `amount`, above zero, rounded once.

    The invoice of `month` stays as it was; this refers to it, and counts in no total.
    """

    month: str
    exact: Decimal
    amount: Decimal
    refunds: tuple[CreditedRefund, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """The month of one account, in one currency.

    The lines and `rounding` make `net`, to the last digit; `net` and `tax` make `total`.

    Attributes:
        account: who pays; what its members spent is included.
        period: a calendar month in UTC, and how final it is.
        currency: of every amount.
        lines: usage by cell and price, then refunds of the same month.
        mode: what happened to half a minor unit.
        exact: the sum of the lines before they were rounded, as the ledger has it.
        net: `exact`, rounded once.
        rounding: `net` less the sum of the rounded lines.
        tax_rate: as it was given, 0.19 for 19 %; or None.
        tax: `net` times `tax_rate`, rounded once.
        total: what is to be paid.
        credit_notes: one for each earlier month that something was given back of.
    """

    account: str
    period: ReportPeriod
    currency: str
    lines: tuple[InvoiceLine, ...]
    mode: Rounding
    exact: Decimal
    net: Decimal
    rounding: Decimal
    tax_rate: Decimal | None
    tax: Decimal
    total: Decimal
    credit_notes: tuple[CreditNote, ...]
