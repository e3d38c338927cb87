"""What docs/statements.md shows is what happens: its files are read by its mappings."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from billing.cli import main
from billing.statement import Statement, StatementLine, read_statement
from billing.statement.mapping import Columns, Format, Mapping, Skip
from billing.statement.mapping_file import parse_mapping
from billing.statement.recognition import READY

PAGE = (Path(__file__).parents[3] / "docs" / "statements.md").read_text(encoding="utf-8")
SAMPLES = Path(__file__).parent / "samples"


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.M | re.S)
    return str(found)


def test_the_canonical_example_is_a_good_statement(tmp_path: Path) -> None:
    path = tmp_path / "statement.csv"
    path.write_text(block("csv"), encoding="utf-8")
    [line] = read_statement(path)
    assert (line.request_id, line.n) == ("req_7f1c", 3)


def test_the_mapping_reads_the_file_below_it(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(block("text"), encoding="utf-8")
    statement = Statement.open(path, parse_mapping(block("yaml"), "gateway.yaml"))
    [line] = statement.lines()
    assert isinstance(line, StatementLine)
    assert line.created_at.isoformat() == "2026-11-22T16:06:32+00:00"
    assert statement.summary().skipped == {"trailing_total": 1}


def test_the_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("statement.csv").write_text(block("csv"), encoding="utf-8")
    Path("export.csv").write_text(block("text"), encoding="utf-8")
    Path("gateway.yaml").write_text(block("yaml"), encoding="utf-8")
    Path("costs.csv").write_bytes((SAMPLES / "openai-costs.csv").read_bytes())
    for line in block("sh").splitlines():
        words = shlex.split(line, comments=True)
        assert words[0] == "image-billing"
        done = CliRunner().invoke(main, words[1:], catch_exceptions=False)
        assert done.exit_code == 0, done.output


def test_every_key_and_every_ready_mapping_is_on_the_page() -> None:
    words = re.sub(r"^```.*?^```", "", PAGE, flags=re.M | re.S)
    named = set(re.findall(r"[a-z0-9_.-]+", " ".join(re.findall(r"`([^`]+)`", words))))
    named |= {name.removeprefix("format.") for name in named}
    keys = {key for shape in (Mapping, Format, Columns, Skip) for key in shape.model_fields}
    assert keys - named <= {"schema_version", "name", "level", "format"}
    assert set(READY) <= named
