"""A month's charges for the rapid road: raw rows, and what they share told once; no decisions.

A million charges are made of few different cells. A row is taken as the driver hands it over; only
what it has in common with others is looked up and given its names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    case,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from billing.database.tables import account, rate, spender_id, transfer
from billing.period import Month
from billing.reconciliation.books.booked import inside, is_cost
from billing.reconciliation.books.key_prefixes import with_key
from billing.reconciliation.books.recognition import KEY_PREFIX
from billing.statement import Combination

#: From a server; and from a file, where a chunk should stay in the processor's cache.
_ROWS_AT_ONCE: Final = 5_000
_ROWS_OF_A_FILE: Final = 500
#: Sorts of rows: of a charge with a cost, of one without, and of anything else.
_COSTED: Final = 0
_UNCOSTED: Final = 1
_OTHER: Final = 2

Raw = tuple[Any, ...]
_IdOf = Callable[[ColumnElement[Any]], ColumnElement[Any]]


class Facts:
    """What charges share: cell, account, images and cost; told apart by identity.

    `line` is the combination of a line that says the same, found by `agrees`, and `count` how many
    pairs of the two were matched since it was set; `read` counts the charges.
    """

    __slots__ = (
        *("account", "amount_nanos", "count", "endpoint", "images", "is_costed"),
        *("is_plain", "is_ours", "line", "model", "quality", "read", "size"),
    )

    def __init__(self, *, is_plain: bool, is_ours: bool) -> None:
        self.is_plain = is_plain
        self.is_ours = is_ours
        self.amount_nanos = 0
        self.images = 0
        self.is_costed = False
        self.account = self.model = self.endpoint = self.size = self.quality = ""
        self.line: Combination | None = None
        self.count = 0
        self.read = 0

    def agrees(self, line: Combination, *, tolerance: int) -> bool:
        """Whether a line says the same as such a charge, as `comparison.differences` has it."""
        return (
            line.status == "charged"
            and abs(line.effect_nanos - self.amount_nanos) <= tolerance
            and line.account in ("", self.account)
            and line.model in ("", self.model)
            and (not line.names_endpoint or line.endpoint == self.endpoint)
            and line.size in ("", self.size)
            and line.quality in ("", self.quality)
            and line.n in (0, self.images)
        )


class LedgerRows:
    """The rows of one month, and the facts that they share."""

    def __init__(
        self, connection: Connection, month: Month, currency: str, *, names_accounts: bool
    ) -> None:
        """Look up what rows refer to.

        Args:
            connection: to read from.
            month: whose rows.
            currency: rows in another one are left out.
            names_accounts: lines say which account it was; else that of a row is not even read.
        """
        self._connection = connection
        self._month = month
        self._currency = currency
        self._accounts = _by_id(connection, account, "code", "currency")
        self._rates = _by_id(connection, rate, "model", "endpoint", "size", "quality", "currency")
        found = {names[-1] for names in (*self._accounts.values(), *self._rates.values())}
        #: Every column of a million rows counts: with one currency nobody has to look for it.
        self._is_wide = names_accounts or found != {currency}

    def chunks(self) -> Iterator[Sequence[Raw]]:
        """Rows of a request id and the columns that rows share."""
        yield from self._streamed(self._query(*self._columns(_plain)))

    def in_columns(self) -> Select[Any]:
        """The same query for `arrow_stream`: an id or a text that is missing is empty."""
        is_sqlite = self._connection.dialect.name == "sqlite"
        request_id, *shared = self._columns(_never_null if is_sqlite else _plain)
        named = [column.label(f"shared_{place}") for place, column in enumerate(shared)]
        return self._query(func.coalesce(request_id, "").label("request_id"), *named)

    def _columns(self, id_of: _IdOf) -> list[ColumnElement[Any]]:
        plain = func.coalesce(transfer.c.cost, transfer.c.amount)
        is_uncosted = case((transfer.c.cost.is_(None), _word(_UNCOSTED)), else_=_word(_COSTED))
        is_call = transfer.c.kind.in_(("capture", "charge"))
        sort = case((is_call, is_uncosted), else_=_word(_OTHER))
        columns = [
            transfer.c.request_id,
            id_of(transfer.c.rate_id),
            transfer.c.images,
            plain,
            sort,
        ]
        if self._is_wide:
            columns += [id_of(transfer.c.cost_rate_id), _plain(spender_id)]
        return columns

    def _query(self, *columns: ColumnElement[Any]) -> Select[Any]:
        # Half the rows are holds, and this tells them sooner than all that is a cost.
        is_no_hold = transfer.c.kind != "hold"
        return select(*columns).where(is_no_hold, is_cost, *inside(self._month))

    def without_id(self) -> Iterator[tuple[UUID, UUID]]:
        """Account's id and own id of the rows that have no request id themselves."""
        ids = _plain(transfer.c.account_id), _plain(transfer.c.id)
        without = transfer.c.request_id.is_(None)
        for chunk in self._streamed(select(*ids).where(is_cost, without, *inside(self._month))):
            yield from ((_as_uuid(owner), _as_uuid(own)) for owner, own in chunk)

    def booked_ids(self) -> Iterator[str]:
        """Request ids of what reconciliations booked."""
        # A line that a row was booked from comes before the one with its request id.
        for begins in with_key(self._connection, KEY_PREFIX):
            # Those without one are left out here: asked for it, SQLite reads all the ids there are.
            for (request_id,) in self._connection.execute(
                select(transfer.c.request_id).where(begins)
            ):
                if request_id is not None:
                    yield request_id

    def facts(self, shared: Raw) -> Facts:
        """What rows with these columns share."""
        rate_id, images, amount, sort, *more = shared
        code, currency = "", self._currency
        if more:
            cost_rate_id, spender = more
            code, currency = self._accounts[spender]
            if cost_rate_id:
                currency = self._rates[cost_rate_id][-1]
        facts = Facts(is_plain=sort != _OTHER, is_ours=currency == self._currency)
        if not facts.is_ours:
            facts.is_plain = False
        elif rate_id:
            facts.model, facts.endpoint, facts.size, facts.quality = self._rates[rate_id][:-1]
        facts.account, facts.images, facts.amount_nanos = code, images or 0, amount
        facts.is_costed = sort == _COSTED
        return facts

    def _streamed(self, statement: Select[Any]) -> Iterator[Sequence[Raw]]:
        is_sqlite = self._connection.dialect.name == "sqlite"
        options = {} if is_sqlite else {"yield_per": _ROWS_AT_ONCE}
        with self._connection.execute(statement, execution_options=options) as result:
            if is_sqlite:
                # Its cursor streams as it is, and its tuples are what is wanted.
                cursor = result.cursor
                assert cursor is not None
                while rows := cursor.fetchmany(_ROWS_OF_A_FILE):
                    yield rows
            else:
                yield from result.partitions()


def _by_id(connection: Connection, table: Table, *names: str) -> dict[object, tuple[str, ...]]:
    columns = (_plain(table.c[name]) for name in ("id", *names))
    return {own_id: tuple(rest) for own_id, *rest in connection.execute(select(*columns))}


def _as_uuid(raw: object) -> UUID:
    """An id as the driver hands it over."""
    return raw if isinstance(raw, UUID) else UUID(bytes=raw)  # type: ignore[arg-type]  # else bytes


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    # Without a type nothing is made of the value, a million times.
    return type_coerce(column, NullType())


def _never_null(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(_plain(column), literal_column("x''"))


def _word(number: int) -> ColumnElement[int]:
    return literal_column(str(number), transfer.c.images.type)
