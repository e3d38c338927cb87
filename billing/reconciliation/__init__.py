"""Comparing the ledger with a provider's statement: every line explained, nothing edited."""

from __future__ import annotations

from billing.reconciliation.reconcile import reconcile
from billing.reconciliation.result import Reconciliation
from billing.reconciliation.runs.runs import Run, list_runs
from billing.reconciliation.runs.sign_off import ApprovalNeeded
from billing.reconciliation.tolerances import Tolerances

__all__ = ["ApprovalNeeded", "Reconciliation", "Run", "Tolerances", "list_runs", "reconcile"]
