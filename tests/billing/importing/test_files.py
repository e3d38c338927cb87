"""Usage files that are none, or hostile; the ledger has no part in it, so SQLite is enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from billing import Ledger, StatementError
from billing.importing import import_usage
from pricing import PriceBook
from tests.billing.importing.conftest import Bring, refused
from tests.billing.importing.usage_files import HEADER, line, packed, usage_file


@pytest.fixture
def ledger_url(sqlite_url: str) -> str:
    return sqlite_url


def test_a_person_sees_twenty_lines_and_a_program_a_thousand(bring: Bring) -> None:
    problem = refused(bring, *(line(str(number), n=0) for number in range(1200)))
    assert (problem.count, len(problem.errors)) == (1200, 1000)
    assert problem.message.endswith("\n  and 1180 more lines")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("a,b", "the header has no column request_id"),
        (f"{HEADER},model", "it has column model twice"),
        ("", "the header has no column"),
    ],
)
def test_a_header_that_lacks_columns_is_no_usage_file(bring: Bring, header: str, said: str) -> None:
    with pytest.raises(StatementError, match=said) as caught:
        bring(line("a"), header=header)
    way_out = caught.value.problems[-1]
    assert way_out.startswith("expected are request_id,created_at,model,size,quality,n and")
    assert way_out.endswith("amount,currency,account,endpoint,status,cost,tags: see docs/import.md")


@pytest.mark.parametrize(("mark", "said"), [(";", r"semicolons \(;\)"), ("\t", "tabs")])
@pytest.mark.parametrize("header", [HEADER, "Id,Time,Model,Size,Quality,Images"])
def test_a_file_with_another_separator_is_told_so_once(
    bring: Bring, header: str, mark: str, said: str
) -> None:
    with pytest.raises(StatementError, match=f"separated by {said}") as caught:
        bring(line("a").replace(",", mark), header=header.replace(",", mark))
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        f"{HEADER}\n".encode() + b'"' + b"x" * 200_000,
        f"{HEADER}\n".encode() + b"x" * 1_100_000,
        f"{HEADER}\n".encode("utf-16"),
        f'{HEADER}\n"a"b,c\n'.encode(),
    ],
    ids=["no text", "endless field", "endless line", "UTF-16", "stray quote"],
)
def test_what_is_no_csv_is_refused_in_words(
    acme: Ledger, book: PriceBook, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "usage.csv"
    path.write_bytes(content)
    with pytest.raises(StatementError):
        import_usage(acme, path, prices=book)


def test_a_file_that_unpacks_to_far_too_much_is_refused(
    acme: Ledger, book: PriceBook, tmp_path: Path
) -> None:
    path = packed(usage_file(tmp_path, ["x" * 100_000] * 200))
    with pytest.raises(StatementError, match="200 times"):
        import_usage(acme, path, prices=book)


def test_a_nul_in_a_cell_is_refused_by_line(bring: Bring) -> None:
    problem = refused(bring, line("a", model="gpt\x00image"), line("b\x00"))
    assert [each.line for each in problem.errors] == [2, 3]
