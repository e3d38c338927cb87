"""The house stays small: short files, short functions, a docstring at every door."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [path for room in ("pricing", "billing") for path in (ROOT / room).rglob("*.py")]
TESTS = list((ROOT / "tests").rglob("*.py"))


@pytest.mark.parametrize("files", [FILES, TESTS], ids=["ours", "tests"])
def test_no_file_is_longer_than_300_lines(files: list[Path]) -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}
    assert statistics.median(lengths.values()) <= 150


def test_no_function_is_longer_than_70_lines() -> None:
    functions = {
        f"{path.relative_to(ROOT)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in functions.items() if lines > 70} == {}
    assert statistics.median(functions.values()) <= 10


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(p) for p in FILES if ast.get_docstring(ast.parse(p.read_text())) is None]
    assert silent == []
