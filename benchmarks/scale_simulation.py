"""How many shards, machines and terabytes a required rate takes, from rates measured on one shard.

    python benchmarks/scale_simulation.py [--calls-per-second N ...] [--zipf 1.0] [--accounts N]

Makes accounts whose sizes follow Zipf's law, gives each the way of writing that its own rate needs,
places them on shards by a hash of their id, and adds shards until the busiest one stays below the
utilisation asked for. A call is one image call: a hold and a capture.

Modelled: the skew of accounts, chance in placing them, what one account can do on one row, copies,
bytes. Not modelled: bursts within a second and failed machines (that is what the free utilisation
is for), network between application and shard, replicas that slow the primary's commit, vacuum and
backups, reports, a coordinator in front. Rates are taken to stay as measured however many shards
there are: true only while no statement touches two of them.
"""

from __future__ import annotations

import argparse
import random
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

#: Pairs of hold and capture a second: medians of `benchmarks/ledger.py --rounds 3` on 2026-11-23,
#: PostgreSQL 18 and one Python process on 2 cores that other work shared, a disk that fell to 113
#: syncs a second; every goal of that benchmark was missed in this run. In turn its lines
#: "8 clients, 1,000 accounts" (a shard), "1 client, 1 account" (one row, a commit a verb) and "hot
#: account, batches of 100". The first is hardly above the second: one Python process made it.
SHARD_RATE: Final = 932.0
SINGLE_RATE: Final = 892.0
BATCH_RATE: Final = 4_076.0
#: Both rows, their evidence and all indexes, and the write-ahead log of a call, as
#: `benchmarks/call_bytes.py` measured them on PostgreSQL 18: 2,430 to 2,530, and
#: 3,940 to 4,050.
BYTES_PER_CALL: Final = 2_500
LOG_BYTES_PER_CALL: Final = 4_050

SECONDS_PER_CALL: Final = 20
SECONDS_A_MONTH: Final = 30 * 86_400
SHOWN_ACCOUNTS: Final = 5

#: Ranges of the hash space; a shard is a row of neighbours among them.
SLOTS: Final = 1 << 18
_HASHES: Final = 1 << 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What one shard can do and how calls spread over accounts; rates are calls a second."""

    shard_rate: float = SHARD_RATE
    single_rate: float = SINGLE_RATE
    batch_rate: float = BATCH_RATE
    #: How much of a shard, or of one account's row, may be in use.
    utilisation: float = 0.6
    #: An account that takes more of a shard's allowed use than this is given its place by hand.
    by_hand_above: float = 0.1
    accounts: int = 1_000_000
    zipf: float = 1.0
    bytes_per_call: int = BYTES_PER_CALL
    log_bytes_per_call: int = LOG_BYTES_PER_CALL
    #: Copies of every row, the primary's included.
    copies: int = 3
    shards_per_node: int = 1
    #: The average rate of a month over the required (peak) rate.
    month_share: float = 1.0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class HotAccount:
    """An account that one row, with a commit a verb, cannot serve."""

    rank: int
    rate: float
    #: Accounts it must become; 1: a group writer is enough.
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a required rate takes."""

    rate: float
    hot: tuple[HotAccount, ...]
    #: Accounts, or parts of one, that are given their shard by hand.
    by_hand: int
    #: Shards if every shard could be filled to the allowed utilisation exactly.
    least_shards: int
    shards_by_hash: int
    shards_by_hand: int
    #: Utilisation of the busiest shard.
    busiest: float
    nodes: int
    replicas: int
    in_flight: int
    bytes_a_month: int
    log_bytes_a_second: int

    @property
    def shards(self) -> int:
        """All of them."""
        return self.shards_by_hash + self.shards_by_hand


class Market:
    """Accounts by size, the largest first, and where the hash of each id falls."""

    def __init__(self, model: Model) -> None:
        ids = random.Random(model.seed)
        weights = [rank**-model.zipf for rank in range(1, model.accounts + 1)]
        total = sum(weights)
        self.shares = [weight / total for weight in weights]
        # Each engine has a hash of its own; any that spreads ids evenly gives the same picture.
        self.slots = [
            zlib.crc32(ids.getrandbits(128).to_bytes(16, "big")) * SLOTS // _HASHES for _ in weights
        ]


def plan(rate: float, model: Model, market: Market) -> Plan:
    """Shards, machines and bytes for a rate of calls a second."""
    hot = tuple(hot_accounts(rate, model, market.shares))
    by_hand: list[float] = []
    slots = [0.0] * SLOTS
    for place, share in enumerate(market.shares):
        parts, capacity = 1, model.shard_rate
        if place < len(hot):
            parts, capacity = hot[place].parts, model.batch_rate
        use = share * rate / parts / capacity
        if parts > 1 or use > model.by_hand_above * model.utilisation:
            by_hand += [use] * parts
        else:
            slots[market.slots[place]] += use
    hashed, busiest_hashed = spread(slots, model.utilisation)
    filled = packed(by_hand, model.utilisation)
    shards = hashed + len(filled)
    nodes = ceil(shards / model.shards_per_node)
    calls_a_month = rate * model.month_share * SECONDS_A_MONTH
    return Plan(
        rate=rate,
        hot=hot,
        by_hand=len(by_hand),
        least_shards=ceil((sum(slots) + sum(by_hand)) / model.utilisation),
        shards_by_hash=hashed,
        shards_by_hand=len(filled),
        busiest=max([busiest_hashed, *filled]),
        nodes=nodes,
        replicas=nodes * (model.copies - 1),
        in_flight=round(rate * SECONDS_PER_CALL),
        bytes_a_month=round(calls_a_month * model.bytes_per_call),
        log_bytes_a_second=round(rate * model.log_bytes_per_call),
    )


def hot_accounts(rate: float, model: Model, shares: Sequence[float]) -> Iterator[HotAccount]:
    """The accounts beyond one row with a commit a verb; shares come largest first."""
    for rank, share in enumerate(shares, start=1):
        own = share * rate
        if own <= min(model.single_rate, model.shard_rate) * model.utilisation:
            return
        yield HotAccount(rank, own, ceil(own / (model.batch_rate * model.utilisation)))


def spread(slots: Sequence[float], utilisation: float) -> tuple[int, float]:
    """How many shards of equal hash ranges keep the busiest within, and how busy that one is.

    Raises:
        SystemExit: a range of a few slots alone is too much; such an account must go by hand.
    """
    shards = max(1, ceil(sum(slots) / utilisation))
    while shards <= SLOTS // 8:
        use = [0.0] * shards
        for slot, load in enumerate(slots):
            use[slot * shards // SLOTS] += load
        if max(use) <= utilisation:
            return shards, max(use)
        shards += max(1, shards // 100)
    raise SystemExit("no number of shards keeps the busiest within; lower --by-hand-above")


def packed(parts: Sequence[float], utilisation: float) -> list[float]:
    """The use of each shard when parts go to the first one with room, the largest part first."""
    filled: list[float] = []
    for part in sorted(parts, reverse=True):
        for shard, use in enumerate(filled):
            if use + part <= utilisation:
                filled[shard] += part
                break
        else:
            filled.append(part)
    return filled


def report(plans: Sequence[Plan], model: Model) -> Iterator[str]:
    """The lines of the table: one column a rate."""
    copies = model.copies
    rows = {
        "calls a second": [f"{p.rate:,.0f}" for p in plans],
        f"calls in flight at {SECONDS_PER_CALL} s each": [f"{p.in_flight:,}" for p in plans],
        "accounts that need a group writer": [
            f"{sum(a.parts == 1 for a in p.hot):,}" for p in plans
        ],
        "accounts that must be split": [f"{sum(a.parts > 1 for a in p.hot):,}" for p in plans],
        "  into so many accounts": [
            f"{sum(a.parts for a in p.hot if a.parts > 1):,}" for p in plans
        ],
        "accounts placed by hand, parts included": [f"{p.by_hand:,}" for p in plans],
        "shards placed by hash": [f"{p.shards_by_hash:,}" for p in plans],
        "shards for accounts placed by hand": [f"{p.shards_by_hand:,}" for p in plans],
        "shards": [f"{p.shards:,}" for p in plans],
        "  if load could be cut to fit": [f"{p.least_shards:,}" for p in plans],
        "utilisation of the busiest shard": [f"{p.busiest:.0%}" for p in plans],
        "nodes with primaries": [f"{p.nodes:,}" for p in plans],
        f"nodes with replicas ({copies - 1} a primary)": [f"{p.replicas:,}" for p in plans],
        "storage a month, one copy": [in_terabytes(p.bytes_a_month) for p in plans],
        f"storage a month, {copies} copies": [
            in_terabytes(p.bytes_a_month * copies) for p in plans
        ],
        "write-ahead log, all primaries": [
            f"{p.log_bytes_a_second / 1e6:,.0f} MB/s" for p in plans
        ],
    }
    for name, cells in rows.items():
        yield f"{name:40}" + "".join(f"{cell:>16}" for cell in cells)


def in_terabytes(size: int) -> str:
    """Decimal terabytes, one decimal below a hundred."""
    terabytes = size / 1e12
    return f"{terabytes:,.1f} TB" if terabytes < 100 else f"{terabytes:,.0f} TB"


def remedies(one: Plan, model: Model) -> Iterator[str]:
    """What the largest hot accounts of a plan need."""
    row = min(model.single_rate, model.shard_rate) * model.utilisation
    yield f"\n{one.rate:,.0f} calls a second: {len(one.hot):,} of the accounts make more than the"
    yield f"{row:,.0f}/s that one row may do with a commit a verb"
    for account in one.hot[:SHOWN_ACCOUNTS]:
        need = "a group writer: one process, one queue"
        if account.parts > 1:
            need = f"split into {account.parts:,} accounts (or leases), each with a group writer"
        yield f"  number {account.rank}: {account.rate:>10,.0f}/s  {need}"
    if len(one.hot) > SHOWN_ACCOUNTS:
        smallest = one.hot[-1]
        yield f"  ... down to number {smallest.rank:,}: {smallest.rate:,.0f}/s"


def arguments(given: Sequence[str] | None = None) -> tuple[list[float], Model]:
    """The command line: rates, and the model with what was given for it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    usual = Model()
    rates = [10_000.0, 1_000_000.0]
    parser.add_argument("--calls-per-second", type=float, nargs="+", default=rates)
    for name, words in {
        "shard_rate": "calls/s of one shard over many accounts, a commit a verb",
        "single_rate": "calls/s of one account, a commit a verb",
        "batch_rate": "calls/s of one account through batches of 100",
        "utilisation": "largest use of a shard, 0 to 1",
        "by_hand_above": "share of a shard's allowed use from which an account is placed by hand",
        "accounts": "how many",
        "zipf": "exponent of the sizes of accounts: 0 all equal",
        "bytes_per_call": "bytes at rest, indexes included",
        "log_bytes_per_call": "bytes of write-ahead log",
        "copies": "copies of every row",
        "shards_per_node": "shards that one machine serves at the rates given",
        "month_share": "average rate of a month over the peak rate",
        "seed": "of the random ids",
    }.items():
        value = getattr(usual, name)
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=type(value), default=value, help=f"{words} ({value})")
    options = vars(parser.parse_args(given))
    return options.pop("calls_per_second"), Model(**options)


def main() -> int:
    """Print the plan of every rate."""
    rates, model = arguments()
    market = Market(model)
    print(
        f"{model.accounts:,} accounts, Zipf {model.zipf}: the largest makes "
        f"{market.shares[0]:.1%} of the calls. One shard does {model.shard_rate:,.0f}/s,\n"
        f"one row {model.single_rate:,.0f}/s, in batches {model.batch_rate:,.0f}/s, each used to "
        f"{model.utilisation:.0%}; {model.bytes_per_call:,} bytes a call.\n"
    )
    plans = [plan(rate, model, market) for rate in rates]
    print(*report(plans, model), sep="\n")
    for one in plans:
        print(*remedies(one, model), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
