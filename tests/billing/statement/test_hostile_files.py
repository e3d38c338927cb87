"""Files that are broken or mean harm: refused in one sentence, and never taken for a clean one."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from billing import StatementError
from billing.statement import BadLine, Statement, read_statement
from billing.statement.mapping_file import parse_mapping

HEADER = "request_id,created_at,account,model,endpoint,size,quality,n,amount,currency,status"
GOOD = "req_1,2025-03-02T10:00:00Z,acme,gpt-image-2,edits,1024x1024,high,3,0.63216,USD,charged"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "statement.csv"


def refusal(path: Path) -> str:
    with pytest.raises(StatementError) as refused:
        list(Statement.open(path).lines())
    return str(refused.value)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def test_a_packed_file_reads_like_the_file_and_is_known_by_its_own_bytes(path: Path) -> None:
    write(path, GOOD)
    packed = path.with_name("statement.csv.gz")
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read_statement(packed) == read_statement(path)
    assert Statement.open(packed).sha256 != Statement.open(path).sha256


@pytest.mark.parametrize("cut", [5, 40])
def test_a_packed_file_that_is_cut_off_is_refused(cut: int, path: Path) -> None:
    packed = path.with_name("statement.csv.gz")
    packed.write_bytes(gzip.compress(write(path, GOOD).read_bytes())[:-cut])
    assert "ended before" in refusal(packed)


def test_what_is_called_packed_and_is_not_is_refused(path: Path) -> None:
    packed = path.with_name("statement.csv.gz")
    packed.write_bytes(write(path, GOOD).read_bytes())
    assert "Not a gzipped file" in refusal(packed)


def test_a_packed_bomb_is_refused_before_it_has_grown(path: Path) -> None:
    packed = path.with_name("statement.csv.gz")
    packed.write_bytes(gzip.compress((HEADER + "\n" + f"{GOOD}\n" * 600_000).encode()))
    read = 0
    with pytest.raises(StatementError, match="unpacks to more than 200 times its size"):
        for read, _item in enumerate(Statement.open(packed).rapid(), start=1):  # noqa: B007
            pass
    assert 0 < read < 400_000


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(path: Path) -> None:
    write(path, GOOD, "x" * 3_000_000)
    assert "a line is longer than 1,000,000 bytes" in refusal(path)


@pytest.mark.parametrize("suffix", ["json", "jsonl"])
def test_an_answer_of_an_api_may_be_one_long_line(path: Path, suffix: str) -> None:
    record = dict(zip(HEADER.split(","), GOOD.split(","), strict=True))
    records = [record | {"request_id": f"req_{number:06}"} for number in range(10_000)]
    long = path.with_name(f"statement.{suffix}")
    long.write_text(json.dumps(records), encoding="utf-8")
    assert long.stat().st_size > 2_000_000
    lines = list(Statement.open(long).lines())
    assert (len(lines), any(isinstance(line, BadLine) for line in lines)) == (10_000, False)


def test_a_line_of_jsonl_without_an_end_is_refused(path: Path) -> None:
    long = path.with_name("statement.jsonl")
    long.write_text("[" * 33_000_000, encoding="utf-8")
    assert "a line is longer than 32,000,000 bytes" in refusal(long)


def test_a_field_that_is_too_long_is_refused_with_its_line(path: Path) -> None:
    write(path, GOOD, GOOD.replace("acme", '"' + "x" * 200_000 + '"'))
    assert "line 3 or after: field larger than field limit" in refusal(path)


def test_a_header_of_a_million_columns_is_refused(path: Path) -> None:
    path.write_text("," * 999_000 + "\n", encoding="utf-8")
    assert "999,001 columns; at most 2,000 are read" in refusal(path)


def test_a_row_of_a_million_fields_is_one_bad_line(path: Path) -> None:
    write(path, GOOD, "," * 900_000, GOOD.replace("req_1", "req_2"))
    first, bad, last = Statement.open(path).lines()
    assert isinstance(bad, BadLine)
    assert bad.problems == ("900001 fields where the header has 11",)
    assert not isinstance(first, BadLine)
    assert not isinstance(last, BadLine)


@pytest.mark.parametrize(
    "change",
    [("req_1", "req\0_1"), ("req_1", "req\x1b[2J"), ("acme", "ac\0me"), ("high", "hi\x07gh")],
)
def test_control_characters_make_a_line_bad_and_are_shown_escaped(
    change: tuple[str, str], path: Path
) -> None:
    write(path, GOOD, GOOD.replace(*change))
    [bad] = [str(line) for line in Statement.open(path).lines() if isinstance(line, BadLine)]
    assert "has control characters" in bad
    assert bad.isprintable()


def test_a_folder_is_no_statement(tmp_path: Path) -> None:
    assert "directory" in refusal(tmp_path)


def test_a_path_with_a_nul_is_refused() -> None:
    with pytest.raises(StatementError, match="null"):
        Statement.open("statement\0.csv")


def test_an_empty_file_and_one_of_noise_are_refused(path: Path) -> None:
    path.write_bytes(b"")
    assert "no column request_id" in refusal(path)
    path.write_bytes(bytes(range(256)) * 10)
    assert "not text in utf-8" in refusal(path)


def test_a_file_that_changed_since_it_was_opened_is_refused(path: Path) -> None:
    statement = Statement.open(write(path, GOOD))
    write(path, GOOD, GOOD)
    with pytest.raises(StatementError, match="changed after it was opened"):
        list(statement.lines())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("[1]", "a record is no object"),
        ('[{"request_id": "a", "request_id": "b"}]', "a key is there twice"),
        ('[{"request_id": NaN}]', "NaN is no number"),
        ("", "this is not JSON of records"),
    ],
)
def test_json_that_is_no_list_of_records_is_refused(text: str, said: str, path: Path) -> None:
    file = path.with_suffix(".json")
    file.write_text(text, encoding="utf-8")
    assert said in refusal(file)


def test_a_line_of_jsonl_that_is_no_record_is_bad_and_the_others_are_read(path: Path) -> None:
    values = {**dict(zip(HEADER.split(","), GOOD.split(","), strict=True)), "n": 3}
    record = json.dumps(values)
    file = path.with_suffix(".jsonl")
    file.write_text(
        "\n".join([record, "{", "", "[" * 90_000, record.replace("req_1", "\\ud800")]) + "\n",
        encoding="utf-8",
    )
    good, cut, deep, surrogate = Statement.open(file).lines()
    assert good.line == 1
    assert str(cut).startswith("line 2: this is not a JSON object")
    assert str(deep) == "line 4: this is not a JSON object: it is nested too deeply"
    assert "line 5: request_id" in str(surrogate)


def test_huge_numbers_in_json_are_bad_and_not_read_as_numbers(path: Path) -> None:
    values = dict(zip(HEADER.split(","), GOOD.split(","), strict=True))
    record = json.dumps(values).replace('"0.63216"', "9" * 100_000)
    file = path.with_suffix(".jsonl")
    file.write_text(record + "\n", encoding="utf-8")
    [bad] = Statement.open(file).lines()
    assert "is too long for a number" in str(bad)
    assert len(str(bad)) < 300


def test_a_mapping_of_aliases_upon_aliases_is_refused() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(StatementError, match="unfolds to too much data"):
        parse_mapping(bomb, "bomb.yaml")
    with pytest.raises(StatementError, match="tag"):
        parse_mapping("schema_version: !!python/object/apply:os.system [id]", "evil.yaml")
