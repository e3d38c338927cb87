"""Prices of image API calls: a price book from YAML, a checked request, a quote; no database.

>>> from pricing import PriceBook
>>> book = PriceBook.load("openai-gpt-image-2")
>>> str(book.quote({"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 4}).total)
'0.84288'
"""

from importlib import import_module
from typing import TYPE_CHECKING

from pricing.answers import Affordable
from pricing.book import PriceBook
from pricing.errors import (
    CurrencyMismatch,
    EndpointNotSold,
    FloatMoney,
    InvalidValue,
    MissingParameter,
    MoneyError,
    MoneyOutOfRange,
    NoPriceInForce,
    PlanMismatch,
    PricingError,
    QuoteAltered,
    QuoteExpired,
    RequestError,
    SizeNotEnabled,
    UnknownModel,
    UnknownParameter,
    UnsupportedSize,
)
from pricing.file_errors import BookError, BookNotFound, CatalogError, FileError, Problem
from pricing.money import Money
from pricing.quote import Quote
from pricing.rates import BookRef, Cell, RateList
from pricing.request import ImageRequest
from pricing.request_checks import ABSENT, CountRange

if TYPE_CHECKING:
    from pricing.bulk import BulkQuote, quote_lines
    from pricing.catalog import AgeingPolicy, Catalog
    from pricing.diff import BookDiff, CellChange, diff_books
    from pricing.margins import MarginCell
    from pricing.repricing import UsageEffect, usage_effect
    from pricing.token_cost import TokenCost

#: What a quote does not need is imported when it is first asked for.
_HOMES = {
    "AgeingPolicy": "catalog",
    "BookDiff": "diff",
    "BulkQuote": "bulk",
    "Catalog": "catalog",
    "CellChange": "diff",
    "MarginCell": "margins",
    "TokenCost": "token_cost",
    "UsageEffect": "repricing",
    "diff_books": "diff",
    "quote_lines": "bulk",
    "usage_effect": "repricing",
}

__all__ = [
    "ABSENT",
    "Affordable",
    "AgeingPolicy",
    "BookDiff",
    "BookError",
    "BookNotFound",
    "BookRef",
    "BulkQuote",
    "Catalog",
    "CatalogError",
    "Cell",
    "CellChange",
    "CountRange",
    "CurrencyMismatch",
    "EndpointNotSold",
    "FileError",
    "FloatMoney",
    "ImageRequest",
    "InvalidValue",
    "MarginCell",
    "MissingParameter",
    "Money",
    "MoneyError",
    "MoneyOutOfRange",
    "NoPriceInForce",
    "PlanMismatch",
    "PriceBook",
    "PricingError",
    "Problem",
    "Quote",
    "QuoteAltered",
    "QuoteExpired",
    "RateList",
    "RequestError",
    "SizeNotEnabled",
    "TokenCost",
    "UnknownModel",
    "UnknownParameter",
    "UnsupportedSize",
    "UsageEffect",
    "diff_books",
    "quote_lines",
    "usage_effect",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module 'pricing' has no attribute {name!r}"
        raise AttributeError(message)
    found: object = getattr(import_module(f"pricing.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
