"""The provider's statement, read line by line and checked, whatever its format; it matches nothing.

`Statement.open` takes CSV, JSON, JSONL or Parquet, packed or not, by a mapping: a ready one, or a
YAML file. docs/statements.md is the reference.
"""

from __future__ import annotations

from billing.statement.model import (
    NOT_USAGE,
    USAGE,
    BadLine,
    BucketLine,
    Combination,
    RapidLine,
    StatementLine,
)
from billing.statement.statement import Statement, read_statement

__all__ = [
    "NOT_USAGE",
    "USAGE",
    "BadLine",
    "BucketLine",
    "Combination",
    "RapidLine",
    "Statement",
    "StatementLine",
    "read_statement",
]
