"""What is mutated and which tests have to notice: the pricing package and the ledger's rules."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Scope:
    """Modules, and the tests that run against their mutants."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


def _under(folder: str, names: str) -> tuple[str, ...]:
    return tuple(f"{folder}/{name}.py" for name in names.split())


SCOPES = {
    "pricing": Scope(
        modules=tuple(sorted(map(str, Path("pricing").glob("*.py")))),
        tests=(
            "tests/pricing",
            "tests/properties/test_pricing_laws.py",
            "tests/security/test_hostile_price_files.py",
        ),
    ),
    # What decides about money in pure functions, and tests that mostly need no database: what SQL
    # decides is held by the tests of both engines, of races and of faults.
    "rules": Scope(
        modules=(
            *_under("billing/client/outcome", "table"),
            *_under("billing/ledger", "entries orders room"),
            *_under("billing/ledger/closing", "periods"),
            *_under("billing/ledger/proof", "row_rules"),
            *_under("billing/reconciliation", "proof terms tolerances"),
            *_under("billing/reconciliation/lines", "billed comparison stray_lines"),
            *_under("billing/report", "minor_units"),
        ),
        tests=(
            *_under("tests/billing", "test_entries test_periods test_room test_row_rules"),
            *_under("tests/billing/client", "test_outcomes"),
            *_under(
                "tests/billing/reconcile",
                "test_carried_again test_corrected_statements test_details test_matching "
                "test_proof test_refunded_lines test_rows_and_lines test_second_charges "
                "test_stray_lines test_terms test_tolerances",
            ),
            *_under("tests/billing/report", "test_minor_units"),
        ),
    ),
}
