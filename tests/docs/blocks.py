"""The fenced blocks of a page of the guides, in their order, and what is said of each.

- `console`: a transcript; each line that begins with `$ ` is run, what follows is what it prints.
  `...` stands for anything, as in a doctest. `# exit 3` behind a command says how it ends.
- `sh`: every line is run, and must succeed or say how it ends.
- `python`: run, with the names of the python blocks before it on the page.
- a block with `title="NAME"` is a file of that name.
- `<!-- python`, lines of Python and `-->` are run and not shown.
- `<!-- run: COMMAND -->` in a line of its own is run and not shown; `<!-- not run: WHY -->` before
  a block leaves it out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Blocks that show something and do nothing.
SHOWN: Final = frozenset({"text", "yaml", "json", "csv", "sql", "mermaid", "ini", "promql", "diff"})
RUN: Final = frozenset({"console", "sh", "python"})

_FENCE: Final = re.compile(r"^```(?P<head>.*)$")
_TITLE: Final = re.compile(r'title="(?P<title>[^"]+)"')
_HIDDEN: Final = re.compile(r"^<!-- (?P<what>run|not run): (?P<text>.*) -->$")
_EXIT: Final = re.compile(r"#\s*exit (\d+)\s*$")


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page."""

    #: Of the first line within it, counted from 1.
    line: int
    language: str
    title: str | None
    text: str
    #: Why it is not run; None when it is.
    left_out: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A command, the exit code it ends with, and what it prints; None where nothing is said."""

    line: int
    command: str
    exit_code: int
    output: str | None


def blocks_of(page: Path) -> Iterator[Block]:
    """All blocks in order; a hidden command comes as a block of the language `sh`."""
    lines = iter(enumerate(page.read_text(encoding="utf-8").splitlines(), start=1))
    left_out: str | None = None
    for number, line in lines:
        hidden, fence = _HIDDEN.match(line), _FENCE.match(line)
        if line == "<!-- python":
            yield Block(number + 1, "python", None, _until("-->", lines))
        elif hidden and hidden["what"] == "run":
            yield Block(number, "sh", None, hidden["text"])
        elif hidden:
            left_out = hidden["text"]
        elif fence:
            language = fence["head"].split(" ")[0]
            title = _TITLE.search(fence["head"])
            name = title["title"] if title else None
            yield Block(number + 1, language, name, _until("```", lines), left_out)
            left_out = None


def _until(end: str, lines: Iterator[tuple[int, str]]) -> str:
    within = itertools.takewhile(lambda line: line != end, (line for _number, line in lines))
    return "".join(f"{line}\n" for line in within)


def steps_of(block: Block) -> list[Step]:
    """The commands of a `console` or `sh` block."""
    steps: list[Step] = []
    is_transcript = block.language == "console"
    for number, line in enumerate(block.text.splitlines(), start=block.line):
        if is_transcript and not line.startswith("$ "):
            last = steps.pop()
            told = line if last.output is None else f"{last.output}\n{line}"
            steps.append(Step(last.line, last.command, last.exit_code, told))
        elif line.strip() and not line.startswith("#"):
            command = line.removeprefix("$ ")
            ends = _EXIT.search(command)
            steps.append(Step(number, command, int(ends[1]) if ends else 0, None))
    return steps
