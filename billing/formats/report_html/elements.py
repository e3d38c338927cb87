"""HTML and SVG elements out of texts: whatever is not already markup is escaped, always."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

from billing.formats.visible import visible

_VOID: Final = ("meta", "link")


@dataclass(frozen=True, slots=True)
class Markup:
    """Text that is HTML already."""

    html: str


Child = str | Markup
NOTHING: Final = Markup("")


def element(tag: str, /, *children: Child, **attributes: str | int | None) -> Markup:
    """One element; `class_`, `aria_label` become `class`, `aria-label`; None is left out.

    >>> element("td", "a < b", class_="word", title=None).html
    '<td class="word">a &lt; b</td>'
    """
    written = "".join(
        f' {_attribute(key)}="{escape(visible(str(value)))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if tag in _VOID:
        return Markup(f"<{tag}{written}>")
    return Markup(f"<{tag}{written}>{joined(*children).html}</{tag}>")


def joined(*children: Child) -> Markup:
    """Several one after the other."""
    return Markup(
        "".join(
            child.html if isinstance(child, Markup) else escape(visible(child))
            for child in children
        )
    )


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
