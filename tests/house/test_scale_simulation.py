"""What the simulation of many shards answers can be held to: no overfull shard, nothing lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.scale_simulation import (
    SLOTS,
    Market,
    Model,
    hot_accounts,
    packed,
    plan,
    report,
    spread,
)

ROOT = Path(__file__).parents[2]
MODEL = Model(
    shard_rate=1_000,
    single_rate=500,
    batch_rate=5_000,
    utilisation=0.5,
    accounts=20_000,
    bytes_per_call=1_000,
    log_bytes_per_call=2_000,
)


@pytest.fixture(scope="module")
def market() -> Market:
    return Market(MODEL)


def test_a_small_rate_fits_one_shard_and_no_account_is_hot(market: Market) -> None:
    small = plan(100, MODEL, market)

    assert (small.shards, small.nodes, small.replicas) == (1, 1, 2)
    assert small.hot == ()
    assert small.busiest == pytest.approx(0.1)


@pytest.mark.parametrize("rate", [100, 5_000, 50_000])
def test_no_shard_is_fuller_than_allowed_and_none_is_saved_by_magic(
    market: Market, rate: float
) -> None:
    planned = plan(rate, MODEL, market)

    assert planned.busiest <= MODEL.utilisation
    assert planned.shards >= planned.least_shards


def test_the_same_seed_gives_the_same_plan(market: Market) -> None:
    assert plan(5_000, MODEL, market) == plan(5_000, MODEL, Market(MODEL))


def test_in_flight_is_rate_times_duration_and_bytes_add_up(market: Market) -> None:
    planned = plan(10_000, MODEL, market)

    assert planned.in_flight == 200_000
    assert planned.bytes_a_month == 10_000 * 30 * 86_400 * 1_000
    assert planned.log_bytes_a_second == 20_000_000


def test_an_account_beyond_one_row_is_batched_and_beyond_batches_is_split() -> None:
    hot = list(hot_accounts(10_000, MODEL, [0.6, 0.2, 0.02]))

    # Half of 500/s is what one row may do, half of 5,000/s what batches may.
    assert [(account.rank, account.parts) for account in hot] == [(1, 3), (2, 1)]


def test_spreading_loses_no_load_and_adds_shards_for_a_crowded_range() -> None:
    crowded = [0.0] * SLOTS
    crowded[0] = crowded[SLOTS // 2] = 0.4
    crowded[1] = 0.1

    shards, busiest = spread(crowded, 0.5)

    assert (shards, round(busiest, 9)) == (2, 0.5)


def test_a_range_that_no_shard_can_hold_is_said(market: Market) -> None:
    with pytest.raises(SystemExit, match="by-hand-above"):
        spread([0.9] + [0.0] * (SLOTS - 1), 0.5)


def test_parts_share_a_shard_while_there_is_room() -> None:
    assert packed([0.2, 0.4, 0.3, 0.1], 0.5) == [pytest.approx(0.5), pytest.approx(0.5)]


def test_the_table_has_a_column_for_each_rate(market: Market) -> None:
    lines = list(report([plan(100, MODEL, market), plan(5_000, MODEL, market)], MODEL))

    assert lines[0].split() == ["calls", "a", "second", "100", "5,000"]


def test_the_command_prints_what_was_asked() -> None:
    command = [sys.executable, "benchmarks/scale_simulation.py", "--accounts", "1000"]

    done = subprocess.run(
        [*command, "--calls-per-second", "10000"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )

    assert "200,000" in done.stdout
    assert "group writer" in done.stdout


def test_the_guide_shows_what_the_simulation_prints() -> None:
    guide = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "benchmarks/scale_simulation.py"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )

    assert done.stdout.strip() in guide, f"docs/scale.md is behind:\n{done.stdout}"
