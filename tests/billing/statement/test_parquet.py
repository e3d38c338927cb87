"""Parquet reads as the CSV of the same rows does; it needs the extra `fast`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from billing import StatementError
from billing.statement import Statement, StatementLine, read_statement

CSV = """\
request_id,created_at,account,model,endpoint,size,quality,n,amount,currency,status
req_1,2025-03-02T10:00:00Z,acme,gpt-image-2,edits,1024x1024,high,3,0.63216,USD,charged
req_2,2025-03-02T11:00:00Z,,gpt-image-2,,1024x1024,high,1,0.25,USD,
"""


def as_parquet(path: Path, select: str) -> Path:
    plain = path.parent / "plain.parquet"
    duckdb.connect().execute(f"COPY ({select}) TO '{plain}' (FORMAT parquet)")
    return plain.rename(path)


@pytest.mark.parametrize("name", ["statement.parquet", "odd [x]*? name.parquet"])
def test_the_same_rows_are_the_same_lines(name: str, tmp_path: Path) -> None:
    source = tmp_path / "statement.csv"
    source.write_text(CSV, encoding="utf-8")
    path = as_parquet(tmp_path / name, f"FROM read_csv('{source}', all_varchar = true)")
    assert [line._replace(line=line.line + 1) for line in read_statement(path)] == read_statement(
        source
    )


def test_numbers_and_times_may_have_types_of_their_own(tmp_path: Path) -> None:
    path = as_parquet(
        tmp_path / "typed.parquet",
        "SELECT 'r1' request_id, TIMESTAMPTZ '2025-03-02 11:00:00+01' created_at, 'm' model, "
        "'1024x1024' size, 'high' quality, 2::INT n, 1e-5::DOUBLE amount, 'USD' currency",
    )
    [line] = read_statement(path)
    assert isinstance(line, StatementLine)
    assert line.created_at.isoformat() == "2025-03-02T10:00:00+00:00"
    assert (line.n, line.amount_nanos, line.status) == (2, 10_000, "charged")


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "statement.parquet"
    path.write_text(CSV, encoding="utf-8")
    with pytest.raises(StatementError, match=r"(?i)parquet"):
        Statement.open(path)
    packed = tmp_path / "statement.parquet.gz"
    packed.write_bytes(b"")
    with pytest.raises(StatementError, match="Parquet is packed already"):
        Statement.open(packed)


def test_without_the_extra_the_error_says_what_to_install(tmp_path: Path) -> None:
    path = tmp_path / "statement.parquet"
    path.write_bytes(b"PAR1")
    code = (
        "import sys; sys.modules['duckdb'] = None\n"
        "from billing import MissingExtra\n"
        "from billing.statement import Statement\n"
        f"try: Statement.open({str(path)!r})\n"
        "except MissingExtra as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'image-billing[fast]'" in done.stdout
