"""What the ledger has and the statement is silent about, and what that silence proves."""
