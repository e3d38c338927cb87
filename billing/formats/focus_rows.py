"""A charge as a row of a FOCUS file: which category it is, and what stands in every column.

- A capture or charge is `Usage`: what was paid is list price, contracted price and billed cost.
- A refund of the same month is a `Credit`; one of an earlier month, which may have been invoiced,
  is `Usage` of the class `Correction`: the charge period is the old one, the billing period ours.
- What came too late for a month that was closed is a `Correction` of its own category.
- What a person decided is an `Adjustment`.
- An account in units of its own (CREDIT) has bought them: its top-ups are a `Purchase`, billed in
  money; what it uses is billed with 0 and costs what the units did.

Holds and quotes are no charges.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from billing.errors import InvalidEntry
from billing.formats.focus_columns import FocusVersion
from billing.formats.focus_prices import price_columns
from billing.formats.report_csv import harmless
from billing.period import Month
from billing.report.charge_lines import Cell, ChargeLine
from pricing.money import Money

_HOUR: Final = timedelta(hours=1)
#: A currency code has three letters; a unit of our own is spelt out.
_CURRENCY_LETTERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusTerms:
    """What a file says of every row.

    Attributes:
        month: the billing period.
        version: of the specification.
        provider: who issues the invoice and provides the service.
        credit_price: what one unit of an account in no currency was sold for, or None.
    """

    month: Month
    version: FocusVersion = "1.2"
    provider: str = "OpenAI"
    credit_price: Money | None = None

    def worth(self, unit: str) -> Money:
        """What one unit of an account is in money: 1 of a currency, or the price of a credit.

        Raises:
            InvalidEntry: the unit is no currency, and nobody said what it was sold for.
        """
        if len(unit) == _CURRENCY_LETTERS:
            return Money(Decimal(1), unit)
        if self.credit_price is None:
            allowed = f"FOCUS bills in money: say what one {unit} was sold for, or filter it out"
            raise InvalidEntry("credit_price", unit, allowed)
        return self.credit_price


def focus_row(line: ChargeLine, terms: FocusTerms) -> dict[str, str]:
    """The row; a column that is not in it is null.

    Raises:
        InvalidEntry: the account is kept in a unit that is no currency, without a price of it.
    """
    worth = terms.worth(line.currency)
    return {
        **_shared(terms),
        **_account(line),
        **_charge(line, terms.month),
        **_sku(line),
        **price_columns(line, worth),
        "BillingCurrency": worth.currency,
        "PricingCurrency": line.currency,
        "Tags": line.tags or "",
        "x_RequestId": harmless(line.request_id or ""),
        "x_CaptureId": line.charge_id or "",
        "x_TransferId": line.id,
    }


@lru_cache(8)
def _shared(terms: FocusTerms) -> dict[str, str]:
    names = ("InvoiceIssuer", "Provider", "Publisher", "ServiceProvider", "HostProvider")
    return {
        **{f"{name}Name": harmless(terms.provider) for name in names},
        "BillingPeriodStart": _instant(terms.month.start),
        "BillingPeriodEnd": _instant(terms.month.end),
        "ServiceCategory": "AI and Machine Learning",
        "ServiceSubcategory": "Generative AI",
        "ServiceName": harmless(f"{terms.provider} Image API"),
    }


def _account(line: ChargeLine) -> dict[str, str]:
    payer = harmless(line.account)
    found = {"BillingAccountType": "Organization"}
    found |= dict.fromkeys(("BillingAccountId", "BillingAccountName"), payer)
    if line.member is not None:
        found |= dict.fromkeys(("SubAccountId", "SubAccountName"), harmless(line.member))
        found["SubAccountType"] = "Project"
    return found


def _charge(line: ChargeLine, month: Month) -> dict[str, str]:
    gives_back_earlier = line.kind == "refund" and line.charged_in < month
    # Late: its own month was closed.
    is_correction = gives_back_earlier or line.occurred_at < month.start
    at = line.charged_at if is_correction else line.occurred_at
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    is_usage = line.kind in ("capture", "charge")
    category = {"refund": "Credit", "adjustment": "Adjustment", "top-up": "Purchase"}
    return {
        "ChargeCategory": "Usage" if gives_back_earlier else category.get(line.kind, "Usage"),
        "ChargeClass": "Correction" if is_correction else "",
        "ChargeFrequency": "Usage-Based" if is_usage or gives_back_earlier else "One-Time",
        "ChargeDescription": _description(line),
        "ChargePeriodStart": _instant(hour),
        "ChargePeriodEnd": _instant(hour + _HOUR),
    }


def _description(line: ChargeLine) -> str:
    match line.kind:
        case "adjustment":
            return f"Adjustment: {line.reason}"
        case "top-up":
            return f"Purchase of {line.currency}"
        case kind:
            words = "Images" if line.cell is None else harmless(line.cell.words)
            return f"Refund: {words}" if kind == "refund" else words


def _sku(line: ChargeLine) -> dict[str, str]:
    if line.kind == "top-up":
        names = dict.fromkeys(("SkuId", "SkuMeter", "SkuPriceId"), line.currency)
        return {**names, "PricingCategory": "Standard"}
    return {} if line.cell is None else _sku_of(line.cell)


@lru_cache(4096)
def _sku_of(cell: Cell) -> dict[str, str]:
    details = {
        "x_Endpoint": cell.endpoint,
        "x_Quality": cell.quality,
        "x_Size": cell.size,
        "x_Tier": cell.tier,
    }
    place = (cell.model, cell.endpoint, cell.size, cell.quality, cell.book_id, cell.book_version)
    return {
        "SkuId": harmless(cell.model),
        "SkuMeter": "Image edit" if cell.endpoint == "edits" else "Image generation",
        "SkuPriceId": harmless(":".join(place)),
        "SkuPriceDetails": json.dumps(details, ensure_ascii=False),
        "PricingCategory": "Standard",
    }


@lru_cache(1024)
def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
