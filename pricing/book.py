"""A price book in memory: quotes requests from prebuilt tables; it reads files, and nothing else.

Prices are resolved once, when the book is loaded: a quote is one lookup and one multiplication.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from os import PathLike
from pathlib import Path
from time import time_ns
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

from pricing.book_rules import ENDPOINTS
from pricing.errors import (
    BookError,
    BookNotFound,
    EndpointNotSold,
    InvalidValue,
    NoPriceInForce,
    Problem,
    listed,
)
from pricing.instants import aware, instant_of, instant_us
from pricing.quote import SERIAL_BITS, Quote, new_serial
from pricing.rates import BEFORE_ALL, Cell, RateList, rate_lists
from pricing.request import ImageRequest, mapping_of
from pricing.request_checks import ABSENT, CountRange, Offer, check_fields, unpriced_fit

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from pricing.book_file import BookFile


class PriceBook:
    """What one model can be asked for and what each image costs, under dated price lists.

    Immutable; two books are equal when their content is, whatever the comments, the order of keys
    or the quoting. `digest` is the sha256 of that content.
    """

    __slots__ = ("_current", "_document", "currency", "digest", "id", "offer", "rates")

    id: str
    currency: str
    digest: str
    offer: Offer
    rates: tuple[RateList, ...]

    def __init__(self, file: BookFile) -> None:
        document = file.model_dump(exclude_none=True)
        canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), default=str)
        self._document = document
        self.digest = hashlib.sha256(canonical.encode()).hexdigest()
        self.id, self.currency = file.id, file.currency
        self.offer = Offer(
            model=file.model,
            sizes=MappingProxyType(dict(file.sizes)),
            qualities=tuple(file.quality.allowed),
            default_quality=file.quality.default,
            n=CountRange(file.n.min, file.n.max, file.n.default),
        )
        self.rates = rate_lists(
            file.rates, self.offer, book_id=file.id, digest=self.digest, currency=file.currency
        )
        self._current = self.rates[-1]

    @classmethod
    def load(cls, id_or_path: str | PathLike[str]) -> PriceBook:
        """The bundled book of that id, or the book in that file.

        Raises:
            BookNotFound: When there is neither; lists the bundled ids.
            BookError: When the book is wrong; lists everything that is.
        """
        bundled = cls.bundled()
        try:
            if id_or_path in bundled:
                return cls.loads(_shelf().joinpath(f"{id_or_path}.yaml").read_bytes())
            return cls.loads(Path(id_or_path).read_bytes(), file=str(id_or_path))
        except (FileNotFoundError, ValueError):
            raise BookNotFound(str(id_or_path), bundled=bundled) from None
        except OSError as error:
            detail = error.strerror or type(error).__name__
            raise BookError([Problem(str(id_or_path), 1, "", detail)]) from None

    @classmethod
    def loads(cls, text: str | bytes, *, file: str = "<text>") -> PriceBook:
        """The book in a YAML text; `file` is what problems call it.

        Raises:
            BookError: With all problems at once, each with its line and path.
        """
        from pricing.book_file import (
            read_book,
        )  # pydantic and yaml: 100 ms that a quote never needs

        return cls(read_book(text, file))

    @staticmethod
    def bundled() -> tuple[str, ...]:
        """The ids of the books that come with this package, sorted."""
        names = (entry.name for entry in _shelf().iterdir())
        return tuple(sorted(n.removesuffix(".yaml") for n in names if n.endswith(".yaml")))

    def dumps(self) -> str:
        """The book as YAML, without the comments of the file it came from."""
        from pricing.book_yaml import emit

        return emit(self._document)

    @property
    def model(self) -> str:
        """The model that the book prices."""
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
            at: The instant to quote for, an aware datetime; now when left out. It picks the price
                list and becomes `quoted_at`.

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
        """Every price of an endpoint at an instant, by size and quality in the order of the book.

        Raises:
            NoPriceInForce: Before the first price list.
            EndpointNotSold: When the list in force does not sell the endpoint.
        """
        now_ns = time_ns() if at is None else instant_us(aware(at, "at")) * 1000
        found = tuple(c for c in self._in_force(now_ns).cells if c.endpoint == endpoint)
        if not found:
            self._refuse_endpoint(endpoint, now_ns)
        return found

    def rates_at(self, at: datetime) -> RateList:
        """The price list in force at an aware instant.

        Raises:
            NoPriceInForce: Before the first one.
        """
        rates = self._in_force(instant_us(aware(at, "at")) * 1000)
        if rates is BEFORE_ALL:
            self._refuse_endpoint(ENDPOINTS[0], instant_us(at) * 1000)
        return rates

    def _in_force(self, now_ns: int) -> RateList:
        for rates in self.rates:
            if rates.from_ns <= now_ns < rates.until_ns:
                self._current = rates
                return rates
        return BEFORE_ALL

    def _first_quote(self, request: object, endpoint: str, now_ns: int) -> Quote:
        """The quote of a request that is not in the table: new, unusual, or to be refused."""
        given = mapping_of(request)
        check_fields(given, self.offer)
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
            raise NoPriceInForce(self.id, at=instant_of(now_ns // 1000), first=first)
        raise EndpointNotSold(endpoint, seller=f"book {self.id}", sold=rates.endpoints)

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, PriceBook) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"<PriceBook {self.id} {self.rates[-1].effective_from} {self.digest[:12]}>"

    def __reduce__(self) -> tuple[object, ...]:
        return PriceBook.loads, (self.dumps(),)


def _shelf() -> Traversable:
    return files("pricing").joinpath("books")
