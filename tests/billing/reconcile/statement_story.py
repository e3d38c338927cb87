"""A ledger whose clock a test sets, and the statement that its provider writes line by line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from billing import Evidence, Hold, Ledger
from billing.reconciliation import Reconciliation, reconcile
from pricing import PriceBook

HEADER = "request_id,created_at,account,model,endpoint,size,quality,n,amount,currency,status"
BOOK = """
schema_version: 1
id: test-book
model: gpt-image-2
currency: USD
quality: {allowed: [low, high], default: high}
n: {min: 1, max: 8, default: 1}
sizes: {1024x1024: 1K}
rates:
  - effective_from: 2024-01-01
    basis: contract
    source: tests
    checked: 2024-01-01
    generations: {1K: {low: "0.01", high: "0.25"}}
"""


@dataclass
class Story:
    """A ledger with a clock, and the statement that its provider writes."""

    ledger: Ledger
    book: PriceBook
    hands: list[datetime]
    path: Path
    lines: list[str] = field(default_factory=list)

    def hold(self, key: str, n: int = 2, quality: str = "high") -> Hold:
        fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": quality, "n": n}
        quote = self.book.quote(fields, at=self.hands[0])
        return self.ledger.hold("acme", quote, key=key, on_deadline="doubt")

    def paid(self, key: str, n: int = 2, *, billed: bool = True) -> Hold:
        held = self.hold(key, n)
        evidence = Evidence(request_id=f"req-{key}")
        self.ledger.capture(held.id, images=n, key=f"{key}/capture", evidence=evidence)
        if billed:
            self.bill(f"req-{key}", n)
        return held

    def doubted(self, key: str, n: int = 2, *, request_id: str | None = None) -> Hold:
        held = self.hold(key, n)
        evidence = Evidence(request_id=request_id)
        self.ledger.doubt(held.id, key=f"{key}/doubt", reason="timeout", evidence=evidence)
        return held

    def at(self, time: str) -> None:
        """Set the clock to a time of UTC, such as 2025-03-10T12:00."""
        self.hands[0] = datetime.fromisoformat(f"{time}+00:00")

    def later(self, **time: int) -> None:
        """Let time pass, and end the statement with a call that was paid."""
        self.hands[0] += timedelta(**time)
        self.paid(f"paid-after-{len(self.lines)}")

    def bill(
        self, request_id: str, n: int = 2, amount: str | None = None, status: str = ""
    ) -> None:
        at, amount = self.hands[0].isoformat(), amount or str(n * Decimal("0.25"))
        self.lines.append(
            f"{request_id},{at},,gpt-image-2,,1024x1024,high,{n},{amount},USD,{status}"
        )

    def reconcile(self, month: str = "2025-03", **options: object) -> Reconciliation:
        self.path.write_text("\n".join([HEADER, *self.lines]) + "\n", encoding="utf-8")
        return reconcile(self.ledger, self.path, month, **options)  # type: ignore[arg-type]  # options

    def post(self, month: str = "2025-03", **options: object) -> Reconciliation:
        return self.reconcile(month, post=True, actor="finance", **options)


def classes(found: Reconciliation) -> list[str]:
    return [each.class_name for each in found.discrepancies]
