"""Amounts, times and rows as gateways write them, by the format that a mapping declares."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from billing import StatementError
from billing.statement import StatementLine
from billing.statement.statement import Line
from tests.billing.statement.conftest import Make, problems

AT = "2025-03-10T12:00:00Z"


def only(lines: Iterable[Line]) -> StatementLine:
    [line] = lines
    assert isinstance(line, StatementLine), line
    return line


@pytest.mark.parametrize(
    ("form", "text", "nanos"),
    [
        ("", "0.5", 500_000_000),
        ('decimal: ","', "0,5", 500_000_000),
        ('decimal: ",", thousands: "."', "1.234.567,89", 1_234_567_890_000_000),
        ('decimal: ",", thousands: "."', "1234,5", 1_234_500_000_000),
        ('thousands: "\'"', "1'234.50", 1_234_500_000_000),
        ('thousands: "\\u00a0"', "1\u00a0234.50", 1_234_500_000_000),
        ('symbols: ["$", USD]', "$1.25", 1_250_000_000),
        ('symbols: ["$", USD]', "1.25 USD", 1_250_000_000),
        ("floats: true", "1E-05", 10_000),
        ("floats: true", "4.2144e-1", 421_440_000),
        ("floats: true", "0.8958740000000000", 895_874_000),
        ("floats: true", "0.30000000000000004", 300_000_000),
        ("floats: true", "0.0000000005", 0),
        ("floats: true", "0.0000000015", 2),
        ("floats: true", "1e-400", 0),
    ],
)
def test_an_amount_is_read_exactly_as_it_was_declared(
    form: str, text: str, nanos: int, made: Make
) -> None:
    assert only(made(f"r1;{AT};{text}", form=form).lines()).amount_nanos == nanos


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        ("", "1E-05", "is not an amount of money"),
        ("", "0,5", "is not an amount of money"),
        ("", "$1", "is not an amount of money"),
        ("", "", "is not an amount of money"),
        ('decimal: ","', "0.5", "has a dot, but the decimal mark is a comma"),
        ('decimal: ",", thousands: "."', "1.5", "has '.' where no group of digits ends"),
        ('decimal: ",", thousands: "."', "12.34.567,1", "where no group of digits ends"),
        ("floats: true", "NaN", "is not a number"),
        ("floats: true", "inf", "is not a number"),
        ("floats: true", "1_000", "is not a number"),
        ("floats: true", "1e400", "outside"),
        ("floats: true", "1e999999999999", "is not a number"),
        ("floats: true", "9" * 5000, "is too long for a number"),
        ("", "9223372036.854775808", "does not fit"),
    ],
)
def test_an_amount_that_was_not_declared_so_is_bad(
    form: str, text: str, said: str, made: Make
) -> None:
    [problem] = problems(made(f"r1;{AT};{text}", form=form))
    assert problem.startswith("line 2: amount: ")
    assert said in problem


@pytest.mark.parametrize(
    ("form", "text", "at"),
    [
        ("", "2025-03-10T13:00:00+01:00", datetime(2025, 3, 10, 12, tzinfo=UTC)),
        ("time_zone: UTC", "2025-03-10 12:00:00.5", datetime(2025, 3, 10, 12, 0, 0, 500_000, UTC)),
        ("time_zone: Europe/Berlin", "2025-03-10 13:00:00", datetime(2025, 3, 10, 12, tzinfo=UTC)),
        ("time_zone: Europe/Berlin", "2025-07-10 13:00:00", datetime(2025, 7, 10, 11, tzinfo=UTC)),
        ("time_zone: Europe/Berlin", "2025-07-10T13:00:00Z", datetime(2025, 7, 10, 13, tzinfo=UTC)),
        ("date: unix", "1741608000", datetime(2025, 3, 10, 12, tzinfo=UTC)),
        ("date: unix", "1741608000.5", datetime(2025, 3, 10, 12, 0, 0, 500_000, UTC)),
        ("date: unix_ms", "1741608000500", datetime(2025, 3, 10, 12, 0, 0, 500_000, UTC)),
        (
            'date: "%d/%m/%y %I:%M %p", time_zone: America/New_York',
            "10/03/25 08:00 AM",
            datetime(2025, 3, 10, 12, tzinfo=UTC),
        ),
        (
            'date: "%d.%m.%Y %H:%M %z"',
            "10.03.2025 13:00 +0100",
            datetime(2025, 3, 10, 12, tzinfo=UTC),
        ),
        (
            "time_zone: Europe/Berlin, ambiguous: earlier",
            "2025-10-26 02:30:00",
            datetime(2025, 10, 26, 0, 30, tzinfo=UTC),
        ),
        (
            "time_zone: Europe/Berlin, ambiguous: later",
            "2025-10-26 02:30:00",
            datetime(2025, 10, 26, 1, 30, tzinfo=UTC),
        ),
    ],
)
def test_a_time_is_read_in_the_zone_that_was_declared(
    form: str, text: str, at: datetime, made: Make
) -> None:
    assert only(made(f"r1;{text};1", form=form).lines()).created_at == at


@pytest.mark.parametrize(
    ("form", "text", "said"),
    [
        ("", "2025-03-10T12:00:00", "has no offset"),
        ("", "10.03.2025", "is not ISO 8601"),
        ("", "0001-01-01T00:00:00+10:00", "is out of range"),
        ("", "0001-01-01T00:00:00Z", "is out of range; years are 1970 to 9998"),
        ("", "9999-12-31T23:59:59Z", "is out of range"),
        ("date: unix", "yesterday", "is no count of time since 1970"),
        ("date: unix", "9e9", "is no count of time since 1970"),
        ("date: unix", "999999999999999", "is out of range"),
        ("time_zone: Europe/Berlin", "2025-03-30 02:30:00", "does not exist in Europe/Berlin"),
        ("time_zone: Europe/Berlin", "2025-10-26 02:30:00", "is there twice in Europe/Berlin"),
        ('date: "%d.%m.%Y", time_zone: UTC', "2025-03-10", "is not %d.%m.%Y"),
    ],
)
def test_a_time_that_could_be_another_is_bad(form: str, text: str, said: str, made: Make) -> None:
    [problem] = problems(made(f"r1;{text};1", form=form))
    assert said in problem


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "iso-8859-15"])
def test_the_encoding_is_the_declared_one(encoding: str, made: Make) -> None:
    statement = made(
        f"r1;{AT};1;café",
        form=f"encoding: {encoding}",
        header="id;at;amount;status",
        more="values: {status: {café: fee}}",
        encoding=encoding,
    )
    assert only(statement.lines()).status == "fee"


def test_another_encoding_than_the_declared_one_is_refused(made: Make) -> None:
    with pytest.raises(StatementError, match="utf-8"):
        made(f"r1;{AT};1;café", header="id;at;amount;status", encoding="cp1252")


@pytest.mark.parametrize(
    ("more", "amount", "status", "effect"),
    [
        ("amounts: charge_negative", "-2", "charged", 2),
        ("amounts: charge_negative\nnegative_is: refunded", "2", "refunded", -2),
        ("negative_is: refunded", "-2", "refunded", -2),
        ("negative_is: credit", "-2", "credit", -2),
    ],
)
def test_the_sign_of_a_charge_is_the_declared_one(
    more: str, amount: str, status: str, effect: int, made: Make
) -> None:
    line = only(made(f"r1;{AT};{amount}", more=more).lines())
    assert (line.status, line.effect_nanos) == (status, effect * 10**9)


def test_a_charge_below_zero_is_bad_where_nothing_says_what_it_is(made: Make) -> None:
    [problem] = problems(made(f"r1;{AT};-2"))
    assert "below zero" in problem


def test_what_the_file_leaves_out_is_unknown_and_not_a_problem(made: Make) -> None:
    line = only(made(f"r1;{AT};2;", header="id;at;amount;n").lines())
    assert (line.n, line.size, line.quality, line.names_endpoint) == (0, "", "", False)


@pytest.mark.parametrize("identity", ["1.23E+15", "1,23e+15", "123E+15", "9E+20"])
def test_an_id_that_a_spreadsheet_rounded_is_bad(identity: str, made: Make) -> None:
    [problem] = problems(made(f"{identity};{AT};2"))
    assert "rounded by a spreadsheet" in problem


@pytest.mark.parametrize("tail", [["Total;;3"], [";;3"], ["Sum;;3", "", ""]])
def test_a_trailing_total_is_left_out_and_counted(tail: list[str], made: Make) -> None:
    statement = made(f"r1;{AT};1", f"r2;{AT};2", *tail, more="skip: {trailing_total: true}")
    assert [line.line for line in statement.lines()] == [2, 3]
    assert statement.summary().skipped == {"trailing_total": 1}


def test_a_total_that_is_not_the_last_row_is_bad(made: Make) -> None:
    skip = "skip: {trailing_total: true}"
    statement = made(f"r1;{AT};1", "Total;;1", "", f"r2;{AT};1", more=skip)
    [problem] = problems(statement)
    assert problem.startswith("line 3: neither an id nor a time, and more rows come after it")
    statement = made(f"r1;{AT};1", "r7;;1", more=skip)
    assert "created_at" in problems(statement)[0]


def test_empty_days_and_repeated_headers_are_left_out_only_where_the_mapping_says_so(
    made: Make,
) -> None:
    rows = (f"r1;{AT};1", "id;at;amount", f"r2;{AT};", f"r3;{AT};1")
    skip = "skip: {repeated_header: true, empty_amount: true}"
    assert [line.line for line in made(*rows, more=skip).lines()] == [2, 5]
    assert len(problems(made(*rows))) == 2


def test_the_cost_counts_where_a_file_has_one_beside_the_amount(made: Make) -> None:
    statement = made(f"r1;{AT};3;2", f"r2;{AT};3;", header="id;at;amount;cost")
    lines = [line for line in statement.lines() if isinstance(line, StatementLine)]
    assert [line.amount_nanos // 10**9 for line in lines] == [2, 3]
