"""The pages for developers name files and commands that are there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from billing.cli.report import FORMATS
from billing.report import DIMENSIONS

ROOT = Path(__file__).parents[2]
ROOMS = ("pricing", "billing", "migrations", "tests", "benchmarks", "docs", ".ci")
#: Of files and folders; the pages name them without the folder that the sentence is about.
NAMES = {path.name for room in ROOMS for path in (ROOT / room).rglob("*")}
PAGES = [ROOT / "docs" / name for name in ("architecture.md", "development.md")]
MADE = ("build/", "dist/", "site/")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    words = re.findall(r"`([\w./-]+)`", page.read_text("utf-8"))
    ends = ("/", ".py", ".json", ".toml")
    named = [word for word in words if "/" in word.strip("/") or word.endswith(ends)]
    assert len(named) > 20
    elsewhere = [name for name in named if not (ROOT / name).exists() and name not in MADE]
    assert [name for name in elsewhere if name.strip("/") not in NAMES] == []


@pytest.mark.parametrize(
    ("section", "names"), [("By what", DIMENSIONS), ("Formats", FORMATS)], ids=["by", "format"]
)
def test_the_page_of_the_report_names_all_that_it_can(section: str, names: Sequence[str]) -> None:
    page = (ROOT / "docs" / "reports.md").read_text("utf-8")
    (text,) = re.findall(rf"^## {section}\n(.*?)^## ", page, flags=re.M | re.S)
    said = {word for quoted in re.findall(r"`([^`]+)`", text) for word in quoted.split()}
    assert set(names) - said == set()


def test_every_command_of_the_makefile_that_a_page_names_is_there() -> None:
    pages = [
        ROOT / "README.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "benchmarks").glob("*.md"),
    ]
    targets = set(re.findall(r"^([a-z-]+(?: [a-z-]+)*):", _makefile(), flags=re.M))
    known = {name for line in targets for name in line.split()}
    named = {
        name for page in pages for name in re.findall(r"`make ([a-z-]+)", page.read_text("utf-8"))
    }
    assert named - known == set()


def _makefile() -> str:
    return (ROOT / "Makefile").read_text("utf-8")
