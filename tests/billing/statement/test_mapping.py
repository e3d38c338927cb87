"""Mapping files: what they may say, and how a statement finds the one that it is read by."""

from __future__ import annotations

from pathlib import Path

import pytest

from billing import StatementError
from billing.statement import Statement
from billing.statement.mapping_file import parse_mapping
from billing.statement.recognition import READY, ready_mapping

GOOD = """
schema_version: 1
name: my-gateway
level: line
format: {delimiter: ";", time_zone: Europe/Berlin, date: "%d.%m.%Y %H:%M:%S"}
columns: {request_id: [id], created_at: [at], amount: [cost]}
constants: {model: gpt-image-2, currency: EUR, n: 1}
"""


def refusal(text: str) -> str:
    with pytest.raises(StatementError) as refused:
        parse_mapping(text, "my.yaml")
    return str(refused.value)


def test_what_a_mapping_leaves_out_is_the_plainest() -> None:
    mapping = parse_mapping(GOOD, "my.yaml")
    assert (mapping.amounts, mapping.negative_is, mapping.format.decimal) == (
        *("charge_positive", None),
        ".",
    )
    assert not any(mapping.skip.model_dump().values())


@pytest.mark.parametrize("name", READY)
def test_the_ready_mappings_are_good_and_called_as_they_are_named(name: str) -> None:
    assert ready_mapping(name).name == name


def test_every_problem_is_named_at_once_with_its_line_and_key() -> None:
    text = (
        GOOD.replace("level: line", "level: lines")
        .replace("delimiter", "delimeter")
        .replace("[cost]", "cost")
        .replace("constants: {", "constants: {sise: 1K, ")
    )
    said = refusal(text)
    assert "my.yaml:4: level: 'line', 'bucket' or 'either'; given 'lines'" in said
    assert "my.yaml:5: format.delimeter: unknown key; did you mean delimiter?" in said
    assert "my.yaml:6: columns.amount: a list is needed; given 'cost'" in said
    assert "my.yaml:7: constants.sise" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("Europe/Berlin", "Mars/Olympus"), "format.time_zone: 'Mars/Olympus' is no time zone"),
        (("Europe/Berlin", "../../etc/passwd"), "format.time_zone: '../../etc/passwd' is no time"),
        (('"%d.%m.%Y %H:%M:%S"', '"%d.%m."'), "format.date: '%d.%m.' is not iso, unix"),
        (('delimiter: ";"', 'delimiter: "\\n"'), "format.delimiter: '\\n' cannot stand between"),
        (('delimiter: ";"', 'thousands: "."'), "format.thousands: it is the decimal mark as well"),
        (("amount: [cost]", "cost: [cost]"), "columns: level line needs amount"),
        (("level: line", "level: bucket"), "columns: level bucket needs start"),
        (("level: line", "level: either"), "columns: level either needs start"),
        (("n: 1}", "n: 1}\noptional: [size]"), "optional[0]: size is not among the columns"),
        (("n: 1}", "n: 1}\ncut: {model: {}}"), "cut.model: write after, before or both"),
        (("n: 1}", "n: 1}\ncut: {request_id: {after: x}}"), "request_id is taken as it is written"),
        (("n: 1}", "n: 1, created_at: x}"), "constants.created_at: created_at is never the same"),
        (("n: 1}", "n: 1}\nvalues: {status: {ok: fine}}"), "values.status.ok: 'fine' is no status"),
        (("schema_version: 1", "schema_version: 2"), "schema_version"),
    ],
)
def test_a_rule_that_is_broken_is_named(change: tuple[str, str], said: str) -> None:
    assert said in refusal(GOOD.replace(*change))


def test_a_mapping_file_that_is_not_there_or_empty_is_a_statement_error(tmp_path: Path) -> None:
    path = tmp_path / "statement.csv"
    path.write_text("id;at;cost\n", encoding="utf-8")
    with pytest.raises(StatementError, match="no such mapping file"):
        Statement.open(path, tmp_path / "none.yaml")
    with pytest.raises(StatementError, match="the file is empty; a statement mapping starts with"):
        parse_mapping("", "empty.yaml")


def test_a_header_that_the_mapping_does_not_fit_is_refused_by_the_names_it_lacks(
    tmp_path: Path,
) -> None:
    path = tmp_path / "statement.csv"
    path.write_text("id;at;Kosten\n", encoding="utf-8")
    with pytest.raises(StatementError, match="the header has no column cost"):
        Statement.open(path, parse_mapping(GOOD, "my.yaml"))


def test_a_header_that_no_ready_mapping_fits_is_told_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "statement.csv"
    path.write_text("id,when,what\n", encoding="utf-8")
    with pytest.raises(StatementError) as refused:
        Statement.open(path)
    assert "nor does it fit openai-costs, openai-images-usage, litellm" in str(refused.value)


def test_a_header_that_several_fit_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "both.csv"
    names = "start_time,end_time,images,amount_value,amount_currency"
    path.write_text(f"{names}\n1740787200,1740873600,3,0.5,usd\n", encoding="utf-8")
    with pytest.raises(StatementError, match="fits openai-costs, openai-images-usage: say which"):
        Statement.open(path)
    assert Statement.open(path, "openai-costs").currency() == "USD"


def test_a_file_without_times_is_refused_even_where_they_are_called_optional(
    tmp_path: Path,
) -> None:
    path = tmp_path / "statement.csv"
    path.write_text("id;cost\nr1;1\n", encoding="utf-8")
    mapping = parse_mapping(GOOD + "optional: [created_at]\n", "my.yaml")
    with pytest.raises(StatementError, match="the header has no column at"):
        Statement.open(path, mapping)
