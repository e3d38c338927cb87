"""A reconciliation as one HTML file in the report's style: no network, no script, printable."""

from __future__ import annotations

from collections.abc import Iterator

from billing.formats import reconciliation_words as words
from billing.formats.reconciliation_tables import proof_table, sections
from billing.formats.report_html.amounts import exact
from billing.formats.report_html.dates import month_name
from billing.formats.report_html.elements import Child, Markup, element
from billing.formats.report_html.page import html_page, section
from billing.formats.report_html.tables import table
from billing.formats.report_words import counted
from billing.reconciliation import Reconciliation

_CAPTIONS = {
    "Posted": "What this run wrote to the ledger: paid by customers, and cost to us",
    "To be decided": "Every difference, with what to do about it",
    "Pending": "Too young to be decided: the provider may still bill it",
    "Carried": "Decided before: in dispute, or a matter of another month",
}

_PROOF_CAPTION = (
    "Both sides, exact to the nano-unit; carried items are what was carried before, what is "
    "pending, and what is carried from here on"
)


def reconciliation_html(found: Reconciliation) -> str:
    """The whole file; the same discrepancies give the same bytes."""
    month = month_name(str(found.month))
    listed = [(title.lower().replace(" ", "-"), title, grid) for title, grid in sections(found)]
    first = listed[0][0] if listed else "classes"
    places = [(name, title) for name, title, _grid in listed]
    places += [("classes", "Classes"), ("proof", "Proof")]
    return html_page(
        f"Reconciliation of {month}",
        skip_to=(first, "the findings" if listed else "the classes"),
        header=_header(found, month, places),
        main=(
            _cards(found),
            *(
                section(
                    name, title, table(grid, _CAPTIONS[title], name=f"{name}-table", stacks=True)
                )
                for name, title, grid in listed
            ),
            *_sums(found),
        ),
    )


def _header(found: Reconciliation, month: str, places: list[tuple[str, str]]) -> Markup:
    state, words_of_state = ("reconciled", "nothing to decide")
    if not found.is_clean:
        state, words_of_state = ("open", f"{len(found.discrepancies):,} to decide")
    statement = words.heading(found).replace("\n", ", ")
    links = [element("li", element("a", called, href=f"#{name}")) for name, called in places]
    return element(
        "header",
        element("p", "Reconciliation", class_="eyebrow"),
        element("h1", month),
        element(
            "p",
            element("strong", words_of_state, class_=f"state {state}"),
            element("bdi", statement),
            class_="banner",
        ),
        element("nav", element("ul", *links), aria_label="On this page"),
    )


def _cards(found: Reconciliation) -> Markup:
    proof, currency = found.proof, found.currency
    unknown = found.unexplained.is_nan()
    left: Markup = element("span", "unknown", class_="money")
    if not unknown:
        left = exact(found.unexplained, currency)
    beside = "a line's amount cannot be read" if unknown else words.proof_line(found)
    cards = [
        _card("Unexplained", left, beside, class_="main"),
        _card(
            "Statement", exact(proof.statement, currency), counted(found.statement.lines, "line")
        ),
        _card("Ledger", exact(proof.ledger, currency), "what the calls cost us"),
        _card("To be decided", _count(len(found.discrepancies))),
        _card("Pending", _count(len(found.pending)), "findings too young to be decided"),
        _card("Carried", _count(len(found.carried)), "findings that were decided before"),
    ]
    return element("section", element("dl", *cards, class_="cards"), aria_label="Figures")


def _card(name: str, figure: Markup, beside: Child = "", *, class_: str | None = None) -> Markup:
    said = element("dd", beside, class_="beside") if beside else ""
    return element("div", element("dt", name), element("dd", figure), said, class_=class_)


def _count(count: int) -> Markup:
    return element("span", f"{count:,}", class_="money")


def _sums(found: Reconciliation) -> Iterator[Markup]:
    caption = f"Lines, charges and holds by class, in {found.currency}"
    classes = table(words.summary_grid(found), caption, name="classes-table", stacks=True)
    yield section("classes", "Classes", classes)
    signed_off = words.signed_off(found)
    notes = [words.proof_line(found), *words.warnings(found), *words.settings(found)]
    said = notes if signed_off is None else [*notes, signed_off]
    yield section(
        "proof",
        "Proof",
        table(proof_table(found), _PROOF_CAPTION, name="proof-table"),
        element("ul", *(element("li", element("bdi", each)) for each in said)),
    )
