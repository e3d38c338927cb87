"""Anybody's text made fit to be looked at: no control character, no terminal code gets through.

Account codes, keys, tags, reasons, model names and file names come from outside. A terminal obeys
control characters, and bidirectional overrides turn the text after them round.
"""

from __future__ import annotations

from typing import Final

#: What has no place in a text becomes a picture of itself, or the sign for a broken character.
_UNSEEN: Final = {
    **{code: 0x2400 + code for code in range(0x20)},  # U+2400: pictures of control characters
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    **dict.fromkeys(range(0x2028, 0x202F), 0xFFFD),
    **dict.fromkeys(range(0x2066, 0x206A), 0xFFFD),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
    **dict.fromkeys((0xFFFE, 0xFFFF), 0xFFFD),
}
_UNSEEN_BUT_LINES: Final = {code: seen for code, seen in _UNSEEN.items() if code != ord("\n")}


def visible(text: str) -> str:
    r"""The text on one line, with control characters as pictures of themselves.

    >>> visible("a\tb")
    'a␉b'
    """
    return text if text.isascii() and text.isprintable() else text.translate(_UNSEEN)


def visible_lines(text: str) -> str:
    r"""The same for a text of several lines.

    >>> visible_lines("a\x07\nb")
    'a␇\nb'
    """
    return text.translate(_UNSEEN_BUT_LINES)
