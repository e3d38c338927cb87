"""The fast road, the careful one and the other formats say the same of the same rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.statement import BadLine, Combination, Statement, StatementLine

HEADER = (
    *("request_id", "created_at", "account", "model", "endpoint", "size"),
    *("quality", "n", "amount", "currency", "status"),
)
#: What a cell may hold: good, unusual and bad.
CELLS = (
    ("req_1", "req_2", "3f2a-11", "", "a b", "1.23E+15", "x\0y", 'say "hi"', "1,5", "two\nlines"),
    ("2025-03-02T10:00:00Z", "2025-03-02T10:00:00+02:00", "2025-03-02", "", "x"),
    ("", "acme", "a,b"),
    ("gpt-image-2", ""),
    ("", "generations", "edits"),
    ("1024x1024", ""),
    ("high", "low"),
    ("1", "2", "0", "x"),
    ("0.25", "0.5", "-1", "", "1.x"),
    ("USD", "USD", "USD", "EUR", "usd"),
    ("", "charged", "refunded", "tax", "total", "paid"),
)
ROWS = st.lists(st.tuples(*map(st.sampled_from, CELLS)), max_size=12)


def as_csv(rows: Sequence[Sequence[str]], header: Sequence[str], *, quoted: bool = False) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL if quoted else 0)
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def read(path: Path, text: str) -> list[object]:
    path.write_text(text, encoding="utf-8")
    return list(Statement.open(path).lines())


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS)
def test_every_road_reads_the_same_lines(rows: list[tuple[str, ...]], tmp_path: Path) -> None:
    plain = read(tmp_path / "plain.csv", as_csv(rows, HEADER))
    assert read(tmp_path / "quoted.csv", as_csv(rows, HEADER, quoted=True)) == plain
    turned = [row[::-1] for row in rows]
    assert read(tmp_path / "turned.csv", as_csv(turned, HEADER[::-1])) == plain
    records = [json.dumps(dict(zip(HEADER, row, strict=True))) for row in rows]
    if not rows:
        return
    as_records = read(tmp_path / "lines.jsonl", "\n".join(records))
    # JSON has no lines inside a record, so only what is in a line is the same.
    assert len(as_records) == len(plain)
    for record, line in zip(as_records, plain, strict=True):
        assert isinstance(line, StatementLine | BadLine)
        assert isinstance(record, type(line))
        if isinstance(line, StatementLine):
            assert record == line._replace(line=record.line)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_plain_usage_comes_as_tuples_that_share_what_they_have_in_common(
    end: str, tmp_path: Path
) -> None:
    rest = ",acme,gpt-image-2,generations,1024x1024,high,1,0.25,USD,charged"
    rows = [",".join(HEADER)]
    rows += [f"req_{n},2025-03-02T10:00:0{n}Z{rest}" for n in range(3)]
    rows += ["", f"req_9,2025-03-02T10:00:00Z{rest.replace('charged', 'tax')}", f"x,y{rest}"]
    path = tmp_path / "statement.csv"
    path.write_text(end.join(rows) + end, encoding="utf-8", newline="")
    *usage, tax, bad = Statement.open(path).rapid()
    assert [(item[0], item[1]) for item in usage] == [(2, "req_0"), (3, "req_1"), (4, "req_2")]
    combinations = {id(item[3]) for item in usage}
    assert len(combinations) == 1
    assert isinstance(usage[0][3], Combination)
    assert isinstance(tax, StatementLine)
    assert isinstance(bad, BadLine)
    assert (tax.line, bad.line) == (6, 7)


def test_numbers_of_lines_stay_right_behind_records_of_several_lines(tmp_path: Path) -> None:
    rest = ",gpt-image-2,generations,1024x1024,high,1,0.25,USD,charged"
    path = tmp_path / "statement.csv"
    path.write_text(
        f'{",".join(HEADER)}\nr1,2025-03-02T10:00:00Z,"a\nb"{rest}\n'
        f"r2,2025-03-02T10:00:00Z,acme{rest}\nr3,2025-03-02T10:00:00Z,acme{rest}\n",
        encoding="utf-8",
    )
    assert [line.line for line in Statement.open(path).lines()] == [2, 4, 5]
