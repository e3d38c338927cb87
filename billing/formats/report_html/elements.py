"""HTML and SVG elements out of texts: whatever is not already markup is escaped, always."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

_VOID: Final = ("meta", "link")
#: What has no place in HTML, or would turn the text after it round, becomes visible.
_UNSEEN: Final = {
    **{code: 0x2400 + code for code in range(0x20)},  # U+2400: pictures of control characters
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    **dict.fromkeys(range(0x202A, 0x202F), 0xFFFD),
    **dict.fromkeys(range(0x2066, 0x206A), 0xFFFD),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
    **dict.fromkeys((0xFFFE, 0xFFFF), 0xFFFD),
}


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


def visible(text: str) -> str:
    r"""The text with control characters as pictures of themselves.

    >>> visible("a\tb")
    'a␉b'
    """
    return text if text.isascii() and text.isprintable() else text.translate(_UNSEEN)


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
