"""Plays the blocks of a page, in order, and holds what is printed to what the page shows."""

from __future__ import annotations

import doctest
import os
from pathlib import Path

import pytest

from tests.docs.blocks import RUN, Block, Step, steps_of
from tests.docs.stage import Stage

ROOT = Path(__file__).parents[2]
#: What the commands print now is written into the pages.
RENEW = bool(os.environ.get("DOCS_RENEW"))
#: How far each page was renewed: the same command may stand on it twice.
_renewed_to: dict[Path, int] = {}
_checker = doctest.OutputChecker()


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def play(block: Block, stage: Stage, page: Path) -> None:
    """Write the file that a block is, or run what stands in it.

    Raises:
        pytest.fail.Exception: it prints something else.
    """
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
    """Fail where a command printed something else than its page shows."""
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
