"""What the guides show is what happens: every block of every page runs, in order, as it stands.

`DOCS_RENEW=1 pytest tests/docs` writes what the commands print now into the pages.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from billing.sandbox import Sandbox
from tests.docs.blocks import RUN, SHOWN, blocks_of
from tests.docs.playing import ROOT, name_of, play
from tests.docs.stage import Stage

DECISIONS = ROOT / "docs" / "decisions"
PAGES = sorted(page for page in (ROOT / "docs").rglob("*.md") if DECISIONS not in page.parents)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_of_the_page_runs_and_prints_what_it_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with Sandbox(statement=folder / "statement.csv") as sandbox:
        stage = Stage(folder, sandbox)
        for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
            monkeypatch.setenv(name, stage.environment[name])
        for block in blocks_of(page):
            play(block, stage, page)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_of_the_page_says_what_it_is(page: Path) -> None:
    unknown = [
        f"{name_of(page)}:{block.line}"
        for block in blocks_of(page)
        if block.language not in RUN | SHOWN
    ]
    assert unknown == [], f"known are {sorted(RUN | SHOWN)}"
