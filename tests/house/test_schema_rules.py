"""What lets the ledger spread over many nodes: one account leads every key and every statement."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, Inspector, inspect, text

from billing import Ledger
from billing.database.engines import open_engine, reading
from pricing import PriceBook
from tests.house.access_paths import accesses, is_of_one_account
from tests.house.overheard import Drain, overheard

#: Small tables that every node has a copy of; whatever else a migration makes is taken to grow.
REFERENCE = {"account", "rate", "period_event", "recon_run", "recon_item"}
TOOLS = {"alembic_version"}
#: Indexes that serve look-ups across accounts, and why they may.
ACROSS_ACCOUNTS = {
    "ix_transfer_request": "a statement line names the provider's call and not the account",
    "ix_evidence_request": "the same, for calls that led to no charge",
}
#: A default that is a literal is the same on every node and in every replay.
LITERAL = re.compile(r"(?:'[^']*'|-?\d+|NULL)(?:::[a-z ]+(?:\[\])?)?", re.IGNORECASE)
SERVER_CLOCK = re.compile(
    r"\b(?:now|random|gen_random_uuid|uuidv7|clock_timestamp|statement_timestamp|nextval|"
    r"current_timestamp|randomblob|datetime|strftime)\b\s*\(?",
    re.IGNORECASE,
)
READS = re.compile(r"\b(?:FROM|JOIN|UPDATE)\s+(?:ONLY\s+)?\"?(\w+)\"?", re.IGNORECASE)
WRITES = re.compile(r"\bINSERT\s+(?:OR\s+\w+\s+)?INTO\s+\"?(\w+)\"?", re.IGNORECASE)


@pytest.fixture
def engine(ledger_url: str) -> Iterator[Engine]:
    """The migrated database, on both engines."""
    opened = open_engine(ledger_url)
    yield opened
    opened.dispose()


def growing(engine: Engine) -> list[str]:
    """The tables that have more rows the more is sold, by what the database really holds."""
    return sorted({*inspect(engine).get_table_names()} - REFERENCE - TOOLS)


# The keys


def test_the_tables_that_grow_are_seen(engine: Engine) -> None:
    assert {"balance", "evidence", "transfer"} <= set(growing(engine))


def test_the_account_leads_every_key_of_what_grows(engine: Engine) -> None:
    inspector = inspect(engine)

    strays = {
        name: columns
        for table in growing(engine)
        for name, columns in keys(inspector, table).items()
        if columns[:1] != ["account_id"] and name not in ACROSS_ACCOUNTS
    }

    assert strays == {}


def test_an_index_across_accounts_is_never_unique_and_still_exists(engine: Engine) -> None:
    inspector = inspect(engine)
    indexes = {i["name"]: i for table in growing(engine) for i in inspector.get_indexes(table)}

    assert set(ACROSS_ACCOUNTS) <= set(indexes)
    assert not any(indexes[name]["unique"] for name in ACROSS_ACCOUNTS)


def test_a_reference_between_growing_tables_stays_within_the_account(engine: Engine) -> None:
    inspector, grows = inspect(engine), growing(engine)

    for table in [*grows, *REFERENCE]:
        for key in inspector.get_foreign_keys(table):
            if key["referred_table"] in grows:
                assert table in grows, f"{table} is on every node, {key['name']} is not"
                assert key["constrained_columns"][0] == "account_id"
                assert key["referred_columns"][0] == "account_id"


def keys(inspector: Inspector, table: str) -> dict[str, list[str | None]]:
    """Columns of the primary key, the unique constraints and the indexes, by name."""
    primary = inspector.get_pk_constraint(table)
    found: dict[str, list[str | None]] = {f"{table} PRIMARY KEY": [*primary["constrained_columns"]]}
    for constraint in inspector.get_unique_constraints(table):
        found[str(constraint["name"])] = [*constraint["column_names"]]
    for index in inspector.get_indexes(table):
        found[str(index["name"])] = index["column_names"]
    return found


# What the server must not make up


def test_no_number_comes_from_a_sequence(engine: Engine) -> None:
    inspector = inspect(engine)

    if engine.dialect.supports_sequences:
        assert inspector.get_sequence_names() == []
    for table in inspector.get_table_names():
        for column in inspector.get_columns(table):
            assert column.get("identity") is None, f"{table}.{column['name']}"
            assert column.get("computed") is None, f"{table}.{column['name']}"
    assert not [sql for sql in made_by(engine) if "AUTOINCREMENT" in sql.upper()]


def test_no_table_of_sqlite_hands_out_its_own_numbers(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    inspector = inspect(engine)

    for table in inspector.get_table_names():
        primary = inspector.get_pk_constraint(table)["constrained_columns"]
        types = {c["name"]: str(c["type"]) for c in inspector.get_columns(table)}
        # One INTEGER as the primary key is the row number, which SQLite fills in by itself.
        assert [types[name] for name in primary] != ["INTEGER"], table
    engine.dispose()


def test_every_default_of_a_column_is_a_literal(engine: Engine) -> None:
    inspector = inspect(engine)

    made_up = {
        f"{table}.{column['name']}": column["default"]
        for table in inspector.get_table_names()
        for column in inspector.get_columns(table)
        if column["default"] is not None and not LITERAL.fullmatch(str(column["default"]))
    }

    assert made_up == {}


def test_a_trigger_reads_one_account_and_no_clock(engine: Engine) -> None:
    grows = set(growing(engine))

    for body in made_by(engine, kind="trigger"):
        assert SERVER_CLOCK.search(body) is None
        for select in re.split(r"\bSELECT\b", body)[1:]:
            read = set(READS.findall(select)) & grows
            # SQLite's own number of a row is one row, wherever it is.
            found = ("account_id = NEW.account_id", "rowid = NEW.rowid")
            assert not read or any(where in select for where in found), select


def made_by(engine: Engine, *, kind: str = "table") -> list[str]:
    """The text of tables (SQLite only) or triggers, as the database keeps it."""
    sqlite = f"SELECT sql FROM sqlite_master WHERE type = '{kind}'"
    functions = (
        "SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "AND prorettype = 'trigger'::regtype"
    )
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            return list(connection.execute(text(sqlite)).scalars())
        return list(connection.execute(text(functions)).scalars()) if kind == "trigger" else []


# What the verbs send


def test_a_verb_names_one_account_in_all_it_sends(ledger_url: str, book: PriceBook) -> None:
    payers = {"acme": "acme", "globex": "globex", "staff": "acme"}
    with overheard(ledger_url) as (ledger, drain):
        for code in ("acme", "globex"):
            ledger.open_account(code, currency="USD")
            ledger.top_up(code, "100", key="first-top-up")
        ledger.open_account("staff", currency="USD", parent="acme", monthly_limit="50")
        for job in ("warm-1", "warm-2", "hot"):
            sent = {
                code: sent_by_verbs(ledger, book, drain, account=code, job=f"{code}/{job}")
                for code in payers
            }

        with reading(ledger.engine) as connection:
            owners = owners_of(connection)
            for code, verb in itertools.product(payers, ("hold", "capture", "void", "charge")):
                statements = sent[code][verb]
                assert "transfer" in WRITES.findall(" ".join(statements)), f"{verb}: unheard"
                assert named(owners, " ".join(statements)) == {owners[payers[code]]}
                assert [(sql, s) for sql in statements if (s := strays(connection, sql))] == []


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT count(*) FROM transfer", "names 0 accounts"),
        ("SELECT * FROM transfer WHERE idem_key = 'job-1'", "names 0 accounts"),
        ("UPDATE balance SET held = 0 WHERE account_id IN ({acme}, {globex})", "names 2 accounts"),
        (
            "SELECT * FROM balance b, transfer t WHERE b.account_id = {acme} AND t.version = 1",
            "reads across accounts",
        ),
        ("SELECT * FROM rate WHERE model = CAST(random() AS text)", "asks the server"),
    ],
)
def test_the_check_sees_a_statement_that_strays(
    ledger_url: str, book: PriceBook, sql: str, why: str
) -> None:
    with Ledger.open(ledger_url) as ledger:
        for code in ("acme", "globex"):
            ledger.open_account(code, currency="USD")
        with reading(ledger.engine) as connection:
            literal = "x'{}'" if ledger_url.startswith("sqlite") else "'{}'::uuid"
            ids = {code: literal.format(owner) for code, owner in owners_of(connection).items()}

            assert why in strays(connection, sql.format(**ids))


def test_a_list_of_accounts_is_not_one_account(postgres_url: str) -> None:
    with Ledger.open(postgres_url) as ledger:
        ledger.open_account("acme", currency="USD")
        with reading(ledger.engine) as connection:
            of_list = f"= ANY('{{{owners_of(connection)['acme']}}}'::uuid[])"

            sql = f"SELECT * FROM balance WHERE account_id {of_list}"
            assert "reads across accounts" in strays(connection, sql)


def sent_by_verbs(
    ledger: Ledger, book: PriceBook, drain: Drain, *, account: str, job: str
) -> dict[str, list[str]]:
    """What each verb of the hot path sends."""
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 2})
    sent: dict[str, list[str]] = {}
    drain()
    kept = ledger.hold(account, quote, key=f"{job}/kept")
    sent["hold"] = drain()
    ledger.capture(kept.id, images=1, key=f"{job}/capture")
    sent["capture"] = drain()
    given_up = ledger.hold(account, quote, key=f"{job}/given-up")
    drain()
    ledger.void(given_up.id, key=f"{job}/void", reason="not sent")
    sent["void"] = drain()
    ledger.charge(account, quote, images=2, key=f"{job}/charge")
    sent["charge"] = drain()
    return sent


def strays(connection: Connection, sql: str) -> str:
    """Why a statement cannot be sent to the one node of its account; empty when it can."""
    grows = {*growing(connection.engine)}
    if SERVER_CLOCK.search(re.sub(r"'(?:[^']|'')*'", "''", sql)):
        return "asks the server for what only the client may say"
    if not {*READS.findall(sql), *WRITES.findall(sql)} & grows:
        return ""
    owners = named(owners_of(connection), sql)
    if len(owners) != 1:
        return f"names {len(owners)} accounts"
    open_reads = [how for how in accesses(connection, sql, grows) if not is_of_one_account(how)]
    return f"reads across accounts: {open_reads}" if open_reads else ""


def owners_of(connection: Connection) -> dict[str, str]:
    """The accounts that have money, by code: their ids as hexadecimal digits."""
    found = connection.execute(
        text("SELECT code, account_id FROM account JOIN balance ON account_id = account.id")
    )
    return {
        code: owner.hex() if isinstance(owner, bytes) else UUID(str(owner)).hex
        for code, owner in found
    }


def named(owners: dict[str, str], sql: str) -> set[str]:
    return {owner for owner in owners.values() if owner in sql.replace("-", "").lower()}
