"""What an import writes many rows at a time is what the verbs would have written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from billing import Ledger
from billing.database.bulk import insert_rows
from billing.database.engines import reading, writing
from billing.database.statements import TEXT
from billing.database.tables import account as of_account
from billing.database.tables import rollup, transfer
from billing.database.wire import Clash
from billing.importing import Import, import_usage
from billing.importing.booking import CHUNK_LINES
from billing.report import build_report
from pricing import Catalog, PriceBook
from tests.billing.importing.conftest import Bring, refused
from tests.billing.importing.usage_files import HEADER, line, usage_file
from tests.billing.months import NOVEMBER, quoted

#: What differs from row to row by nature, or names the account.
OWN = ("account_id", "id", "version", "request_id", "idem_key", "request_digest", "recorded_at")
TAGS = r",team=a\c"


def rows(ledger: Ledger, account: str) -> list[tuple[object, ...]]:
    """Its charges, without what is each row's own."""
    owner = select(of_account.c.id).where(of_account.c.code == account).scalar_subquery()
    own = [column for column in transfer.c if column.name not in OWN]
    statement = select(*own).where(transfer.c.account_id == owner, transfer.c.kind == "charge")
    with reading(ledger.engine) as connection:
        found = connection.execute(statement.order_by(transfer.c.version))
        return [tuple(row) for row in found]


def day_sums(ledger: Ledger, account: str) -> set[tuple[object, ...]]:
    owner = select(of_account.c.id).where(of_account.c.code == account).scalar_subquery()
    own = [column for column in rollup.c if column.name not in ("account_id", "spender_id")]
    with reading(ledger.engine) as connection:
        return {
            tuple(row)
            for row in connection.execute(select(*own).where(rollup.c.account_id == owner))
        }


def of(account: str, instants: Sequence[str]) -> list[str]:
    """Lines of an account: two sizes, several numbers of images, with and without tags."""
    return [
        line(f"{account}_{number}", at=at, account=account, n=1 + number % 3, more=more)
        for number, (at, more) in enumerate(zip(instants, (TAGS, ",", ",job=7", ","), strict=True))
    ]


INSTANTS = (
    "2026-10-31T23:59:59.999999Z",
    "2026-11-01T00:00:00Z",
    "2026-11-01T01:30:00+02:00",
    "2026-05-31T12:00:00.5Z",
)


@pytest.mark.parametrize("price", ["book", "catalog"])
def test_rows_in_bulk_are_those_that_orders_make(
    acme: Ledger, book: PriceBook, price: str, tmp_path: Path
) -> None:
    acme.open_account("plain", currency="USD", floor="-9")
    acme.open_account("limited", currency="USD", floor="-9", monthly_limit="1000")
    catalog = Catalog.loads("schema_version: 1\nmodels: {gpt-image-2: {price: openai-gpt-image-2}}")
    lines = [*of("plain", INSTANTS), *of("limited", INSTANTS)]
    path = usage_file(tmp_path, lines, header=f"{HEADER},tags")

    found = import_usage(acme, path, prices=book if price == "book" else catalog)

    assert found.imported == 8
    # The limited account goes by orders: its rows count in the limit of the month.
    assert rows(acme, "plain") == rows(acme, "limited")
    assert len(rows(acme, "plain")) == 4
    assert day_sums(acme, "plain") == day_sums(acme, "limited") != set()
    limited = replace(acme.balance("limited"), account="plain", monthly_limit=None)
    assert acme.balance("plain") == limited
    assert acme.verify().problems == ()


def test_a_second_file_adds_to_the_days_that_the_first_began(acme: Ledger, bring: Bring) -> None:
    for request_id in ("a", "b"):
        bring(line(request_id, n=2), line(f"{request_id}2", n=1))
    (row,) = build_report(acme, "2026-10", by=("day",)).rows
    assert (row.calls, row.images) == (4, 6)
    assert acme.verify().problems == ()


def test_more_lines_than_a_chunk_keep_their_order(acme: Ledger, bring: Bring) -> None:
    begun = datetime.fromisoformat("2026-10-01T00:00:00+00:00")
    count = CHUNK_LINES + 3
    acme.adjust("acme", "1000", key="room", reason="test", actor="ana")

    def numbered() -> Import:
        return bring(
            *(
                line(f"req_{number}", at=(begun + timedelta(minutes=number)).isoformat(), n=1)
                for number in range(count)
            )
        )

    assert numbered().imported == count
    with reading(acme.engine) as connection:
        found = connection.execute(
            select(transfer.c.version, transfer.c.occurred_at, transfer.c.id)
            .where(transfer.c.kind == "charge")
            .order_by(transfer.c.version)
        ).all()
    versions = [row.version for row in found]
    assert versions == list(range(versions[0], versions[0] + count))
    assert [row.occurred_at for row in found] == sorted(row.occurred_at for row in found)
    assert [row.id for row in found] == sorted(row.id for row in found)
    assert numbered().already == count


def test_a_key_that_somebody_took_for_something_else_imports_nothing(
    acme: Ledger, bring: Bring, book: PriceBook
) -> None:
    acme.top_up("acme", "1", key="import/req_2")
    acme.charge("acme", quoted(book, at=NOVEMBER), images=1, key="import/req_4", request_id="other")
    before = rows(acme, "acme")

    problem = refused(bring, *(line(f"req_{number}") for number in range(1, 5)))

    assert [(each.line, each.code, each.param) for each in problem.errors] == [
        (3, "idempotency_conflict", "request_id"),
        (5, "idempotency_conflict", "request_id"),
    ]
    assert rows(acme, "acme") == before
    assert acme.verify().problems == ()


def test_a_key_of_a_limited_account_is_told_by_its_line_too(acme: Ledger, bring: Bring) -> None:
    acme.open_account("limited", currency="USD", floor="-9", monthly_limit="1000")
    acme.top_up("limited", "1", key="import/req_2")

    problem = refused(bring, line("req_1"), line("req_2", account="limited"))

    assert [(each.line, each.code) for each in problem.errors] == [(3, "idempotency_conflict")]
    assert rows(acme, "acme") == []
    assert acme.verify().problems == ()


def test_a_row_that_can_never_stand_is_not_one_whose_place_is_taken(acme: Ledger) -> None:
    with pytest.raises(Clash) as clash, writing(acme.engine) as connection:
        insert_rows(connection, "account", {"code": TEXT}, [("no id",)])
    assert not clash.value.is_taken
