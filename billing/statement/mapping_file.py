"""Mapping files: YAML to a `Mapping`, or every problem of the file, each with its line and key."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Final

from pydantic import ValidationError

from billing.statement.errors import StatementError
from billing.statement.mapping import Columns, Cut, Format, Mapping, Skip
from billing.statement.mapping_rules import broken_rules
from pricing.book_yaml import Path, parse
from pricing.file_errors import FileError
from pricing.file_shape import Shape, shape_problems


def parse_mapping(text: str | bytes, file: str) -> Mapping:
    """The mapping in a YAML text.

    Raises:
        StatementError: with every problem, each with its line and key.
    """
    try:
        document = parse(text, file, _MappingProblems)
    except FileError as error:
        raise StatementError(file, [str(problem) for problem in error.problems]) from None
    mapping: Mapping | None = None
    found: list[tuple[Path, str]] = []
    try:
        mapping = Mapping.model_validate(document.data)
    except ValidationError as error:
        found = shape_problems(error, document.data, _shape_at)
    else:
        found = list(broken_rules(mapping))
    problems = [*document.problems, *(document.problem(*each) for each in found)]
    if mapping is None or problems:
        raise StatementError(file, list(dict.fromkeys(map(str, problems))))
    return mapping


def read_mapping(path: str | FilePath) -> Mapping:
    """The mapping in a file.

    Raises:
        StatementError: it cannot be opened, or has problems.
    """
    try:
        text = FilePath(path).read_bytes()
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise StatementError(str(path), [problem]) from None
    return parse_mapping(text, str(path))


class _MappingProblems(FileError):
    """A mapping that does not load; it leaves this module as a `StatementError`."""

    kind = "statement mapping"


_SHAPES: Final[dict[Path, type[Shape]]] = {
    (): Mapping,
    ("format",): Format,
    ("columns",): Columns,
    ("skip",): Skip,
}


def _shape_at(path: Path) -> type[Shape]:
    return Cut if path[:1] == ("cut",) else _SHAPES[path]
