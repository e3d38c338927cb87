"""The ledger: accounts and append-only transfers, and every verb that moves money.

Read `entries` (what each kind of row does), `posting` (how a row is written), `funnel` (what every
verb goes through), then the verbs: `payments`, `hold_endings`, `verbs`, and `ledger` on top. Rooms
of their own: `closing` (months), `rollup` (a day's sums), `proof` (seals and `verify`).
"""

from __future__ import annotations

from billing.ledger.ledger import Ledger

__all__ = ["Ledger"]
