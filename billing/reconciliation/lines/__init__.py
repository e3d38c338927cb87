"""A statement of single calls: line by line against the charges and holds of the ledger."""
