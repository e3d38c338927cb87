"""What the database itself keeps of a closed month, whoever asks."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from billing import Ledger
from billing.database.engines import writing
from billing.database.tables import transfer
from pricing import PriceBook
from tests.billing.closed_month import closed_october
from tests.billing.months import NOVEMBER, Calendar
from tests.billing.tampering import other_value


def test_the_database_refuses_a_row_of_a_closed_month_whoever_writes_it(
    books: Ledger, book: PriceBook, clock: Calendar
) -> None:
    closed_october(books, book, clock)
    with books.engine.connect() as connection:
        found = connection.execute(select(transfer).where(transfer.c.idem_key == "t"))
        forged = dict(found.mappings().one())
    forged |= {"idem_key": "forged", "version": 99, "id": other_value(transfer.c.id, forged["id"])}

    def refused(**columns: object) -> None:
        with pytest.raises(IntegrityError, match="rule of the ledger: period"):
            write(**columns)

    def write(**columns: object) -> None:
        with writing(books.engine) as connection:
            connection.execute(insert(transfer), forged | columns)
            connection.rollback()

    refused()
    refused(booked_in=202610)
    refused(booked_in=202609)
    refused(occurred_at=NOVEMBER, booked_in=202611)
    write(booked_in=202611)
    write(occurred_at=NOVEMBER)


def test_who_closed_what_is_never_edited(books: Ledger, book: PriceBook, clock: Calendar) -> None:
    closed_october(books, book, clock)

    for statement in (
        "UPDATE period_event SET actor = 'nobody'",
        "DELETE FROM period_event",
        "INSERT INTO period_event SELECT * FROM period_event",
    ):
        with pytest.raises(IntegrityError), writing(books.engine) as connection:
            connection.execute(text(statement))
