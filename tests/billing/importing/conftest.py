"""Fixtures: lines imported into a ledger whose account `acme` has 100 USD."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from billing import Ledger
from billing.database.engines import reading
from billing.database.tables import transfer
from billing.importing import Import, ImportRefused, import_usage
from pricing import PriceBook
from tests.billing.importing.usage_files import HEADER, usage_file
from tests.billing.months import NOVEMBER, Calendar

Bring = Callable[..., Import]


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """An empty ledger on 2 November 2026, on both engines."""
    with Ledger.open(ledger_url, clock=Calendar(NOVEMBER)) as opened:
        yield opened


@pytest.fixture
def bring(acme: Ledger, book: PriceBook, tmp_path: Path) -> Bring:
    """Import lines; keywords are those of `import_usage`."""

    def run(*lines: str, header: str = HEADER, **terms: object) -> Import:
        path = usage_file(tmp_path, lines, header=header)
        return import_usage(acme, path, **{"prices": book, **terms})  # type: ignore[arg-type]

    return run


def charges(ledger: Ledger) -> list[tuple[object, ...]]:
    """Of each charge: request id, images, amount and cost in nano-units, tags, when."""
    wanted = [transfer.c[n] for n in ("request_id", "images", "amount", "cost", "tags")]
    statement = select(*wanted, transfer.c.occurred_at).where(transfer.c.kind == "charge")
    with reading(ledger.engine) as connection:
        found = connection.execute(statement.order_by(transfer.c.version))
        return [(*row[:5], row[5].isoformat()) for row in found]


def refused(bring: Bring, *lines: str, **terms: object) -> ImportRefused:
    """Why these lines are not imported."""
    with pytest.raises(ImportRefused) as caught:
        bring(*lines, **terms)
    return caught.value
