"""Lists in the pages that have to name all there is in the code."""

from __future__ import annotations

import re
import tomllib
from typing import get_args

from billing.ledger.proof.findings import ProblemKind
from tests.docs.playing import ROOT

#: Extras for work on this project itself.
OURS = {"test", "dev", "docs", "release", "mutation"}


def first_cells(page: str, heading: str) -> list[str]:
    """What stands between backticks in the first column of the table under a heading."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert text.count(f"\n{heading}\n") == 1, heading
    rows = text.partition(f"\n{heading}\n")[2].partition("\n\n")[0].splitlines()
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])]


def test_every_kind_of_problem_is_explained_once() -> None:
    told = first_cells("docs/proof.md", "| kind of problem | what it means |")

    assert sorted(told) == sorted(get_args(ProblemKind))


def test_the_readme_names_every_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    told = first_cells("README.md", "| extra | for |")

    assert sorted(told) == sorted(project["optional-dependencies"].keys() - OURS)
