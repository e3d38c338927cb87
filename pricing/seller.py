"""Whoever sells images at dated prices, a book or a plan: quotes and matrices; it reads no file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from time import time_ns
from typing import NoReturn

from pricing.answers import Affordable, affordable, same_shape
from pricing.book_rules import ENDPOINTS
from pricing.errors import EndpointNotSold, InvalidValue, NoPriceInForce, listed
from pricing.instants import aware, instant_of, instant_us
from pricing.quote import SERIAL_BITS, Quote, new_serial
from pricing.rates import BEFORE_ALL, Cell, Priced, RateList
from pricing.request import ImageRequest, mapping_of
from pricing.request_checks import ABSENT, CountRange, Offer, check_fields, unpriced_fit


class Seller:
    """Answers requests from prebuilt tables: a quote is one lookup and one multiplication.

    Every instant is aware; `at` left out means now. It picks the price list that is in force.
    """

    __slots__ = ("_current", "offer", "rates")

    offer: Offer
    rates: tuple[RateList, ...]

    def __init__(self, offer: Offer, rates: tuple[RateList, ...]) -> None:
        self.offer, self.rates = offer, rates
        self._current = rates[-1]

    @property
    def called(self) -> str:
        """Who sells, as an error names it: `book openai-gpt-image-2`."""
        raise NotImplementedError

    @property
    def model(self) -> str:
        """The model that is priced."""
        return self.offer.model

    @property
    def sizes(self) -> Mapping[str, str]:
        """Each size that is offered, and its tier."""
        return self.offer.sizes

    @property
    def qualities(self) -> tuple[str, ...]:
        """The qualities that a request may name, in the order of the book."""
        return self.offer.qualities

    @property
    def default_quality(self) -> str:
        """What a request without a quality means."""
        return self.offer.default_quality

    @property
    def n(self) -> CountRange:
        """How many images a request may ask for, and what one without n means."""
        return self.offer.n

    def quote(
        self,
        request: Mapping[str, object] | ImageRequest,
        *,
        endpoint: str = "generations",
        at: datetime | None = None,
    ) -> Quote:
        """The price of a request, fully checked.

        Args:
            request: The JSON body as a mapping, or a request that was checked before.
            endpoint: `generations` or `edits`.
            at: The instant to quote for; it becomes `quoted_at`.

        Raises:
            RequestError: One of its subclasses, for the first field that is wrong.
        """
        now_ns = time_ns() if at is None else instant_us(aware(at, "at")) * 1000
        rates = self._current
        if not rates.from_ns <= now_ns < rates.until_ns:
            rates = self._in_force(now_ns)
        try:
            if type(request) is ImageRequest:
                n: object = request.n
                key = endpoint, request.model, request.size, request.quality, n
            elif type(request) is dict and unpriced_fit(request):
                n = request.get("n", ABSENT)
                key = endpoint, request["model"], request["size"], request.get("quality", ABSENT), n
            else:
                return self._first_quote(request, endpoint, now_ns)
            priced = rates.answers[key]
        except (KeyError, TypeError):
            return self._first_quote(request, endpoint, now_ns)
        # True == 1 and 2.0 == 2 find the same row of the table, and neither is a count.
        if type(n) is not int and n is not ABSENT:
            return self._first_quote(request, endpoint, now_ns)
        return Quote(priced, now_ns, new_serial(SERIAL_BITS))

    def cells(
        self, endpoint: str = "generations", *, at: datetime | None = None
    ) -> tuple[Cell, ...]:
        """Every price of an endpoint, by size and quality in the order of the book.

        Raises:
            NoPriceInForce: Before the first price list.
            EndpointNotSold: When the list in force does not sell the endpoint.
        """
        now_ns = self._now_ns(at)
        found = tuple(c for c in self._in_force(now_ns).cells if c.endpoint == endpoint)
        if not found:
            self._refuse_endpoint(endpoint, now_ns)
        return found

    def rates_at(self, at: datetime) -> RateList:
        """The price list in force at an instant.

        Raises:
            NoPriceInForce: Before the first one.
        """
        now_ns = self._now_ns(at)
        rates = self._in_force(now_ns)
        if rates is BEFORE_ALL:
            self._refuse_endpoint(ENDPOINTS[0], now_ns)
        return rates

    def matrix(self, n: int = 1, *, at: datetime | None = None) -> tuple[Priced, ...]:
        """Every cell of every endpoint with the total for n images, in the order of the book.

        Raises:
            InvalidValue: For an n that no request may have.
            EndpointNotSold: When there is nothing for sale.
        """
        now_ns = self._now_ns(at)
        rates = self.rates_at(instant_of(now_ns // 1000))
        if not rates.cells:
            self._refuse_endpoint(ENDPOINTS[0], now_ns)
        return tuple(self._matrix(rates, n))

    def affordable(
        self,
        amount: str | int | Decimal,
        request: Mapping[str, object],
        *,
        endpoint: str = "generations",
        at: datetime | None = None,
    ) -> Affordable:
        """How many images of this size and quality the amount buys; a request's n is not looked at.

        Raises:
            RequestError: For a request that cannot be priced.
            MoneyError: For an amount that is not money.
            InvalidValue: For a negative amount.
        """
        fields = {name: value for name, value in mapping_of(request).items() if name != "n"}
        return affordable(amount, self.quote(fields, endpoint=endpoint, at=at), self.offer.n.max)

    def of_shape(
        self,
        shape: str,
        *,
        quality: str | None = None,
        endpoint: str = "generations",
        at: datetime | None = None,
    ) -> tuple[Cell, ...]:
        """The sizes of exactly this shape, such as `16:9`, at one quality; the cheapest first.

        Raises:
            InvalidValue: For a shape that no offered size has, or a quality there is not.
        """
        wanted = self.offer.default_quality if quality is None else quality
        if wanted not in self.offer.qualities:
            raise InvalidValue("quality", wanted, allowed=listed(self.offer.qualities))
        sold = self.cells(endpoint, at=at)
        return same_shape(shape, tuple(cell for cell in sold if cell.quality == wanted))

    def _check(self, given: Mapping[str, object]) -> None:
        """Refuse a request that is wrong whatever the time; a plan has more to say."""
        check_fields(given, self.offer)

    def _matrix(self, rates: RateList, n: int) -> Iterator[Priced]:
        for cell in rates.cells:
            fields = {"model": cell.model, "size": cell.size, "quality": cell.quality, "n": n}
            self._check(fields)
            priced = rates.priced(cell.endpoint, cell.size, cell.quality, n, self.offer)
            assert priced is not None
            yield priced

    def _now_ns(self, at: datetime | None) -> int:
        return time_ns() if at is None else instant_us(aware(at, "at")) * 1000

    def _in_force(self, now_ns: int) -> RateList:
        for rates in self.rates:
            if rates.from_ns <= now_ns < rates.until_ns:
                self._current = rates
                return rates
        return BEFORE_ALL

    def _first_quote(self, request: object, endpoint: str, now_ns: int) -> Quote:
        """The quote of a request that is not in the table: new, unusual, or to be refused."""
        given = mapping_of(request)
        self._check(given)
        quality, n = given.get("quality", ABSENT), given.get("n", ABSENT)
        rates = self._in_force(now_ns)
        priced = rates.priced(endpoint, given["size"], quality, n, self.offer)
        if priced is None:
            self._refuse_endpoint(endpoint, now_ns)
        return Quote(priced, now_ns, new_serial(SERIAL_BITS))

    def _refuse_endpoint(self, endpoint: object, now_ns: int) -> NoReturn:
        if not isinstance(endpoint, str) or endpoint not in ENDPOINTS:
            raise InvalidValue("endpoint", endpoint, allowed=listed(ENDPOINTS))
        rates = self._in_force(now_ns)
        if rates is BEFORE_ALL:
            first = self.rates[0].effective_from.isoformat()
            raise NoPriceInForce(self.called, at=instant_of(now_ns // 1000), first=first)
        raise EndpointNotSold(endpoint, seller=self.called, sold=rates.endpoints)
