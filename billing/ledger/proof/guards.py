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
    "account_no_replace": "40a5fb7b78d33e8a9f4fd3e5c1d28240",
    "account_no_rowid": "3a22f98b48ed03197c05ba109cf7375b",
    "account_no_update": "cb16c8c0c800df5643d5a21275edb315",
    "allowance_no_delete": "16bdcb73812e0cb70af530c1e717a3b7",
    "allowance_no_rekey": "cae60af825452b28ad3271f29ec68dc1",
    "allowance_no_replace": "38ebdf2ff6235bb63d1102eda0bc200b",
    "allowance_no_rowid": "2bcdced7544875de33ada7341dbe6d3c",
    "balance_no_delete": "e44fd00ba00eb3ecb7b96028b6d848f6",
    "balance_no_rekey": "a511754bdce63c155ba005537da51c26",
    "balance_no_replace": "d0f8469aca4445127323a29ac2da1f27",
    "balance_no_rowid": "e47d9a95a704e11c6cede4d565018b79",
    "evidence_no_delete": "fa8a01dee84452cb19dbe6258bb6afa1",
    "evidence_no_replace": "bc93453be0fe6845cbace0d4b0531538",
    "evidence_no_rowid": "286e9d1bb7dcd993e19377c1cc13cb41",
    "evidence_no_update": "0cbacf32bfc2acc095843ca4c156fe94",
    "limit_change_no_delete": "1c737e76bae93df1aa5a87dd18e93e4b",
    "limit_change_no_replace": "62bb595d83d1d6de1f1479c5ff76747e",
    "limit_change_no_rowid": "cb107c795b6c6d1579b0c93b64d09dc8",
    "limit_change_no_update": "6b5bc5d96172f753401fa4fa457ccf2f",
    "period_event_no_delete": "8b5e2c6c447e3865cbcf67d3f8cf14b4",
    "period_event_no_replace": "1defc61b906e75644295b57c0817886d",
    "period_event_no_rowid": "3a1575df848a15e2733b0bb24458c109",
    "period_event_no_update": "2760ad6c3ae37fe19af6faeec56eaddd",
    "rate_no_delete": "93ea2f916e4b7b2ead99831e905f64b9",
    "rate_no_replace": "a9f98a0ada94cf969d334073947844d0",
    "rate_no_rowid": "7d71fbb476d054fffa49beace1e4dfee",
    "rate_no_update": "2f64a3ccf61cfc593c00ebfc60988812",
    "recon_item_no_delete": "4490785bcb4e0739afce5c98929e39c8",
    "recon_item_no_replace": "c26b4e253deccfda1f2d8ed8b3e7fdbf",
    "recon_item_no_rowid": "38c9bc1ae6e642adc842c5056231e7d8",
    "recon_item_no_update": "837e351df3a604c8e4a86db77a0bbb30",
    "recon_run_no_delete": "7045f67c26e61a1ac453c9f4e2d2966f",
    "recon_run_no_replace": "c81d00256f83b9b182739ae3177074f9",
    "recon_run_no_rowid": "1f5febbee8346db4323bf0b7a1b03e47",
    "recon_run_no_update": "a1ae1e0602f6824b04490b4bca0d94f4",
    "rollup_no_delete": "56b2a99e7f2284a5c82424b25f477556",
    "rollup_no_rekey": "7d6b866e6358cc7eb2e768d2395169d0",
    "rollup_no_replace": "d051827972c8adbaa31e46e552dea0ae",
    "seal_no_delete": "8c4528d04fa1fe3800dfc57039f24d48",
    "seal_no_replace": "35ef7e814233303361f6737671b60344",
    "seal_no_rowid": "14a0b94224c918a0a4cdf3ab23a58d0e",
    "seal_no_update": "9ccd6e0367b23f8fcb2c8c03e2785786",
    "transfer_no_delete": "bae1fa521743ab7d8a19b548b412c5f9",
    "transfer_no_rowid": "ba48661066fc77d1bcca06699dc889c1",
    "transfer_no_update": "72a4d5a166c5482d87e3c834c24bfd58",
    "transfer_rules": "c585d1a6daf26c1371a34bf8a296b4c2",
}
#: On PostgreSQL: table, events and level (`tgtype`), function, A for "fires always", what for.
_POSTGRESQL: Final[Mapping[str, str]] = {
    "account_append_only_rows": "account 27 billing_append_only A",
    "account_append_only_truncate": "account 34 billing_append_only A",
    "allowance_append_only_keys": "allowance 17 billing_append_only A OF account_id, member_id",
    "allowance_append_only_rows": "allowance 11 billing_append_only A",
    "allowance_append_only_truncate": "allowance 34 billing_append_only A",
    "balance_append_only_keys": "balance 17 billing_append_only A OF account_id",
    "balance_append_only_rows": "balance 11 billing_append_only A",
    "balance_append_only_truncate": "balance 34 billing_append_only A",
    "evidence_append_only_rows": "evidence 27 billing_append_only A",
    "evidence_append_only_truncate": "evidence 34 billing_append_only A",
    "function billing_append_only": "4d078f0f7bb43addec72f58b3d964e39",
    "function billing_transfer_rules": "b9ff2c30e6c202a41086f91182771d1e",
    "function billing_transfer_rules_of_many": "9e0123ce0f605f58ba89d7894fb8b718",
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
    "rollup_append_only_keys": "rollup 17 billing_append_only A "
    "OF account_id, month, kind, booked_in, spender_id, rate_id, cost_rate_id, day",
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
    "coalesce(substring(pg_get_triggerdef(t.oid) FROM '( OF .*?) ON '), '') || "
    r"coalesce(substring(pg_get_triggerdef(t.oid) FROM ' WHEN \(.*\) EXECUTE'), '') "
    "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid) AND c.relname IN :tables"
).bindparams(bindparam("tables", expanding=True))
_POSTGRESQL_FUNCTIONS: Final = text(
    # Tables are named with their schema, which may be any: a fact goes without its name.
    "SELECT proname, replace(prosrc, '\"' || replace(nspname, '\"', '\"\"') || '\".', '@') "
    "FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace "
    r"WHERE pg_function_is_visible(pg_proc.oid) AND proname LIKE 'billing\_%'"
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
        name: f"{table} {events} {function} {enabled}{when.removesuffix(' EXECUTE')}"
        for name, table, events, function, enabled, when in triggers
    }
    functions = connection.execute(_POSTGRESQL_FUNCTIONS)
    return facts | {f"function {name}": _digest(source) for name, source in functions}


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:32]
