"""Two months of a small studio, in which every kind of row of a ledger comes to be.

What is told here is recorded with each release (`make.py`), so that a later one can be held to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from billing import Evidence, Hold, Ledger
from billing.database.engines import reading
from billing.ledger.proof.seal_files import write_seals
from billing.ledger.settlements import Settlement
from billing.ledger.spool.lines import encode
from billing.ledger.transfers import Deadline
from billing.reconciliation import reconcile
from pricing import Catalog, PriceBook, Quote

#: When the story is over; whoever opens its ledger does so with the clock standing here.
END: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
#: The call whose answer came while the database was away: a line of the spool.
SPOOLED: Final = "job-spooled"

_OCTOBER: Final = datetime(2026, 10, 5, 9, tzinfo=UTC)
_CATALOG: Final = """
schema_version: 1
models:
  gpt-image-2: {price: openai-gpt-image-2, cost: openai-gpt-image-2}
plans:
  partner: {markup: "0.25"}
accounts:
  studio: {plan: partner}
"""
_REQUEST: Final = {"model": "gpt-image-2", "size": "1024x1024", "quality": "high"}
_CREDITS: Final = """
schema_version: 1
id: club-credits
model: gpt-image-2
currency: CREDIT
quality: {allowed: [high], default: high}
n: {min: 1, max: 8, default: 1}
sizes: {1024x1024: 1K}
rates:
  - effective_from: 2026-01-01
    basis: contract
    source: the club
    checked: 2026-01-01
    generations: {1K: {high: "7"}}
"""
_HEADER: Final = (
    "request_id,created_at,account,model,endpoint,size,quality,n,amount,currency,status"
)


@dataclass
class Studio:
    """The ledger, its clock, and the statement that the provider writes."""

    ledger: Ledger
    clock: list[datetime]
    catalog: Catalog
    statement: Path
    lines: list[str] = field(default_factory=lambda: [_HEADER])

    def quote(self, account: str, n: int = 2) -> Quote:
        return self.catalog.quote({**_REQUEST, "n": n}, account=account, at=self.clock[0])

    def hold(
        self, key: str, account: str = "studio", n: int = 2, on_deadline: Deadline = "doubt"
    ) -> Hold:
        self.clock[0] += timedelta(minutes=1)
        tags = {"project": "posters"}
        quote = self.quote(account, n)
        return self.ledger.hold(account, quote, key=key, on_deadline=on_deadline, tags=tags)

    def captured(self, key: str, account: str = "studio", n: int = 2, delivered: int = 2) -> str:
        held = self.hold(key, account, n)
        row = self.ledger.capture(
            held.id, images=delivered, key=f"{key}/capture", evidence=_evidence(key, delivered)
        )
        return row.id

    def bill(self, key: str, amount: str, status: str = "", n: int = 2) -> None:
        at = self.clock[0].isoformat()
        cells = f"req-{key},{at},,gpt-image-2,,1024x1024,high,{n},{amount},USD,{status}"
        self.lines.append(cells)

    def post(self, month: str, approver: str | None = None) -> None:
        self.statement.write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        reconcile(self.ledger, self.statement, month, post=True, actor="finance", approver=approver)


@contextmanager
def opened(url: str, clock: list[datetime] | None = None) -> Iterator[Ledger]:
    """A ledger of the story, whose clock stands where the story has come to."""
    hands = [END] if clock is None else clock
    with Ledger.open(url, clock=lambda: hands[0]) as ledger:
        yield ledger


def tell(url: str, folder: Path, seals: Path) -> bytes:
    """Play the story on an empty ledger; the heads of its seals go to a file.

    Returns:
        The line of a spool that was not replayed.
    """
    clock = [_OCTOBER]
    with opened(url, clock) as ledger:
        catalog = Catalog.loads(_CATALOG, folder=folder)
        studio = Studio(ledger, clock, catalog, folder / "statement.csv")
        _open_accounts(studio)
        _october(studio)
        _close_october(studio)
        _november(studio)
        line = _left_open(studio)
        clock[0] = END
        ledger.seal()
        with reading(ledger.engine) as connection:
            write_seals(seals, connection, now=END)
    return line


def _evidence(key: str, delivered: int) -> Evidence:
    return Evidence(
        request_id=f"req-{key}",
        http_status=200,
        created=1_790_000_000,
        delivered=delivered,
        usage={"output_tokens": 4160, "input_tokens_details.text_tokens": 12},
        urls=tuple(f"https://images.example/{key}/{number}.png" for number in range(delivered)),
        sent_at=_OCTOBER,
        done_at=_OCTOBER + timedelta(seconds=9),
        sdk="openai 3.54.0",
        endpoint="generations",
        body_sha256="0" * 64,
    )


def _open_accounts(studio: Studio) -> None:
    """Prepaid with a soft limit, a member with a hard one, credit, and another unit than money."""
    ledger = studio.ledger
    ledger.open_account(
        "studio", currency="USD", plan="partner", monthly_limit="3", limit_kind="soft"
    )
    ledger.open_account("studio/key-1", currency="USD", parent="studio", monthly_limit="2")
    ledger.open_account("agency", currency="USD", floor="-50")
    ledger.open_account("club", currency="CREDIT")
    ledger.top_up("studio", "100", key="invoice-17")
    ledger.top_up("club", "500", key="gift")


def _october(studio: Studio) -> None:
    """Every verb once, and every way in which a hold can end."""
    ledger, clock = studio.ledger, studio.clock
    first = studio.captured("job-1")
    studio.bill("job-1", "0.42144")
    studio.captured("job-partial", n=4, delivered=3)
    studio.bill("job-partial", "0.70", n=3)  # dearer than our price list
    studio.captured("job-over", delivered=3)
    studio.bill("job-over", "0.42144")
    studio.captured("job-member", "studio/key-1")
    studio.bill("job-member", "0.42144")
    studio.captured("job-agency", "agency", n=8, delivered=8)
    studio.bill("job-agency", "1.68576", n=8)

    refused = studio.hold("job-refused")
    ledger.void(refused.id, key="job-refused/void", reason="answered with 429")
    doubted = studio.hold("job-cut")
    ledger.doubt(
        doubted.id, key="job-cut/doubt", reason="connection cut", evidence=_evidence("job-cut", 0)
    )
    studio.bill("job-cut", "0.42144")  # so the statement will capture it

    studio.captured("job-soft", n=8, delivered=8)  # beyond the soft limit: an alert
    studio.bill("job-soft", "1.68576", n=8)
    ledger.change_limit("studio", "50", key="limit-1", reason="a large order", actor="ana")
    ledger.change_limit("studio/key-1", "20", key="limit-2", reason="the same", actor="ana")
    ledger.change_floor("agency", "-80", key="floor-1", reason="a longer term", actor="ana")

    expired = studio.hold("job-late", on_deadline="expire")
    clock[0] += timedelta(hours=2)
    ledger.expire()
    late = _evidence("job-late", 2)
    ledger.capture(expired.id, images=2, key="job-late/capture", evidence=late)
    studio.bill("job-late", "0.42144")

    quote = studio.quote("agency", n=1)
    ledger.charge("agency", quote, images=1, key="by-hand", request_id="req-by-hand")
    studio.bill("by-hand", "0.21072", n=1)
    in_credits = PriceBook.loads(_CREDITS).quote(_REQUEST, at=clock[0])
    ledger.charge("club", in_credits, images=1, key="club-1")
    ledger.refund(first, "0.10", key="refund-1", reason="a blurred picture")
    ledger.adjust("studio", "5", key="goodwill", reason="a bad week", actor="ana")
    ledger.correct_cost(
        "studio", "-0.01", key="rebate", reason="a rebate", actor="ana", transfer_id=first
    )
    studio.bill("nobody", "0.05", "charge", n=1)  # billed, and no call of ours: a person's
    ledger.seal()


def _close_october(studio: Studio) -> None:
    """Reconciled, closed, opened again, reconciled by a second revision, and closed for good."""
    studio.clock[0] = datetime(2026, 11, 4, 9, tzinfo=UTC)
    studio.post("2026-10")
    studio.ledger.close_period("2026-10", actor="ana")
    studio.ledger.reopen_period("2026-10", actor="ana", reason="a revised statement came")
    studio.lines.pop()
    studio.post("2026-10", approver="board")
    studio.clock[0] += timedelta(hours=1)
    studio.ledger.close_period("2026-10", actor="ana", reason="the revised statement")
    studio.lines = [_HEADER]


def _november(studio: Studio) -> None:
    """What comes late for October is booked here; what is billed twice is carried on."""
    ledger, clock = studio.ledger, studio.clock
    quote = studio.catalog.quote(_REQUEST, account="agency", at=_OCTOBER)
    ledger.charge("agency", quote, images=1, key="of-october", occurred_at=_OCTOBER)
    studio.captured("job-november", n=1, delivered=1)
    studio.bill("job-november", "0.21072", n=1)
    studio.captured("job-twice")
    studio.bill("job-twice", "0.42144")
    studio.bill("job-twice", "0.42144")
    clock[0] += timedelta(days=10)
    studio.captured("job-last", n=1, delivered=1)
    studio.bill("job-last", "0.21072", n=1)
    studio.post("2026-11")


def _left_open(studio: Studio) -> bytes:
    """One hold that is open, one in doubt, and one whose answer waits in a spool."""
    studio.hold("job-open", on_deadline="expire")
    doubted = studio.hold("job-unknown", "studio/key-1")
    studio.ledger.doubt(doubted.id, key="job-unknown/doubt", reason="timeout")
    spooled = studio.hold(SPOOLED)
    settlement = Settlement(
        hold_id=spooled.id,
        verb="capture",
        key=f"{spooled.id}/call/capture",
        reason="2 delivered",
        evidence=_evidence(SPOOLED, 2),
        images=2,
        actual_cost=Decimal("0.40"),
        at=studio.clock[0],
    )
    return encode(settlement, place="another place")
