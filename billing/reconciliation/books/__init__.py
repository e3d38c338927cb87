"""The ledger's side of a reconciliation: what is read of it, and what its keys say."""
