"""Rows that break a rule are refused by the database, one by one and as part of many."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from billing import Ledger
from billing.database.engines import writing
from billing.database.tables import transfer
from pricing import PriceBook

#: How a statement begins whose rows PostgreSQL checks together; any other is checked row by row.
BEGINNINGS = ("WITH many AS (", "WITH one AS (")
OPEN_HOLD = "(SELECT id FROM transfer WHERE idem_key = 'hold-2')"
CHARGE = "(SELECT id FROM transfer WHERE idem_key = 'charge')"
TAKES_OPEN_HOLD = {"hold_id": OPEN_HOLD}
#: A row to copy, and in SQL what is wrong with the copy.
BROKEN = [
    ("hold-2", {"kind": "'gift'"}),
    ("hold-2", {"images": "0"}),
    ("hold-2", {"amount": "amount + 1"}),
    ("hold-2", {"rate_id": "NULL"}),
    ("hold-2", {"on_deadline": "'never'"}),
    ("hold-2", {"from_bucket": "'held'"}),
    ("hold-2", {"cost": "5"}),
    ("hold-2", {"member_id": "account_id"}),
    ("capture", {"hold_id": CHARGE}),
    ("capture", TAKES_OPEN_HOLD | {"amount": "amount + 1"}),
    ("capture", TAKES_OPEN_HOLD | {"from_bucket": "'posted'"}),
    ("capture", TAKES_OPEN_HOLD | {"expires_at": "occurred_at"}),
    ("charge", {"amount": "-1"}),
    ("charge", {"released": "1"}),
    ("charge", {"late_hold_id": OPEN_HOLD}),
    ("charge", {"refunds_id": CHARGE}),
    ("charge", {"booked_in": "200001"}),
    ("charge", {"cost": "5", "cost_rate_id": "id"}),
    ("refund", {"refunded_before": "refundable"}),
    ("refund", {"refunded_before": "amount", "refunds_id": OPEN_HOLD}),
    ("fix", {"actor": "''"}),
]
SOUND = [("hold-2", {}), ("capture", TAKES_OPEN_HOLD), ("charge", {}), ("fix", {})]


@pytest.fixture
def busy(acme: Ledger, book: PriceBook) -> Ledger:
    """An account with the rows that are copied here."""
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "quality": "low", "n": 2})
    acme.capture(acme.hold("acme", quote, key="hold-1").id, images=1, key="capture")
    acme.hold("acme", quote, key="hold-2")
    charge = acme.charge("acme", quote, images=2, key="charge")
    acme.refund(charge.id, charge.amount / 2, key="refund", reason="blurred")
    acme.adjust("acme", "1", key="fix", reason="wrong invoice", actor="ann")
    return acme


def add_like(ledger: Ledger, key: str, changes: dict[str, str], *, begins: str) -> None:
    """Add a sound copy of the charge, and a changed copy of the row with this key beside it."""
    is_sqlite = ledger.engine.dialect.name == "sqlite"
    names = [column.name for column in transfer.columns]

    def copied(source: str, version: int, changed: dict[str, str]) -> str:
        new_id = f"x'{uuid4().hex}'" if is_sqlite else f"'{uuid4()}'::uuid"
        values = {"id": new_id, "idem_key": f"'copy-{version}'", "version": str(version)}
        chosen = ", ".join((values | changed).get(name, name) for name in names)
        return f"SELECT {chosen} FROM transfer WHERE idem_key = '{source}'"

    with writing(ledger.engine) as connection:
        connection.exec_driver_sql(
            f"{begins}{copied('charge', 1001, {})} UNION ALL {copied(key, 1002, changes)}) "
            f"INSERT INTO transfer ({', '.join(names)}) SELECT * FROM {begins.split()[1]}"
        )


@pytest.mark.parametrize("begins", BEGINNINGS)
@pytest.mark.parametrize(("key", "changes"), SOUND)
def test_a_sound_copy_is_let_in(
    busy: Ledger, key: str, changes: dict[str, str], begins: str
) -> None:
    add_like(busy, key, changes, begins=begins)


@pytest.mark.parametrize("begins", BEGINNINGS)
@pytest.mark.parametrize(("key", "changes"), BROKEN)
def test_a_row_that_breaks_a_rule_is_refused_with_those_beside_it(
    busy: Ledger, key: str, changes: dict[str, str], begins: str
) -> None:
    with pytest.raises(IntegrityError):
        add_like(busy, key, changes, begins=begins)

    with busy.engine.connect() as connection:
        added = connection.exec_driver_sql("SELECT count(*) FROM transfer WHERE version > 1000")
        assert added.scalar_one() == 0


@pytest.mark.parametrize("begins", BEGINNINGS)
def test_a_capture_that_is_listed_before_its_hold_is_refused(busy: Ledger, begins: str) -> None:
    names = [column.name for column in transfer.columns]
    hold, capture = (
        f"x'{uuid4().hex}'" if busy.engine.dialect.name == "sqlite" else f"'{uuid4()}'::uuid"
        for _ in range(2)
    )
    selects = [
        "SELECT " + ", ".join(changed.get(name, name) for name in names) + f" FROM transfer {where}"
        for changed, where in (
            (
                {"id": capture, "idem_key": "'c'", "version": "1001", "hold_id": hold},
                "WHERE idem_key = 'capture'",
            ),
            ({"id": hold, "idem_key": "'h'", "version": "1002"}, "WHERE idem_key = 'hold-1'"),
        )
    ]
    with (
        pytest.raises(IntegrityError, match="breaks a rule of the ledger"),
        writing(busy.engine) as connection,
    ):
        connection.exec_driver_sql(
            f"{begins}{' UNION ALL '.join(selects)}) "
            f"INSERT INTO transfer ({', '.join(names)}) SELECT * FROM {begins.split()[1]}"
        )


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_the_batches_of_the_ledger_are_checked_together(busy: Ledger, book: PriceBook) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "quality": "low"})
    with writing(busy.engine) as connection:  # were it asked for one of them, it would refuse
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION billing_transfer_rules() RETURNS trigger "
            "LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'row by row'; END $$"
        )

    items = [{"account": "acme", "quote": quote, "images": 1, "key": f"c-{n}"} for n in range(3)]

    assert [type(answer).__name__ for answer in busy.charge_many(items)] == ["Charge"] * 3
