"""What the guides show is what happens: every block of every page runs, in order, as it stands.

`DOCS_RENEW=1 pytest tests/docs` writes what the commands print now into the pages.
"""

from __future__ import annotations

import doctest
import os
from pathlib import Path

import pytest

from billing.sandbox import Sandbox
from tests.docs.blocks import RUN, SHOWN, Block, Step, blocks_of, steps_of
from tests.docs.stage import Stage

ROOT = Path(__file__).parents[2]
DECISIONS = ROOT / "docs" / "decisions"
PAGES = sorted(page for page in (ROOT / "docs").rglob("*.md") if DECISIONS not in page.parents)
RENEW = bool(os.environ.get("DOCS_RENEW"))
#: How far each page was renewed: the same command may stand on it twice.
_renewed_to: dict[Path, int] = {}
_checker = doctest.OutputChecker()


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


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


def play(block: Block, stage: Stage, page: Path) -> None:
    if block.left_out is not None:
        return
    if block.title is not None:
        file = stage.folder / block.title
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, encoding="utf-8")
    elif block.language == "python":
        stage.execute("\n" * (block.line - 1) + block.text, str(page))
    elif block.language in RUN:
        shows = block.language == "console"
        for step in steps_of(block):
            printed = stage.run(step)
            if RENEW and shows:
                renew(step, printed.rstrip(), page)
            elif step.output is not None:
                compare(step, printed, page)


def compare(step: Step, printed: str, page: Path) -> None:
    shown, got = f"{step.output}".rstrip() + "\n", printed.rstrip() + "\n"
    if not _checker.check_output(shown, got, doctest.ELLIPSIS):
        where = f"{name_of(page)}:{step.line}: {step.command}"
        pytest.fail(f"{where}\nshown:\n{shown}\nprinted:\n{got}")


def renew(step: Step, printed: str, page: Path) -> None:
    """Write what a command prints now into its page, where it shows something else."""
    before = f"$ {step.command}\n" + (f"{step.output}\n" if step.output else "")
    after = f"$ {step.command}\n" + (f"{printed}\n" if printed else "")
    if step.output and _checker.check_output(f"{step.output}\n", f"{printed}\n", doctest.ELLIPSIS):
        after = before
    text = page.read_text(encoding="utf-8")
    place = text.index(before, _renewed_to.get(page, 0))
    _renewed_to[page] = place + len(after)
    page.write_text(text[:place] + after + text[place + len(before) :], encoding="utf-8")
