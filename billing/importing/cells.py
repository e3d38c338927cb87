"""What the cells of a usage line say, each checked by itself; it knows no price and no account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from billing.ledger.rows import tags_text
from billing.period import FIRST_YEAR, LAST_YEAR
from billing.statement.fields import CURRENCY, Instants, Numbers, id_problem
from billing.statement.model import NOT_USAGE, STATUSES
from pricing import MoneyError

#: Needed where amounts are trusted.
MONEY: Final = ("amount", "currency")
#: Cells that many lines share: such a combination is read once.
SHARED: Final = (
    *("account", "model", "endpoint", "size", "quality", "n"),
    *("amount", "cost", "currency", "status"),
)

_REQUEST_ID_MAX: Final = 200
_numbers: Final = Numbers()
_instants: Final = Instants()


class Unreadable(Exception):
    """Cells that cannot be read; `param` is the first such column."""

    def __init__(self, message: str, param: str | None) -> None:
        super().__init__(message)
        self.param = param


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Usage:
    """What a line says but for its id, its time and its tags; equal cells share one object."""

    account: str
    model: str
    endpoint: str
    size: str
    quality: str
    n: int
    #: What it was charged, or given back, never below zero; None where the file does not say.
    amount_nanos: int | None
    #: What the provider charges for it, in the same currency: the column `cost`, else the amount,
    #: unless the images cannot share that, which the ledger could not keep.
    cost_nanos: int | None
    currency: str
    #: `charged` or `refunded`.
    status: str


@dataclass(frozen=True, slots=True)
class LeftLine:
    """A line of a statement that is no usage: a tax, a fee, a credit, the total."""

    status: str


def read_usage(cells: Mapping[str, str], *, needs_money: bool) -> Usage | LeftLine:
    """A combination of the `SHARED` cells.

    Raises:
        Unreadable: with everything that is wrong with it.
    """
    status = cells["status"] or "charged"
    if status in NOT_USAGE:
        return LeftLine(status)
    if status not in STATUSES:
        raise Unreadable(f"status: {status!r} is not one of {', '.join(STATUSES)}", "status")
    problems = _problems_of_text(cells, needs_money=needs_money)

    def read(name: str, reader: Callable[[str], int]) -> int | None:
        try:
            return reader(cells[name]) if cells[name] else None
        except (ValueError, MoneyError) as error:
            problems.setdefault(name, str(error).rstrip("."))
            return None

    n = read("n", _images)
    amount, cost = (read(name, _numbers.nanos) for name in ("amount", "cost"))
    for name, nanos in (("amount", amount), ("cost", cost)):
        if nanos is not None and nanos < 0 and status == "charged":
            problems[name] = "below zero; write what is paid back with status refunded"
    if problems:
        told = "; ".join(f"{name}: {problem}" for name, problem in problems.items())
        raise Unreadable(told, next(iter(problems)))
    assert n is not None
    if cost is None and amount is not None and (status == "refunded" or amount % n == 0):
        cost = amount
    return Usage(
        account=cells["account"],
        model=cells["model"],
        endpoint=cells["endpoint"] or "generations",
        size=cells["size"],
        quality=cells["quality"],
        n=n,
        amount_nanos=None if amount is None else abs(amount),
        cost_nanos=None if cost is None else abs(cost),
        currency=cells["currency"],
        status=status,
    )


def _problems_of_text(cells: Mapping[str, str], *, needs_money: bool) -> dict[str, str]:
    problems = {
        name: f"{cell!r} has characters that cannot be printed"
        for name, cell in cells.items()
        if not cell.isprintable()
    }
    needed = ("model", "size", "quality", "n", *(MONEY if needs_money else ()))
    problems |= {name: "empty" for name in needed if not cells[name]}
    if not cells["account"]:
        problems["account"] = "empty; say whose usage such lines are: --account CODE"
    if (cells["amount"] or cells["cost"]) and not cells["currency"]:
        problems["currency"] = "empty, and the amount is in one"
    if cells["currency"] and not CURRENCY.fullmatch(cells["currency"]):
        problems["currency"] = f"{cells['currency']!r} is not one; write it as in USD"
    return problems


def read_request_id(text: str) -> str:
    """The provider's id of the call.

    Raises:
        Unreadable: it is none, or empty.
    """
    found = text.strip()
    problem = id_problem(found)
    if not found:
        problem = "empty; without an id a repeated import would charge the call twice"
    elif len(found) > _REQUEST_ID_MAX:
        problem = f"{found[:20]!r} and so on is longer than {_REQUEST_ID_MAX} characters"
    if problem is not None:
        raise Unreadable(f"request_id: {problem}", "request_id")
    return found


def read_instant(text: str) -> datetime:
    """An instant in UTC.

    Raises:
        Unreadable: it is none, or has no offset.
    """
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not UTC or not FIRST_YEAR <= at.year <= LAST_YEAR:
            at = _instants.read(text)
    except ValueError:
        try:
            at = _instants.read(text.strip())
        except ValueError as error:
            raise Unreadable(f"created_at: {error}", "created_at") from None
    return at


@lru_cache(4096)
def read_tags(text: str) -> str | None:
    """Tags (`k=v;k=v`) as the ledger keeps them: JSON with sorted names, or None.

    Raises:
        Unreadable: a part is no `name=value`, or a name stands there twice.
    """
    tags: dict[str, str] = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        name, equals, value = (each.strip() for each in part.partition("="))
        if not (equals and name and value) or name in tags or not part.isprintable():
            message = f"tags: {part[:40]!r} is not name=value, or its name stands there twice"
            raise Unreadable(message, "tags")
        tags[name] = value
    return tags_text(tags)


def _images(text: str) -> int:
    count = _numbers.count(text)
    if count < 1:
        message = f"{text!r} is not a whole number from 1"
        raise ValueError(message)
    return count
