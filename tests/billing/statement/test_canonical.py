"""Reading the canonical CSV: what is accepted, and what is said of every line that is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from billing import StatementError
from billing.statement import BadLine, Statement, StatementLine, read_statement

HEADER = "request_id,created_at,account,model,endpoint,size,quality,n,amount,currency,status"
GOOD = "req_1,2025-03-02T10:00:00Z,acme,gpt-image-2,edits,1024x1024,high,3,0.63216,USD,charged"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(*lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
        path = tmp_path / "statement.csv"
        path.write_bytes(("\n".join([header, *lines]) + "\n").encode(encoding))
        return path

    return to_file


def bad_lines(path: Path) -> list[str]:
    with pytest.raises(StatementError) as refused:
        read_statement(path)
    return list(refused.value.problems)


def test_a_line_is_read_as_it_was_written(write: Write) -> None:
    [line] = read_statement(write(GOOD))
    assert line == StatementLine(
        line=2,
        request_id="req_1",
        created_at=datetime(2025, 3, 2, 10, tzinfo=UTC),
        account="acme",
        model="gpt-image-2",
        endpoint="edits",
        size="1024x1024",
        quality="high",
        n=3,
        amount_nanos=632_160_000,
        currency="USD",
        status="charged",
    )
    assert line.amount == Decimal("0.63216")


def test_columns_may_stand_in_any_order_among_others_and_some_may_be_absent(write: Write) -> None:
    header = "note, amount ,currency,n,quality,size,model,created_at,request_id"
    [line] = read_statement(
        write("hello,0.5,EUR,1,low,1024x1024,m,2025-03-02T12:00:00+02:00,r", header=header)
    )
    assert (line.account, line.endpoint, line.status) == ("", "generations", "charged")
    assert not line.names_endpoint
    assert (line.amount, line.currency) == (Decimal("0.5"), "EUR")
    assert line.created_at == datetime(2025, 3, 2, 10, tzinfo=UTC)


def test_a_byte_order_mark_and_carriage_returns_are_tolerated(tmp_path: Path) -> None:
    path = tmp_path / "windows.csv"
    path.write_bytes(f"{HEADER}\r\n{GOOD}\r\n\r\n".encode("utf-8-sig"))
    assert [line.request_id for line in read_statement(path)] == ["req_1"]


def test_a_statement_is_known_by_the_sha256_of_its_bytes(write: Write) -> None:
    path = write(GOOD)
    statement = Statement.open(path)
    assert statement.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert statement.id == f"statement_{statement.sha256[:32]}"
    assert statement.currency() == "USD"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (HEADER.replace("amount", "cost_usd"), "no column amount"),
        (HEADER.replace("n,", "images,"), "no column n"),
        (f"{HEADER},n", "column n twice"),
        ("", "no column request_id"),
    ],
)
def test_a_header_that_lacks_a_column_is_refused_by_its_name(
    header: str, said: str, write: Write
) -> None:
    with pytest.raises(StatementError, match=said):
        Statement.open(write(GOOD, header=header))


def test_a_file_that_is_not_there_is_a_statement_error(tmp_path: Path) -> None:
    with pytest.raises(StatementError, match="No such file"):
        Statement.open(tmp_path / "none.csv")


def test_a_file_in_another_encoding_is_refused(write: Write) -> None:
    with pytest.raises(StatementError, match="utf-8"):
        Statement.open(write(GOOD.replace("acme", "café"), encoding="latin-1"))


def test_a_quote_that_is_never_closed_is_refused(write: Write) -> None:
    with pytest.raises(StatementError, match="line 3 or after"):
        read_statement(write(GOOD, GOOD.replace("acme", '"acme')))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("T10:00:00Z", "T10:00:00"), "created_at: '2025-03-02T10:00:00' has no offset"),
        (("2025-03-02T10:00:00Z", "02.03.2025"), "created_at: '02.03.2025' is not ISO 8601"),
        (("0.63216", "6.3216E-1"), "amount: '6.3216E-1' is not an amount of money"),
        (("0.63216", '"0,63216"'), "amount: '0,63216' is not an amount of money"),
        (("0.63216", "0.6321600001"), "it has more than 9 decimals"),
        (("0.63216", ""), "amount: '' is not an amount of money"),
        (("0.63216", "-0.63216"), "amount: below zero; write what is paid back with status"),
        ((",3,", ",0,"), "n: '0' is not a whole number from 1"),
        ((",3,", ",3.0,"), "n: '3.0' is not a whole number from 1"),
        (("USD", "usd"), "currency: 'usd' is not one"),
        (("charged", "paid"), "status: 'paid' is not one of charged, refunded, tax"),
        (("1024x1024", ""), "size: empty"),
        ((",charged", ""), "10 fields where the header has 11"),
    ],
)
def test_a_bad_field_is_named_with_its_line(
    change: tuple[str, str], said: str, write: Write
) -> None:
    [problem] = bad_lines(write(GOOD, GOOD.replace(*change)))
    assert problem.startswith("line 3: ")
    assert said in problem


def test_all_bad_lines_are_listed_at_once_and_the_good_ones_are_still_read(write: Write) -> None:
    path = write(
        GOOD,
        GOOD.replace("0.63216", "x").replace(",3,", ",y,"),
        "",
        HEADER,
        GOOD.replace("req_1", "req_2"),
    )
    problems = bad_lines(path)
    assert [problem.partition(":")[0] for problem in problems] == ["line 3", "line 5"]
    assert "n: 'y'" in problems[0]
    assert "amount: 'x'" in problems[0]
    lines = list(Statement.open(path).lines())
    assert [isinstance(line, BadLine) for line in lines] == [False, True, True, False]


def test_line_numbers_count_the_lines_inside_quoted_fields(write: Write) -> None:
    path = write(GOOD.replace("acme", '"ac\nme"'), GOOD.replace("USD", "x"))
    assert bad_lines(path)[0].startswith("line 4:")


def test_a_line_in_another_currency_is_bad_because_currencies_never_add(write: Write) -> None:
    [problem] = bad_lines(write(GOOD, GOOD.replace("USD", "EUR")))
    assert problem == "line 3: currency: EUR, but the statement is in USD"


@pytest.mark.parametrize(
    ("status", "amount", "effect"),
    [
        ("charged", "2", 2),
        ("", "2", 2),
        ("refunded", "2", -2),
        ("refunded", "-2", -2),
        ("tax", "2", 2),
        ("fee", "2", 2),
        ("credit", "2", -2),
        ("credit", "-2", -2),
        ("total", "2", 0),
    ],
)
def test_a_status_decides_what_a_line_adds_to_the_bill(
    status: str, amount: str, effect: int, write: Write
) -> None:
    [line] = read_statement(write(GOOD.replace("0.63216", amount).replace("charged", status)))
    assert line.effect_nanos == effect * 10**9
    assert line.is_usage == (status in ("charged", "refunded", ""))


def test_lines_that_are_no_usage_need_no_size_and_no_images(write: Write) -> None:
    [line] = read_statement(write(",2025-03-31T00:00:00Z,,,,,,,1.50,USD,tax"))
    assert (line.n, line.is_usage, line.amount) == (0, False, Decimal("1.5"))
