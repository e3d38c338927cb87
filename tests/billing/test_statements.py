"""Parameters arrive as they were given, on both engines, alone and in arrays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text

from billing.database.statements import ARRAY_OF, BYTES, ID, INT, TEXT, TIME, Kind, statement
from billing.database.wires import Wires

AT = datetime(2026, 11, 22, 23, 30, 0, 5, tzinfo=UTC)
VALUES: list[tuple[Kind, list[object]]] = [
    (INT, [0, -5, 2**62]),
    (TEXT, ["", "plain", 'quo"ted', "back\\slash", "\u00e9, {x}", "NULL"]),
    (ID, [UUID(int=0), UUID(int=2**127 + 1)]),
    (BYTES, [b"", b"\x00\xff\\"]),
]


@pytest.mark.parametrize(("kind", "values"), VALUES)
@pytest.mark.parametrize("missing", [False, True])
def test_an_array_of_postgresql_reads_back_as_its_values(
    postgres_url: str, kind: Kind, values: list[object], *, missing: bool
) -> None:
    given = [*values, None] if missing else values
    for some in (given, given[:1], []):
        literal = ARRAY_OF[kind].to_postgresql(some)
        assert isinstance(literal, bytes)
        engine = create_engine(postgres_url)
        with engine.connect() as connection:
            cast = text(f"SELECT CAST(:literal AS {ARRAY_OF[kind].postgresql})")
            found = connection.execute(cast, {"literal": literal.decode()}).scalar_one()
        engine.dispose()
        assert found == some


def test_an_answer_comes_back_as_what_was_sent(ledger_url: str) -> None:
    engine = create_engine(ledger_url)
    wires = Wires(engine)
    kinds = {"number": INT, "words": TEXT, "whose": ID, "then": TIME, "nothing": TEXT}
    elsewhere = AT.astimezone(timezone(timedelta(hours=5)))
    values = {"number": 7, "words": "\u00e9", "whose": UUID(int=9), "then": elsewhere}
    is_sqlite = engine.dialect.name == "sqlite"
    then = ":then" if is_sqlite else "(extract(epoch FROM :then) * 1000000)::bigint"
    asked = statement(
        engine.dialect.name,
        f"SELECT :number, :words, :whose, {then}, :nothing, :words, :number",
        kinds,
        answers=(*kinds.values(), TEXT, INT),
    )
    with wires.one() as wire:
        answered = wire.run(asked, {**values, "nothing": None})
    wires.close()
    engine.dispose()
    assert answered == [(7, "\u00e9", UUID(int=9), AT, None, "\u00e9", 7)]
