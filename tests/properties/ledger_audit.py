"""What must hold of the books when a walk is over, read from the database with other eyes.

Each function is named for its invariant; `tests/properties/test_ledger_laws.py` lists all of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest

from sqlalchemy import text

from billing import Alert, Balance, Ledger
from billing.database.engines import reading
from billing.ledger.account_statement import Buckets, By
from billing.period import Month
from billing.report.spans import month_span
from billing.report.usage import usage
from pricing.money import to_nanos
from tests.properties.ledger_accounts import ModelAccount
from tests.properties.ledger_books import CURRENCY, Books, Clock
from tests.properties.ledger_copy import Row, Tables, read_all, replay, settled
from tests.properties.ledger_model import Model
from tests.properties.ledger_rows import BUCKETS, Moves, added, month_after, month_number

ENDINGS = ("capture", "void", "expire")
#: Instants of an account that are looked back to.
LOOKS = 4
#: Months of an account whose statements are read.
MONTHS = 4

_LEGS = text(
    "SELECT account.currency, sum(posting.amount) FROM posting "
    "JOIN account ON account.id = posting.account_id GROUP BY account.currency"
)


def audit(books: Books, model: Model) -> None:
    """Every invariant that can be read off the books; the clock stands at its latest."""
    legs_sum_to_zero(books)
    tables = read_all(books.engine)
    rows_are_the_models(tables, model)
    versions_are_dense_and_time_runs_forwards(tables)
    holds_end_once_and_whole(tables)
    refunds_stay_within_what_was_paid(tables)
    alerts_are_the_crossings(books, model)
    usage_is_what_was_posted(books, model)
    for account in model.accounts.values():
        books.check(model, account.code)
        held_is_the_sum_of_open_holds(books, model, account)
        the_past_is_what_it_was(books, model, account)
        months_tie(books, account)


def projection_is_the_fold(books: Books, model: Model) -> None:
    """2: every balance and the roll-up are the fold of the log, closed months and seals fit."""
    found = books.ledger.verify()
    assert found.ok, found.problems
    assert found.sealed == found.transfers == len(model.rows)


def legs_sum_to_zero(books: Books) -> None:
    """3: every transfer has two legs, and all legs of a currency sum to zero."""
    with reading(books.engine) as connection:
        assert list(connection.execute(_LEGS)) == [(CURRENCY, 0)]


def rows_are_the_models(tables: Tables, model: Model) -> None:
    """Nothing was written that the model does not know of, nothing is missing."""
    codes = {row["id"]: row["code"] for row in tables["account"]}

    def of_ledger(row: Row) -> tuple[object, ...]:
        code = codes[row["member_id"] or row["account_id"]]
        facts = (row["kind"], row["amount"], row["released"], row["from_bucket"], row["month"])
        late = row["late_hold_id"] is not None, row["booked_in"], row["cost"]
        return code, row["version"], *facts, *late, row["occurred_at"], row["recorded_at"]

    expected = {
        (
            *(row.code, row.version, row.kind, row.amount, row.released, row.bucket, row.month),
            *(row.is_late, row.booked_in, row.cost, row.occurred_at, row.recorded_at),
        )
        for row in model.rows.values()
    }
    assert {of_ledger(row) for row in tables["transfer"]} == expected


def versions_are_dense_and_time_runs_forwards(tables: Tables) -> None:
    """8: versions are dense from 1; `recorded_at` never decreases, nor does the month counted."""
    by_account: dict[object, list[Row]] = defaultdict(list)
    for row in sorted(tables["transfer"], key=lambda row: row["version"]):
        by_account[row["account_id"]].append(row)
    for rows in by_account.values():
        assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
        instants = [row["recorded_at"] for row in rows]
        assert instants == sorted(instants)
        months = [row["month"] for row in rows if row["kind"] == "hold"]
        assert months == sorted(months)


def holds_end_once_and_whole(tables: Tables) -> None:
    """6 and 14: a hold is resolved at most once; captured and released are what was held."""
    held = {row["id"]: row["amount"] for row in tables["transfer"] if row["kind"] == "hold"}
    ended = [row for row in tables["transfer"] if row["kind"] in ENDINGS]
    assert max(Counter(row["hold_id"] for row in ended).values(), default=1) == 1
    assert all(row["amount"] + row["released"] == held[row["hold_id"]] for row in ended)
    expired = {row["hold_id"] for row in ended if row["kind"] == "expire"}
    late = [row["late_hold_id"] for row in tables["transfer"] if row["late_hold_id"]]
    assert expired >= set(late)
    assert len(late) == len(set(late))


def refunds_stay_within_what_was_paid(tables: Tables) -> None:
    """10: the refunds of a transfer never exceed it."""
    paid = {row["id"]: row["amount"] for row in tables["transfer"]}
    refunded: Counter[object] = Counter()
    for row in tables["transfer"]:
        if row["kind"] == "refund":
            refunded[row["refunds_id"]] += row["amount"]
    assert all(amount <= paid[of] for of, amount in refunded.items())


def alerts_are_the_crossings(books: Books, model: Model) -> None:
    """Every crossing of a soft limit is told once, and listed."""
    expected = Counter(alert for row in model.rows.values() for alert in row.alerts())

    def seen(alerts: Iterable[Alert]) -> Counter[tuple[str, int | None, int, str]]:
        return Counter(
            (
                alert.account,
                int(alert.month.replace("-", "")),
                to_nanos(alert.over),
                books.names[alert.transfer_id],
            )
            for alert in alerts
        )

    assert seen(books.ledger.alerts()) == expected
    assert seen(books.alerts) == expected
    for code in model.accounts:
        of_code = Counter({alert: n for alert, n in expected.items() if alert[0] == code})
        assert seen(books.ledger.alerts(code)) == of_code


def held_is_the_sum_of_open_holds(books: Books, model: Model, account: ModelAccount) -> None:
    """5: what is held, and in doubt, is the sum of the holds that have not ended."""
    expected = {
        (books.ids[name], hold.amount)
        for name, hold in model.holds.items()
        if hold.code == account.code and not hold.ended_by
    }
    views = books.ledger.holds(account=account.code)
    assert {(view.hold.id, to_nanos(view.hold.amount)) for view in views} == expected


def the_past_is_what_it_was(books: Books, model: Model, account: ModelAccount) -> None:
    """11: as of now it is the balance; as of then, what was recorded by then; monotone."""
    code, now = account.code, model.now
    at_last = books.ledger.balance(code, as_of_recorded=now)
    assert at_last == books.ledger.balance(code)
    instants = sorted({row.recorded_at for row in account.purse.rows})
    versions = [0]
    for at in instants[:: max(1, len(instants) // LOOKS)]:
        then = books.ledger.balance(code, as_of_recorded=at)
        _compare_then(then, account, at)
        versions.append(then.version)
    assert versions == sorted(versions)


def _compare_then(then: Balance, account: ModelAccount, at: datetime) -> None:
    known = [row for row in account.purse.rows if row.recorded_at <= at]
    own = [row for row in account.own_rows() if row.recorded_at <= at]
    purse, used = added(*(row.moves for row in known)), added(*(row.moves for row in own))
    found = tuple(to_nanos(getattr(then, bucket)) for bucket in BUCKETS)
    assert found == (purse[0], *used[1:])
    assert then.version == len(known)


def replay_gives_the_same(books: Books, empty_url: str, clock: Clock) -> None:
    """13: the log, written into an empty database, gives the same balances, seals and verdict.

    The copy has the seals that the walk made; both then seal what is new.
    """
    log = read_all(books.engine)
    books.ledger.seal()
    with Ledger.open(empty_url, clock=clock) as copy:
        replay(log, copy.engine)
        copy.seal()
        found, expected = settled(read_all(copy.engine)), settled(read_all(books.engine))
        for table, rows in expected.items():
            differ = [pair for pair in zip_longest(found[table], rows) if pair[0] != pair[1]]
            assert not differ, f"{table}: replayed and stored: {differ[0]}"
        verdict = copy.verify()
    assert verdict.ok, verdict.problems
    assert verdict.sealed == verdict.transfers == len(log["transfer"])


def usage_is_what_was_posted(books: Books, model: Model) -> None:
    """12: the usage of all months, by who spent, sums to what is posted."""
    posted: Counter[str] = Counter()
    with reading(books.engine) as connection:
        for number in _months([row.counts_in for row in model.rows.values()]):
            span = month_span(_month(number))
            for late in (False, True):
                for group in usage(connection, span, by=["account"], late=late):
                    posted[group.keys["account"]] += to_nanos(group.amount)
    expected: Counter[str] = Counter()
    for row in model.rows.values():
        expected[row.code] += row.moves[3]
    assert {code: nanos for code, nanos in posted.items() if nanos} == {
        code: nanos for code, nanos in expected.items() if nanos
    }


def months_tie(books: Books, account: ModelAccount) -> None:
    """12: the statement of a month is the balance's change, by the one clock or the other.

    Of a long walk the first month, the last and some between: each against the rows before it.
    """
    rows = account.own_rows()
    ways: tuple[By, By] = ("occurred", "recorded")
    by = ways[len(rows) % 2]
    numbers = [row.counts_in if by == "occurred" else month_number(row.recorded_at) for row in rows]
    months = _months(numbers)
    for number in {*months[:: max(1, len(months) // MONTHS)], *months[-1:]}:
        statement = books.ledger.statement(account.code, _month(number), by=by)
        of_month = [row for row, of in zip(rows, numbers, strict=True) if of == number]
        before = [row for row, of in zip(rows, numbers, strict=True) if of < number]
        opening = added(*(row.moves for row in before))
        assert _nanos(statement.opening) == opening
        assert len(statement.lines) == len(of_month)
        closing = added(opening, *(row.moves for row in of_month))
        assert _nanos(statement.closing) == closing
        assert number != months[-1] or closing == account.buckets


def _month(number: int) -> Month:
    return Month(number // 100, number % 100)


def _months(numbers: Iterable[int]) -> list[int]:
    """Every month from the first to the last of them."""
    numbers = sorted(set(numbers))
    found = numbers[:1]
    while found and found[-1] < numbers[-1]:
        found.append(month_after(found[-1]))
    return found


def _nanos(buckets: Buckets) -> Moves:
    amounts: list[Decimal] = [getattr(buckets, bucket) for bucket in BUCKETS]
    available, held, in_doubt, posted = map(to_nanos, amounts)
    return available, held, in_doubt, posted
