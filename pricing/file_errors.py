"""What is wrong with a price book or catalog file: every problem at once, each with its line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple, NoReturn

from pricing.errors import PricingError, listed, shown


class Problem(NamedTuple):
    """One thing wrong in one place of a file.

    Attributes:
        file: As it was named by the caller.
        line: Counted from 1; of the key, or of the nearest thing that is there.
        path: Of keys, such as `rates[0].generations.1K.high`; empty for the whole file.
        message: What is wrong and what is allowed.
    """

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{self.file}:{self.line}: {where}{self.message}"


class FileError(PricingError):
    """A file that does not load; `problems` lists everything that is wrong with it."""

    code = "invalid_file"
    #: What kind of file it is, in words.
    kind: ClassVar = "file"
    #: How a file of this kind begins.
    beginning: ClassVar = "schema_version: 1"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{count} problem{'' if count == 1 else 's'} in the {self.kind}"
        param = self.kind.split()[-1]
        super().__init__("\n  ".join([f"{head}:", *map(str, self.problems)]), param=param)


class BookError(FileError):
    """A price book that does not load."""

    code = "invalid_book"
    kind = "price book"


class BookNotFound(BookError):
    """Neither a bundled id nor a file; `bundled` lists the ids there are."""

    code = "book_not_found"

    def __init__(self, id_or_path: str, *, bundled: Iterable[str]) -> None:
        bundled = tuple(bundled)
        message = f"no such file and no bundled book of that id; bundled: {listed(bundled)}"
        super().__init__([Problem(id_or_path, 1, "", message)])
        self.id_or_path, self.bundled = id_or_path, bundled
        self.message = f"No price book {shown(id_or_path)}: {message}."
        self.args = (self.message,)


class CatalogError(FileError):
    """A catalog that does not load: its own problems, and those of the price books it names."""

    code = "invalid_catalog"
    kind = "catalog"


def refuse(error: type[FileError], problems: Sequence[Problem]) -> NoReturn:
    """Raise all problems of a file at once, in the order of its lines."""
    raise error(sorted(problems, key=lambda problem: (problem.file, problem.line)))
