"""The database under the ledger: engines and transactions, column types, tables, the schema."""
