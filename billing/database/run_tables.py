"""The tables of signed-off reconciliations: the runs, chained by hashes, and their decisions."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from billing.database.columns import Nanos, UtcTime, Whole
from billing.database.metadata import metadata

#: A reconciliation that somebody signed off; few rows, which belong to no account.
recon_run = Table(
    "recon_run",
    metadata,
    Column("number", Whole, nullable=False, comment="dense from 1: a gap is a missing row"),
    Column("month", Whole, nullable=False, comment="YYYYMM, UTC"),
    Column("currency", Text(), nullable=False),
    Column("statement_sha256", Text(), nullable=False),
    Column("statement_name", Text(), nullable=False, comment="of the file, without its folder"),
    Column("lines", Whole, nullable=False),
    Column("supersedes", Whole, comment="the run of this month and currency before it"),
    Column("is_clean", Whole, nullable=False, comment="1: nothing was left to decide"),
    Column("proof", Text(), nullable=False, comment="JSON: the sums that tie, and what is left"),
    Column("settings", Text(), nullable=False, comment="JSON: tolerances and options"),
    Column("result_digest", LargeBinary(), nullable=False, comment="sha256 of the answer"),
    Column("items", Whole, nullable=False, comment="how many rows of recon_item"),
    Column("actor", Text(), nullable=False),
    Column("approver", Text()),
    Column("recorded_at", UtcTime(), nullable=False),
    Column("hash", LargeBinary(), nullable=False, comment="over row, items and the run before"),
    # With the number alone, an engine would hand the numbers out by itself.
    PrimaryKeyConstraint("month", "number"),
    UniqueConstraint("number"),
    ForeignKeyConstraint(["supersedes"], ["recon_run.number"]),
    CheckConstraint("number >= 1 AND items >= 0", name="number"),
    CheckConstraint("month >= 190001 AND month <= 999912", name="month"),
    CheckConstraint("supersedes < number", name="supersedes"),
    CheckConstraint("is_clean IN (0, 1)", name="clean"),
    CheckConstraint("actor <> '' AND (approver IS NULL OR approver <> actor)", name="actor"),
    sqlite_strict=True,
)

#: What a run decided, a row for each decision.
recon_item = Table(
    "recon_item",
    metadata,
    Column("run", Whole, nullable=False),
    Column("number", Whole, nullable=False, comment="dense from 1"),
    Column("class_name", Text(), nullable=False),
    Column("decision", Text(), nullable=False, comment="a booking, carry, resolve, or person"),
    Column("reason", Text()),
    Column("what", Text(), comment="of the booking key"),
    Column("line", Whole),
    Column("request_id", Text()),
    Column("hold_id", Text()),
    Column("transfer_id", Text(), comment="the charge that it concerns"),
    Column("account", Text()),
    Column("occurred_at", UtcTime()),
    Column("day", Text()),
    Column("ledger_amount", Nanos, nullable=False),
    Column("statement_amount", Nanos, nullable=False),
    Column("amount", Nanos, nullable=False, comment="of the decision"),
    Column("proposal", Text(), nullable=False),
    Column("booked_as", Text(), comment="the transfer that it became"),
    Column("of_run", Whole, comment="of what is resolved: the run that carried it"),
    PrimaryKeyConstraint("run", "number"),
    ForeignKeyConstraint(["run"], ["recon_run.number"]),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint(
        "decision IN ('capture', 'void', 'cost', 'refund', 'carry', 'resolve', 'person')",
        name="decision",
    ),
    CheckConstraint("(of_run IS NOT NULL) = (decision = 'resolve')", name="resolve"),
    sqlite_strict=True,
)
