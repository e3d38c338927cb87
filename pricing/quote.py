"""A quote: the price of one request at one instant, and the book it came from; it never changes.

A quote is not a reservation and its check digest is not a signature: the digest finds a quote that
was damaged or edited by hand, whoever can run this code can compute it.
"""

from __future__ import annotations

import json
import os
import random
from datetime import datetime, timedelta
from decimal import Decimal

from pricing.errors import QuoteAltered, QuoteExpired
from pricing.instants import aware, instant_of, instant_us
from pricing.money import EXACT, amount_text
from pricing.quote_json import AskedDict, QuoteDict, QuoteRecord, check_digest
from pricing.rates import BookRef, Cell, Priced

#: How long a quote may be used after it was made.
LIFETIME = timedelta(minutes=15)
#: Another machine's clock may run behind ours by this much and still accept a fresh quote.
CLOCK_SKEW = timedelta(minutes=1)

#: The random bits of a UUIDv7.
SERIAL_BITS = 74
_LOW_62 = (1 << 62) - 1

# An own generator: a caller's random.seed() must not make two quotes alike; nor must a fork.
_random = random.Random()  # noqa: S311 - ids have to be unique, not secret
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_random.seed)
new_serial = _random.getrandbits


class Quote:
    """What one request costs: `n` images of one cell, at one instant. Made by `PriceBook.quote`.

    `size`, `quality` and `n` are the resolved ones, defaults filled in; `asked` keeps what the
    request said. Amounts are exact Decimals in `currency`; instants are aware UTC. Two quotes are
    equal when everything about them is, id included.
    """

    # Read-only properties over private slots: a frozen dataclass is as safe, but its constructor
    # alone takes three times what the price lookup does.
    __slots__ = ("_priced", "_quoted_ns", "_serial")

    def __init__(self, priced: Priced, quoted_ns: int, serial: int) -> None:
        self._priced = priced
        self._quoted_ns = quoted_ns
        self._serial = serial

    @property
    def id(self) -> str:
        """`quote_` and the 32 hex digits of a UUIDv7 whose time is `quoted_at`."""
        milliseconds = max(self._quoted_ns // 1_000_000, 0)
        value = milliseconds << 80 | 7 << 76 | (self._serial >> 62) << 64
        return f"quote_{value | 2 << 62 | self._serial & _LOW_62:032x}"

    @property
    def cell(self) -> Cell:
        """The price that was applied."""
        return self._priced.cell

    @property
    def model(self) -> str:
        """The model asked for."""
        return self._priced.cell.model

    @property
    def endpoint(self) -> str:
        """`generations` or `edits`."""
        return self._priced.cell.endpoint

    @property
    def size(self) -> str:
        """The exact size, such as `1024x1024`."""
        return self._priced.cell.size

    @property
    def tier(self) -> str:
        """The tier that the book puts this size in."""
        return self._priced.cell.tier

    @property
    def quality(self) -> str:
        """The quality that is priced: as asked, or the book's default."""
        return self._priced.cell.quality

    @property
    def n(self) -> int:
        """How many images are priced: as asked, or the book's default."""
        return self._priced.n

    @property
    def currency(self) -> str:
        """The currency of `unit_price` and `total`."""
        return self._priced.cell.currency

    @property
    def unit_price(self) -> Decimal:
        """The price of one image."""
        return self._priced.cell.unit_price

    @property
    def total(self) -> Decimal:
        """`unit_price` times `n`, exactly."""
        return self._priced.total

    @property
    def book(self) -> BookRef:
        """Where the price comes from."""
        return self._priced.cell.book

    @property
    def quoted_at(self) -> datetime:
        """The instant whose price this is, to the microsecond."""
        return instant_of(self._quoted_ns // 1000)

    @property
    def expires_at(self) -> datetime:
        """The first instant at which `check` refuses this quote."""
        return self.quoted_at + LIFETIME

    @property
    def price(self) -> Decimal:
        """What the account pays: another name of `total`, beside `cost` and `margin`."""
        return self._priced.total

    @property
    def unit_cost(self) -> Decimal | None:
        """What the provider charges us for one image; None when no catalog says so."""
        return self._priced.cell.unit_cost

    @property
    def cost(self) -> Decimal | None:
        """`unit_cost` times `n`, exactly; None when no catalog says so."""
        cost = self._priced.cell.unit_cost
        return None if cost is None else EXACT.multiply(cost, self._priced.n)

    @property
    def cost_currency(self) -> str | None:
        """The currency of the costs; None when no catalog says so."""
        return self._priced.cell.cost_currency

    @property
    def cost_book(self) -> BookRef | None:
        """Where the cost comes from; None when no catalog says so."""
        return self._priced.cell.cost_book

    @property
    def margin(self) -> Decimal | None:
        """`price` less `cost`; None when the cost is unknown or in another currency."""
        margin = self._priced.cell.margin
        return None if margin is None else EXACT.multiply(margin, self._priced.n)

    @property
    def plan(self) -> str | None:
        """The plan of the account that the price is for; None without one."""
        return self._priced.cell.plan

    @property
    def set_by(self) -> str:
        """What set the price: `book`, `plan discount 0.15`, `account override 2026-10-01` ..."""
        return self._priced.cell.set_by

    @property
    def asked(self) -> AskedDict:
        """The priced fields as the request gave them; what it left out is left out here."""
        fields: AskedDict = {"model": self.model, "size": self.size}
        if self._priced.quality_given:
            fields["quality"] = self.quality
        if self._priced.n_given:
            fields["n"] = self._priced.n
        return fields

    def check(self, now: datetime) -> None:
        """Refuse the quote when it is not valid at `now`, an aware datetime.

        Raises:
            QuoteExpired: At or after `expires_at`, or well before `quoted_at`: a quote made for a
                later price list is not a price of today.
        """
        aware(now, "now")
        since = self.quoted_at
        until = since + LIFETIME
        if not since - CLOCK_SKEW <= now < until:
            raise QuoteExpired(self.id, now=now, since=since, until=until)

    def as_dict(self) -> QuoteDict:
        """The quote as `quote --json` prints it: money as strings, instants as ISO 8601 UTC."""
        return {
            "id": self.id,
            "model": self.model,
            "endpoint": self.endpoint,
            "size": self.size,
            "tier": self.tier,
            "quality": self.quality,
            "n": self.n,
            "currency": self.currency,
            "unit_price": amount_text(self.unit_price),
            "total": amount_text(self.total),
            "book": self.book.as_dict(),
            "quoted_at": self.quoted_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
        }

    def to_json(self) -> str:
        """The whole quote as one line of JSON, with a digest that `from_json` checks."""
        content = self.as_record()
        return json.dumps({**content, "check": check_digest(content)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Quote:
        """The quote that `to_json` wrote, equal to it in everything.

        Raises:
            QuoteAltered: When a single character of a value differs, or it is not a quote.
        """
        try:
            content = json.loads(text)
            if content.pop("check") != check_digest(content):
                raise QuoteAltered("its check digest does not fit its content")
            quote = _from_content(content)
            if quote.as_record() != content:
                raise QuoteAltered("its parts contradict each other")
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError):
            raise QuoteAltered("it cannot be read") from None
        return quote

    def as_record(self) -> QuoteRecord:
        """Everything that `to_json` writes, but for the check digest."""
        cost, cost_book = self.unit_cost, self.cost_book
        return {
            **self.as_dict(),
            "asked": self.asked,
            "unit_cost": None if cost is None else amount_text(cost),
            "cost_currency": self.cost_currency,
            "cost_book": None if cost_book is None else cost_book.as_dict(),
            "plan": self.plan,
            "set_by": self.set_by,
            "cell_digest": self.cell.digest,
        }

    def _facts(self) -> tuple[object, ...]:
        return self._priced, self._quoted_ns // 1000, self._serial

    def __eq__(self, other: object) -> bool:
        return self._facts() == other._facts() if isinstance(other, Quote) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._facts())

    def __repr__(self) -> str:
        what = f"{self.n} x {self.size} {self.quality} {self.endpoint}"
        return f"<Quote {self.id}: {what} = {amount_text(self.total)} {self.currency}>"


def _from_content(content: QuoteRecord) -> Quote:
    """The quote of a content; where a value has the wrong type, the caller's comparison tells."""
    cost, cost_book = content["unit_cost"], content["cost_book"]
    cell = Cell(
        book=BookRef(**content["book"]),
        model=content["model"],
        endpoint=content["endpoint"],
        size=content["size"],
        tier=content["tier"],
        quality=content["quality"],
        currency=content["currency"],
        unit_price=Decimal(content["unit_price"]),
        unit_cost=None if cost is None else Decimal(cost),
        cost_currency=content["cost_currency"],
        cost_book=None if cost_book is None else BookRef(**cost_book),
        plan=content["plan"],
        set_by=content["set_by"],
    )
    asked, n = content["asked"], content["n"]
    total = EXACT.multiply(cell.unit_price, n)
    priced = Priced(cell, n, total, quality_given="quality" in asked, n_given="n" in asked)
    bits = int(content["id"].removeprefix("quote_"), 16)
    serial = (bits >> 64 & 0xFFF) << 62 | bits & _LOW_62
    return Quote(priced, instant_us(datetime.fromisoformat(content["quoted_at"])) * 1000, serial)
