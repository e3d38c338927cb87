"""YAML text to plain data in which every key remembers its line; it knows nothing of prices.

Numbers are kept as they were written, so that `0.10` can be refused instead of becoming a float.
Whatever the bytes, the only error that leaves this module is the `FileError` it is given.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

import yaml

from pricing.errors import shown
from pricing.file_bytes import BYTES_MAX
from pricing.file_errors import BookError, FileError, Problem

#: A path of keys and list positions from the top of the document.
Path = tuple[str | int, ...]

#: A price book of a thousand cells has about 100 KB; these stop bombs, not books.
TEXT_MAX = 1_000_000
NODES_MAX = 50_000
DEPTH_MAX = 20

_TOO_LARGE = f"the file is too large: at most {TEXT_MAX} characters"
_TOO_MUCH = "the file unfolds to too much data, or an alias contains itself"
_PREFIX = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLAIN_TAGS = frozenset({"str", "int", "float", "bool", "null", "timestamp", "merge", "value"})


class Unquoted(NamedTuple):
    """A scalar that YAML takes for a number, a flag or a date, and that we take for none."""

    text: str

    def __repr__(self) -> str:
        return self.text


class Document:
    """The data of one file, the lines of its keys, and what was wrong before anyone read it."""

    def __init__(self, file: str, error: type[FileError]) -> None:
        self.file, self.error = file, error
        self.data: object = None
        self.lines: dict[Path, int] = {(): 1}
        self.problems: list[Problem] = []
        self.nodes = 0

    def problem(self, path: Path, message: str, *, line: int | None = None) -> Problem:
        """A problem at a path; a path that is not there has the line of the nearest parent."""
        known = path
        while line is None:
            line, known = self.lines.get(known), known[:-1]
        return Problem(self.file, line, path_text(path), message)


class _TooMuch(Exception):
    """More values, or more of them in each other, than any file of ours has."""


class _Loader(yaml.SafeLoader):
    """Stops at the first value that is too many, not at the end of the file.

    The pure Python loader: the C one recurses without a limit and can crash the process.
    """

    nodes = depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The next value, while there are few and none is too deep."""
        self.nodes += 1
        self.depth += 1
        if self.nodes > NODES_MAX:
            raise _TooMuch(_TOO_MUCH)
        if self.depth > DEPTH_MAX + 1:
            message = f"the file is nested too deeply: at most {DEPTH_MAX} levels"
            raise _TooMuch(message)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def path_text(path: Path) -> str:
    """`rates[0].generations.1K.high`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".")


def parse(text: str | bytes, file: str, error_type: type[FileError] = BookError) -> Document:
    """The document in the text.

    Raises:
        FileError: Of the type given, when it is not one YAML document of plain data of a sane size.
    """
    document = Document(file, error_type)
    try:
        if len(text) > BYTES_MAX:
            raise _fatal(document, _TOO_LARGE)
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        if len(decoded) > TEXT_MAX:
            raise _fatal(document, _TOO_LARGE)
        node = yaml.compose(decoded, Loader=_Loader)
    except _TooMuch as error:
        raise _fatal(document, str(error)) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        detail = error.problem or error.context or "it cannot be read"
        raise _fatal(
            document, f"this is not YAML: {detail}", mark.line + 1 if mark else 1
        ) from None
    except UnicodeDecodeError as error:
        raise _fatal(document, f"this is not UTF-8 text: {error.reason}") from None
    except (yaml.YAMLError, ValueError, LookupError, OverflowError, RecursionError) as error:
        detail = str(error).partition("\n")[0] or type(error).__name__
        raise _fatal(document, f"this is not YAML: {detail[:200]}") from None
    if node is None:
        kind, beginning = error_type.kind, error_type.beginning
        raise _fatal(document, f"the file is empty; a {kind} starts with {beginning}")
    document.data = _convert(node, (), document)
    return document


def emit(data: object) -> str:
    """YAML text of plain data, in its own order; `parse` reads it back."""
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)
    return text


def _fatal(document: Document, message: str, line: int = 1) -> FileError:
    return document.error([*document.problems, Problem(document.file, line, "", message)])


def _convert(node: yaml.Node, path: Path, document: Document) -> object:
    document.nodes += 1
    if document.nodes > NODES_MAX or len(path) > DEPTH_MAX:
        raise _fatal(document, _TOO_MUCH)
    kind = node.tag.removeprefix(_PREFIX)
    if isinstance(node, yaml.MappingNode) and kind == "map":
        return _mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode) and kind == "seq":
        return _sequence(node, path, document)
    if isinstance(node, yaml.ScalarNode) and kind in _PLAIN_TAGS:
        return _scalar(node, path, document, kind)
    message = (
        f"the tag {shown(node.tag)} is not used in a {document.error.kind}; write plain values"
    )
    document.problems.append(document.problem(path, message))
    return None


def _mapping(node: yaml.MappingNode, path: Path, document: Document) -> dict[str, object]:
    data: dict[str, object] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            problem = document.problem(path, "a key must be plain text", line=line)
            document.problems.append(problem)
            continue
        # Keys are text as written: a quality `on` or a tier `4` is a name, not a flag or a number.
        key = _text(key_node, path, document)
        here = (*path, key)
        if key in data:
            message = f"this key is here twice, first on line {document.lines[here]}"
            document.problems.append(document.problem(here, message, line=line))
            continue
        document.lines[here] = line
        data[key] = _convert(value_node, here, document)
    return data


def _sequence(node: yaml.SequenceNode, path: Path, document: Document) -> list[object]:
    data = []
    for position, item in enumerate(node.value):
        here = (*path, position)
        document.lines[here] = item.start_mark.line + 1
        data.append(_convert(item, here, document))
    return data


def _scalar(node: yaml.ScalarNode, path: Path, document: Document, kind: str) -> object:
    text = _text(node, path, document)
    if kind == "str":
        return text
    if kind == "null":
        message = "there is no value; write one, or leave the key out"
        document.problems.append(document.problem(path, message))
        return None
    if kind == "bool" and text in ("true", "false"):
        return text == "true"
    if kind == "int" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "timestamp" and _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return Unquoted(text)
    return Unquoted(text)


def _text(node: yaml.ScalarNode, path: Path, document: Document) -> str:
    text: str = node.value
    if text.isprintable() or text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        line = node.start_mark.line + 1
        problem = document.problem(path, "the text has half a surrogate pair", line=line)
        document.problems.append(problem)
        return text.encode(errors="replace").decode()
    return text
