"""The columns of a FOCUS file (FinOps Open Cost and Usage Specification), by its version."""

from __future__ import annotations

from typing import Final, Literal

FocusVersion = Literal["1.2", "1.3"]

#: Unit prices and costs, in the billing currency.
AMOUNTS: Final = (
    *("ListUnitPrice", "ListCost", "ContractedUnitPrice", "ContractedCost"),
    *("BilledCost", "EffectiveCost"),
)
#: The same in the currency of the price sheet, where that is another: credits, say.
PRICING_AMOUNTS: Final = (
    *("PricingCurrencyListUnitPrice", "PricingCurrencyContractedUnitPrice"),
    "PricingCurrencyEffectiveCost",
)
QUANTITIES: Final = ("ConsumedQuantity", "PricingQuantity")
INSTANTS: Final = (
    *("BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd"),
)

_COLUMNS: Final = (
    *("BillingAccountId", "BillingAccountName", "BillingAccountType"),
    *("SubAccountId", "SubAccountName", "SubAccountType"),
    *("BillingCurrency", "PricingCurrency", *INSTANTS),
    *("ChargeCategory", "ChargeClass", "ChargeFrequency", "ChargeDescription"),
    *(*QUANTITIES, "ConsumedUnit", "PricingUnit", "PricingCategory"),
    *(*AMOUNTS, *PRICING_AMOUNTS, "CommitmentDiscountStatus", "InvoiceId"),
    *("InvoiceIssuerName", "ProviderName", "PublisherName"),
    *("ServiceCategory", "ServiceSubcategory", "ServiceName"),
    *("SkuId", "SkuMeter", "SkuPriceId", "SkuPriceDetails", "Tags"),
)
#: What 1.3 adds of what we know.
_OF_1_3: Final = ("ServiceProviderName", "HostProviderName")
#: Our own: the provider's id of the call, the capture or charge it is about, the row itself.
CUSTOM: Final = ("x_RequestId", "x_CaptureId", "x_TransferId")


def focus_columns(version: FocusVersion) -> tuple[str, ...]:
    """The header of a file: FOCUS columns first, ours after them."""
    return (*_COLUMNS, *(_OF_1_3 if version == "1.3" else ()), *CUSTOM)
