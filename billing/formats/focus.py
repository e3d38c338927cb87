"""The charges of a month as a FOCUS file: a row each, written as they are read."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Final, TextIO

from billing.errors import FocusRefused
from billing.formats.focus_columns import focus_columns
from billing.formats.focus_lint import row_problems
from billing.formats.focus_rows import FocusTerms, focus_row
from billing.report.charge_lines import ChargeLine

#: What to read for a file: a top-up is a row where it buys units that are no money.
FOCUS_KINDS: Final = ("capture", "charge", "refund", "adjustment", "top-up")


def write_focus(lines: Iterable[ChargeLine], target: TextIO, *, terms: FocusTerms) -> int:
    r"""Write a header and a row for each charge, ended by \n; how many rows there were.

    What corrects only our cost has no price and is left out: the file is the customer's.

    Raises:
        FocusRefused: a row breaks a rule of FOCUS; what came before it is written.
        InvalidEntry: an account is kept in a unit that is no currency, without a price of it.
    """
    columns = focus_columns(terms.version)
    writer = csv.DictWriter(target, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    count = 0
    for line in lines:
        if line.is_of_cost_only:
            continue
        if line.kind == "top-up" and terms.worth(line.currency).currency == line.currency:
            continue  # a payment, not a charge
        row = focus_row(line, terms)
        problems = row_problems(row)
        if problems:
            raise FocusRefused(line.id, problems)
        writer.writerow(row)
        count += 1
    return count
