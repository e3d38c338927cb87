"""The guards of the database against editing history: are all of them there, unchanged and on?

A guard is a trigger, or on PostgreSQL the function behind it. What each should be is written here
as a short fact; a test compares the list with what a fresh upgrade makes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, text

from billing.database.tables import metadata

#: On SQLite: the first half of the sha256 of a trigger's text.
_SQLITE: Final[Mapping[str, str]] = {
    "account_no_delete": "0af07367bde74bf90d8f2e08bfd76be7",
    "account_no_replace": "9b969a40ae0d48c60e4a9567d2e01e20",
    "account_no_update": "cb16c8c0c800df5643d5a21275edb315",
    "allowance_no_delete": "16bdcb73812e0cb70af530c1e717a3b7",
    "allowance_no_replace": "f6b4a435df23d52305f560e1f7a47286",
    "balance_no_delete": "e44fd00ba00eb3ecb7b96028b6d848f6",
    "balance_no_replace": "e9ec9f0eca77f0b985261cb8e067aae7",
    "evidence_no_delete": "fa8a01dee84452cb19dbe6258bb6afa1",
    "evidence_no_replace": "3a4ded4d5d378d80c4f4506f526ae2ee",
    "evidence_no_update": "0cbacf32bfc2acc095843ca4c156fe94",
    "limit_change_no_delete": "1c737e76bae93df1aa5a87dd18e93e4b",
    "limit_change_no_replace": "b7681fd13e98dd90ec6f13da0c74572e",
    "limit_change_no_update": "6b5bc5d96172f753401fa4fa457ccf2f",
    "period_event_no_delete": "8b5e2c6c447e3865cbcf67d3f8cf14b4",
    "period_event_no_replace": "34307cf103e2fa50ec1885db7226bfd6",
    "period_event_no_update": "2760ad6c3ae37fe19af6faeec56eaddd",
    "rate_no_delete": "93ea2f916e4b7b2ead99831e905f64b9",
    "rate_no_replace": "3441182eb34011e2075a8ec2407bf16a",
    "rate_no_update": "2f64a3ccf61cfc593c00ebfc60988812",
    "recon_item_no_delete": "4490785bcb4e0739afce5c98929e39c8",
    "recon_item_no_replace": "866809f50b7e960e6173f9f8817259cf",
    "recon_item_no_update": "837e351df3a604c8e4a86db77a0bbb30",
    "recon_run_no_delete": "7045f67c26e61a1ac453c9f4e2d2966f",
    "recon_run_no_replace": "d78f2641232a0285f194c922ecd7b25a",
    "recon_run_no_update": "a1ae1e0602f6824b04490b4bca0d94f4",
    "rollup_no_delete": "56b2a99e7f2284a5c82424b25f477556",
    "rollup_no_replace": "d051827972c8adbaa31e46e552dea0ae",
    "seal_no_delete": "8c4528d04fa1fe3800dfc57039f24d48",
    "seal_no_replace": "fa41e63c971ec490c15b7b6499e7eb29",
    "seal_no_update": "9ccd6e0367b23f8fcb2c8c03e2785786",
    "transfer_no_delete": "bae1fa521743ab7d8a19b548b412c5f9",
    "transfer_no_update": "72a4d5a166c5482d87e3c834c24bfd58",
    "transfer_rules": "4c15a6b0964ef0ba046911f32e4447f9",
}
#: On PostgreSQL: table, events and level (`tgtype`), function, A for "fires always", condition.
_POSTGRESQL: Final[Mapping[str, str]] = {
    "account_append_only_rows": "account 27 billing_append_only A",
    "account_append_only_truncate": "account 34 billing_append_only A",
    "allowance_append_only_rows": "allowance 11 billing_append_only A",
    "allowance_append_only_truncate": "allowance 34 billing_append_only A",
    "balance_append_only_rows": "balance 11 billing_append_only A",
    "balance_append_only_truncate": "balance 34 billing_append_only A",
    "evidence_append_only_rows": "evidence 27 billing_append_only A",
    "evidence_append_only_truncate": "evidence 34 billing_append_only A",
    "function billing_append_only": "4d078f0f7bb43addec72f58b3d964e39",
    "function billing_transfer_rules": "d4a9df25b8857e7b6ddebea0200ee298",
    "function billing_transfer_rules_of_many": "ab443018f841c823b0f27181071564d7",
    "limit_change_append_only_rows": "limit_change 27 billing_append_only A",
    "limit_change_append_only_truncate": "limit_change 34 billing_append_only A",
    "period_event_append_only_rows": "period_event 27 billing_append_only A",
    "period_event_append_only_truncate": "period_event 34 billing_append_only A",
    "rate_append_only_rows": "rate 27 billing_append_only A",
    "rate_append_only_truncate": "rate 34 billing_append_only A",
    "recon_item_append_only_rows": "recon_item 27 billing_append_only A",
    "recon_item_append_only_truncate": "recon_item 34 billing_append_only A",
    "recon_run_append_only_rows": "recon_run 27 billing_append_only A",
    "recon_run_append_only_truncate": "recon_run 34 billing_append_only A",
    "rollup_append_only_rows": "rollup 11 billing_append_only A",
    "rollup_append_only_truncate": "rollup 34 billing_append_only A",
    "seal_append_only_rows": "seal 27 billing_append_only A",
    "seal_append_only_truncate": "seal 34 billing_append_only A",
    "transfer_append_only_rows": "transfer 27 billing_append_only A",
    "transfer_append_only_truncate": "transfer 34 billing_append_only A",
    "transfer_rules": "transfer 7 billing_transfer_rules A "
    "WHEN ((starts_with(current_query(), 'WITH many AS ('::text) IS NOT TRUE))",
    "transfer_rules_of_many": "transfer 4 billing_transfer_rules_of_many A "
    "WHEN (starts_with(current_query(), 'WITH many AS ('::text))",
}

_SQLITE_TRIGGERS: Final = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
_POSTGRESQL_TRIGGERS: Final = text(
    "SELECT t.tgname, c.relname, t.tgtype, p.proname, t.tgenabled, "
    r"coalesce(substring(pg_get_triggerdef(t.oid) FROM ' WHEN \(.*\) EXECUTE'), '') "
    "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid) AND c.relname IN :tables"
).bindparams(bindparam("tables", expanding=True))
_POSTGRESQL_FUNCTIONS: Final = text(
    "SELECT proname, prosrc FROM pg_proc WHERE pg_function_is_visible(oid) "
    r"AND proname LIKE 'billing\_%'"
)


def broken(connection: Connection) -> Iterator[str]:
    """Every guard that is missing, changed or switched off, in words."""
    there = found(connection)
    for name, fact in expected(connection.dialect.name).items():
        if name not in there:
            yield f"{name} is missing: the database does not refuse what it should"
        elif there[name] != fact:
            yield f"{name} was changed or switched off: the database does not refuse what it should"


def expected(dialect: str) -> Mapping[str, str]:
    """What the guards of an up-to-date schema are, by name."""
    return _SQLITE if dialect == "sqlite" else _POSTGRESQL


def found(connection: Connection) -> dict[str, str]:
    """What the guards of this database are, by name."""
    if connection.dialect.name == "sqlite":
        return {name: _digest(sql) for name, sql in connection.execute(_SQLITE_TRIGGERS)}
    triggers = connection.execute(_POSTGRESQL_TRIGGERS, {"tables": list(metadata.tables)})
    facts = {
        name: f"{table} {events} {function} {enabled}{condition.removesuffix(' EXECUTE')}"
        for name, table, events, function, enabled, condition in triggers
    }
    functions = connection.execute(_POSTGRESQL_FUNCTIONS)
    return facts | {f"function {name}": _digest(source) for name, source in functions}


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:32]
