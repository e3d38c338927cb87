"""Usage files, a line a call."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

HEADER = "request_id,created_at,account,model,endpoint,size,quality,n,amount,currency,status"


def line(
    request_id: str = "req_1",
    *,
    at: str = "2026-10-05T10:00:00Z",
    account: str = "acme",
    model: str = "gpt-image-2",
    endpoint: str = "generations",
    size: str = "1024x1024",
    quality: str = "medium",
    n: int | str = 2,
    amount: str = "0.2",
    currency: str = "USD",
    status: str = "charged",
    more: str = "",
) -> str:
    """A line; `more` are the cells of further columns."""
    cells = (request_id, at, account, model, endpoint, size, quality, str(n), amount, currency)
    return ",".join((*cells, status)) + more


def usage_file(folder: Path, lines: Sequence[str], *, header: str = HEADER) -> Path:
    """A file of these lines below a header."""
    path = folder / "usage.csv"
    path.write_text("\n".join((header, *lines, "")), encoding="utf-8")
    return path


def packed(path: Path) -> Path:
    """The same file as .gz."""
    target = path.with_suffix(".csv.gz")
    target.write_bytes(gzip.compress(path.read_bytes()))
    return target
