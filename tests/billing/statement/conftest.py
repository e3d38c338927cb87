"""Statement files made of the lines that a test gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from billing.statement import BadLine, Statement
from billing.statement.mapping_file import parse_mapping

Make = Callable[..., Statement]

_MAPPING = """
schema_version: 1
name: gateway
level: line
format: {{{form}}}
columns:
  request_id: [id]
  created_at: [at]
  n: [n]
  amount: [amount]
  cost: [cost]
  status: [status]
optional: [n, cost, status]
constants: {{model: gpt-image-2, currency: USD}}
{more}
"""


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """A CSV of a gateway, with a mapping that a test completes."""

    def make(
        *rows: str,
        form: str = "",
        more: str = "",
        header: str = "id;at;amount",
        encoding: str = "utf-8",
    ) -> Statement:
        path = tmp_path / "gateway.csv"
        path.write_bytes(("\n".join([header, *rows]) + "\n").encode(encoding))
        form = f'delimiter: ";", {form}'.rstrip(", ")
        return Statement.open(path, parse_mapping(_MAPPING.format(form=form, more=more), "m.yaml"))

    return make


def problems(statement: Statement) -> list[str]:
    """What is wrong with its lines."""
    return [str(line) for line in statement.lines() if isinstance(line, BadLine)]
