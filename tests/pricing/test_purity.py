"""The pricing package stands alone: no database, no HTTP, nothing heavy at import."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pricing

ALLOWED = {"pricing", "pydantic", "pydantic_core", "yaml"} | sys.stdlib_module_names
PACKAGE = Path(pricing.__file__).parent


def test_pricing_imports_nothing_but_the_standard_library_pydantic_and_yaml() -> None:
    imported = {
        name.partition(".")[0]
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
        )
    }

    assert imported <= ALLOWED
    assert not imported & {"socket", "http", "urllib", "sqlite3"}


def test_the_examples_in_the_docstrings_run() -> None:
    names = [module.name for module in pkgutil.iter_modules(pricing.__path__, "pricing.")]

    results = [doctest.testmod(importlib.import_module(name)) for name in ["pricing", *names]]

    assert sum(result.failed for result in results) == 0
    assert sum(result.attempted for result in results) > 5


def test_importing_pricing_loads_neither_pydantic_nor_yaml() -> None:
    code = (
        "import pricing, sys; print(*sorted({'pydantic', 'yaml', 'sqlalchemy'} & set(sys.modules)))"
    )

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )

    assert answer.stdout.strip() == ""
