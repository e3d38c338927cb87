"""What mutation testing names is there: modules, tests, the lines whose survivors are judged."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.mutation.scope import SCOPES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", SCOPES)
def test_every_module_and_test_of_a_scope_exists(name: str) -> None:
    scope = SCOPES[name]
    assert [each for each in (*scope.modules, *scope.tests) if not (ROOT / each).exists()] == []


def test_every_judged_survivor_changes_a_line_that_still_stands() -> None:
    judged = yaml.safe_load((ROOT / "tests/mutation/survivors.yaml").read_text(encoding="utf-8"))
    gone = [
        (module, before)
        for module, reasons in judged.items()
        for changes in reasons.values()
        for before, _after in changes
        if before.splitlines()[0].strip() not in (ROOT / module).read_text(encoding="utf-8")
    ]
    assert gone == []
