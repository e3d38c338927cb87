"""What every page is: one file with its style inside, and nothing that may be loaded."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

from billing.formats.report_html.elements import Markup, element

#: Nothing may be loaded, whatever a name may have smuggled in; styles are in the page.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_METAS: Final = (
    {"name": "viewport", "content": "width=device-width, initial-scale=1"},
    {"name": "color-scheme", "content": "light dark"},
    {"name": "referrer", "content": "no-referrer"},
    {"http_equiv": "Content-Security-Policy", "content": _POLICY},
)


def html_page(
    title: str, *, skip_to: tuple[str, str], header: Markup, main: Iterable[Markup]
) -> str:
    """The whole file; `skip_to` is what a keyboard may jump to: its id, and how it is called."""
    place, called = skip_to
    head = element(
        "head",
        Markup('<meta charset="utf-8">'),
        *(element("meta", **meta) for meta in _METAS),
        element("title", title),
        element("link", rel="icon", href="data:,"),
        Markup(f"<style>{_style()}</style>"),
    )
    body = element(
        "body",
        element("a", f"To {called}", href=f"#{place}", class_="skip"),
        header,
        element("main", *main),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en').html}\n"


def section(name: str, called: str, *content: Markup) -> Markup:
    """A part of the page under a heading."""
    return element(
        "section",
        element("h2", called, id=f"{name}-heading"),
        *content,
        id=name,
        aria_labelledby=f"{name}-heading",
    )


@cache
def _style() -> str:
    return files(__package__).joinpath("style.css").read_text(encoding="utf-8")
