"""Prices of image API calls: a price book from YAML, a checked request, a quote; no database.

>>> from pricing import PriceBook
>>> book = PriceBook.load("openai-gpt-image-2")
>>> str(book.quote({"model": "gpt-image-2", "size": "1024x1024", "quality": "high", "n": 4}).total)
'0.84288'
"""

from pricing.book import PriceBook
from pricing.errors import (
    BookError,
    BookNotFound,
    CurrencyMismatch,
    EndpointNotSold,
    FloatMoney,
    InvalidValue,
    MissingParameter,
    MoneyError,
    MoneyOutOfRange,
    NoPriceInForce,
    PricingError,
    Problem,
    QuoteAltered,
    QuoteExpired,
    RequestError,
    SizeNotEnabled,
    UnknownModel,
    UnknownParameter,
    UnsupportedSize,
)
from pricing.money import Money
from pricing.quote import Quote
from pricing.rates import BookRef, Cell, RateList
from pricing.request import ImageRequest
from pricing.request_checks import ABSENT, CountRange

__all__ = [
    "ABSENT",
    "BookError",
    "BookNotFound",
    "BookRef",
    "Cell",
    "CountRange",
    "CurrencyMismatch",
    "EndpointNotSold",
    "FloatMoney",
    "ImageRequest",
    "InvalidValue",
    "MissingParameter",
    "Money",
    "MoneyError",
    "MoneyOutOfRange",
    "NoPriceInForce",
    "PriceBook",
    "PricingError",
    "Problem",
    "Quote",
    "QuoteAltered",
    "QuoteExpired",
    "RateList",
    "RequestError",
    "SizeNotEnabled",
    "UnknownModel",
    "UnknownParameter",
    "UnsupportedSize",
]
