"""Comparing the ledger with a provider's statement: every line explained, nothing edited."""

from __future__ import annotations

from billing.reconciliation.reconcile import Reconciliation, reconcile

__all__ = ["Reconciliation", "reconcile"]
