"""Which mapping a statement file is read by: the one that is asked for, or the one that fits."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

from billing.statement.errors import StatementError
from billing.statement.mapping import Mapping
from billing.statement.mapping_file import parse_mapping, read_mapping
from billing.statement.passes import header_problems
from billing.statement.source import Source
from pricing.errors import listed

#: The mappings that come with the package.
READY: Final = (
    *("canonical", "openai-costs", "openai-images-usage"),
    *("litellm", "openrouter", "focus-1.2"),
)


@cache
def ready_mapping(name: str) -> Mapping:
    """A mapping of `READY`."""
    file = files("billing.statement") / "mappings" / f"{name}.yaml"
    return parse_mapping(file.read_bytes(), f"{name}.yaml")


def recognised(source: Source, asked: str | Path | Mapping | None) -> Mapping:
    """The mapping for a file.

    Raises:
        StatementError: the mapping that was asked for does not load; none was, and no ready one
            fits the header, or several do.
    """
    if isinstance(asked, Mapping):
        return asked
    if asked is not None:
        if str(asked) in READY:
            return ready_mapping(str(asked))
        if not Path(asked).exists():
            problem = f"no such mapping file, and no ready mapping: {listed(READY)}"
            raise StatementError(str(asked), [problem])
        return read_mapping(asked)
    canonical = ready_mapping("canonical")
    _level, problems = header_problems(source, canonical)
    if not problems:
        return canonical
    others = [name for name in READY if name != canonical.name and _fits(source, name)]
    if len(others) > 1:
        problem = f"its header fits {listed(others)}: say which, with --mapping"
        raise source.error(problem)
    if not others:
        problem = f"nor does it fit {listed(READY[1:])}: write a mapping, see docs/statements.md"
        raise source.error(*problems, problem)
    return ready_mapping(others[0])


def level_of(source: Source, mapping: Mapping) -> Literal["line", "bucket"]:
    """Whether the rows of a file are calls or sums.

    Raises:
        StatementError: the mapping does not fit the header.
    """
    level, problems = header_problems(source, mapping)
    if problems:
        raise source.error(*problems)
    return "line" if level == "line" else "bucket"


def _fits(source: Source, name: str) -> bool:
    _level, problems = header_problems(source, ready_mapping(name))
    return not problems
