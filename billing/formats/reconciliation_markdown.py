"""A reconciliation as Markdown: what the terminal says, for a wiki or a ticket."""

from __future__ import annotations

from collections.abc import Iterator

from billing.formats import reconciliation_words as words
from billing.formats.markdown import bullets, escaped, markdown_table
from billing.formats.reconciliation_tables import proof_table, sections
from billing.reconciliation import Reconciliation


def reconciliation_markdown(found: Reconciliation) -> str:
    """The whole answer, with a line break at the end."""
    return "\n\n".join(_parts(found)) + "\n"


def _parts(found: Reconciliation) -> Iterator[str]:
    title, statement = words.heading(found).split("\n")
    yield f"# {escaped(title)}"
    yield escaped(statement)
    yield markdown_table(words.summary_grid(found))
    for name, grid in sections(found):
        yield f"## {name}"
        yield markdown_table(grid)
    yield "## Proof"
    yield markdown_table(proof_table(found))
    signed_off = words.signed_off(found)
    notes = [words.proof_line(found), *words.warnings(found), *words.settings(found)]
    yield bullets(notes if signed_off is None else [*notes, signed_off])
    yield f"**{escaped(words.unexplained_line(found))}**"
