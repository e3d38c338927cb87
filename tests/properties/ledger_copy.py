"""Replay of a ledger's log into an empty database: rows by plain INSERTs, balances folded here.

The fold is the test's own: what the log says must be all that the balances say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from billing.database.engines import reading, writing
from billing.database.tables import (
    account,
    allowance,
    balance,
    evidence,
    limit_change,
    metadata,
    period_event,
    rate,
    rollup,
    seal,
    transfer,
)
from tests.properties.ledger_rollup import rolled_up
from tests.properties.ledger_rows import BUCKETS, month_before, month_number, moves

#: What a balance that no row has touched says.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
Row = dict[str, Any]
Tables = dict[str, list[Row]]


def read_all(engine: Engine) -> Tables:
    """Every row of every table, in the order of its primary key; the same on both engines."""
    with reading(engine) as connection:
        found = {name: _rows(connection, name) for name in metadata.tables}
    for name, rows in found.items():
        keys = [column.name for column in metadata.tables[name].primary_key]
        rows.sort(key=lambda row: [row[key] for key in keys])
    return found


def settled(log: Tables) -> Tables:
    """The same, with allowances told apart only by what they say of the month that counts.

    One that has spent nothing in the month its account stands at need not have been moved there.
    """
    months = {row["account_id"]: row["month"] for row in log["balance"]}
    nothing = {"month": 0, "month_spent": 0, "month_forced": 0}
    allowances = []
    for row in log["allowance"]:
        is_now = row["month"] == months[row["account_id"]]
        counts = is_now and (row["month_spent"] or row["month_forced"])
        allowances.append(row if counts else {**row, **nothing})
    return {**log, "allowance": allowances}


def replay(log: Tables, target: Engine) -> None:
    """Write a ledger's log into an empty database, transfers in the order of their versions."""
    accounts = sorted(log["account"], key=lambda row: row["parent_id"] is not None)
    transfers = sorted(log["transfer"], key=lambda row: (row["version"], row["account_id"]))
    events = sorted(log["period_event"], key=lambda row: row["recorded_at"])
    balances = _balances(accounts, transfers, log["limit_change"], events)
    with writing(target) as connection:
        for table, rows in (
            (account, accounts),
            (rate, log["rate"]),
            # Open as yet: nothing that happened in a month that was closed later could be written.
            (balance, [{**row, "closed_through": 0} for row in balances]),
            (transfer, transfers),
            (evidence, log["evidence"]),
            (limit_change, log["limit_change"]),
            (allowance, _allowances(accounts, transfers, log["limit_change"])),
            (rollup, rolled_up(transfers)),
            (period_event, events),
            (seal, log["seal"]),
        ):
            if rows:
                connection.execute(table.insert(), rows)
        connection.execute(update(balance).values(closed_through=_closed_through(events)))


def _rows(connection: Connection, name: str) -> list[Row]:
    return [dict(row) for row in connection.execute(select(metadata.tables[name])).mappings()]


def _balances(
    accounts: Sequence[Row],
    transfers: Sequence[Row],
    changes: Sequence[Row],
    events: Sequence[Row],
) -> list[Row]:
    folded = []
    closed, last = _closed_through(events), [event["recorded_at"] for event in events[-1:]]
    for of in accounts:
        if of["parent_id"] is None:
            rows = [row for row in transfers if row["account_id"] == of["id"]]
            of_account = [change for change in changes if change["account_id"] == of["id"]]
            own = [change for change in of_account if change["member_id"] is None]
            floor = own[-1]["floor"] if own else of["floor"]
            row = {"account_id": of["id"], "floor": floor, **_fold(of, rows, of_account)}
            row["forced"] = sum(each["amount"] for each in rows if each["late_hold_id"])
            row["version"] = len(rows)
            instants = [each["recorded_at"] for each in (*rows[-1:], *of_account[-1:])]
            row["recorded_at"] = max([*instants, *last], default=NEVER)
            row["closed_through"] = closed
            # A closing moves every account's month on, and one that is opened later begins there.
            month = max(map(month_number, last), default=0)
            if row["month"] < month:
                row |= {"month": month, "month_spent": 0, "month_forced": 0}
            folded.append(row)
    return folded


def _closed_through(events: Sequence[Row]) -> int:
    """A closing closes up to its month, a reopening up to the one before."""
    if not events:
        return 0
    newest = events[-1]
    month: int = newest["month"]
    return month if newest["kind"] == "close" else month_before(month)


def _allowances(
    accounts: Sequence[Row], transfers: Sequence[Row], changes: Sequence[Row]
) -> list[Row]:
    folded = []
    for of in accounts:
        if of["parent_id"] is not None:
            rows = [row for row in transfers if row["account_id"] == of["parent_id"]]
            own = [row for row in rows if row["member_id"] == of["id"]]
            of_member = [change for change in changes if change["member_id"] == of["id"]]
            figures = _fold(of, own, of_member)
            del figures["available"]
            folded.append({"account_id": of["parent_id"], "member_id": of["id"], **figures})
    return folded


def _fold(of: Row, rows: Sequence[Row], changes: Sequence[Row]) -> Row:
    """Buckets, month and limit of an account, or of a member, in the order of versions."""
    figures: Row = {**dict.fromkeys(BUCKETS, 0), "month": 0, "month_spent": 0, "month_forced": 0}
    figures |= {"month_limit": of["month_limit"], "limit_kind": of["limit_kind"]}
    rest = [*changes]

    def go_by(change: Row) -> None:
        _go_by(figures, change, is_own=change["member_id"] in (None, of["id"]))

    for row in rows:
        while rest and rest[0]["version"] < row["version"]:
            go_by(rest.pop(0))
        change = moves(row["kind"], row["amount"], row["released"], row["from_bucket"])
        for name, moved in zip(BUCKETS, change, strict=True):
            figures[name] += moved
        month = month_number(row["recorded_at"])
        if figures["month"] < month:
            figures |= {"month": month, "month_spent": 0, "month_forced": 0}
        if row["month"] == month:
            figures["month_spent"] += _spent(row)
            figures["month_forced"] += row["amount"] if row["late_hold_id"] else 0
    for later in rest:
        go_by(later)
    return figures


def _go_by(figures: Row, change: Row, *, is_own: bool) -> None:
    """Another limit; what a hard one no longer covers counts as let in whatever the limit."""
    month = month_number(change["recorded_at"])
    if figures["month"] < month:
        figures |= {"month": month, "month_spent": 0, "month_forced": 0}
    if not is_own:  # a member's: its parent's clock goes on
        return
    figures |= {name: change[name] for name in ("month_limit", "limit_kind")}
    if change["limit_kind"] == "hard" and change["month_limit"] is not None:
        beyond = figures["month_spent"] - change["month_limit"]
        figures["month_forced"] = max(figures["month_forced"], beyond)


def _spent(row: Mapping[str, Any]) -> int:
    """What a row takes of the limit of its month, or gives back to it."""
    if row["kind"] in ("hold", "charge"):
        return int(row["amount"])
    given_back = row["released"] if row["kind"] == "capture" else row["amount"]
    return -int(given_back)
