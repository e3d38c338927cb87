"""Four processes at once, each with a ledger of its own: no overspending, one migration."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from billing import Ledger
from billing.database import schema
from tests.billing import racing
from tests.billing.racing import PURSES

PROCESSES = 4
Answer = TypeVar("Answer")


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    """Processes that start from nothing, as those of a deployment do."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(PROCESSES)
    with ProcessPoolExecutor(
        PROCESSES, mp_context=context, initializer=racing.enter, initargs=(barrier,)
    ) as opened:
        yield opened


@pytest.mark.parametrize("group_writer", [False, True], ids=["alone", "grouped"])
@pytest.mark.parametrize("purse", list(PURSES))
def test_four_processes_on_money_for_ten_images_get_exactly_ten(
    pool: ProcessPoolExecutor, ledger_url: str, purse: str, *, group_writer: bool
) -> None:
    asked = PURSES[purse]
    with Ledger.open(ledger_url) as ledger:
        asked.open(ledger)
        work = partial(
            racing.spend, url=ledger_url, spenders=asked.spenders, group_writer=group_writer
        )
        outcomes = [each for found in pool.map(work, range(PROCESSES)) for each in found]
        asked.check(ledger, outcomes)


def test_a_fresh_database_that_all_upgrade_at_once_is_migrated_once(
    pool: ProcessPoolExecutor, empty_postgres_url: str
) -> None:
    found = list(pool.map(partial(racing.upgrade, url=empty_postgres_url), range(PROCESSES)))
    assert found == [schema.head_revision()] * PROCESSES
    with Ledger.open(empty_postgres_url) as ledger:
        ledger.open_account("acme", currency="USD")
        assert ledger.verify().ok


def test_a_fresh_file_that_all_open_at_once_is_migrated_once(
    pool: ProcessPoolExecutor, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/fresh.db"
    opened = list(pool.map(partial(racing.open_fresh, url=url), range(PROCESSES)))
    assert len(set(opened)) == 1
    with Ledger.open(url) as ledger:
        assert [account.code for account in ledger.list_accounts()] == ["acme"]
        assert ledger.verify().ok
