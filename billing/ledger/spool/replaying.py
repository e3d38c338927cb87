"""Booking what a spool kept: each line by its key, so once, however often it is read.

Nothing is deleted. A file whose lines are all booked moves to `done/`; one with a line that cannot
be booked stays, and is told of at every replay until a person moves it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from billing.errors import BillingError, HoldEnded, LedgerUnavailable
from billing.ledger.settlements import Settlement, book
from billing.ledger.spool.files import Spool, locked, set_done
from billing.ledger.spool.lines import UnreadableLine, decode
from billing.ledger.transfers import Capture

if TYPE_CHECKING:
    from billing.ledger.views import Views

_log: Final = logging.getLogger("image_billing")

#: `settled` now; `repeated`, by its key, before; `ended` by somebody else, so its evidence was
#: added to the hold; `left` in the file, see `detail`.
Result = Literal["settled", "repeated", "ended", "left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedLine:
    """What became of one line."""

    file: Path
    #: From 1.
    line: int
    #: None when it cannot be read.
    hold_id: str | None
    result: Result
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What became of a spool."""

    lines: tuple[ReplayedLine, ...] = ()
    #: Files that are done, where they are now.
    done: tuple[Path, ...] = ()
    #: Files that another process is writing or booking right now.
    busy: tuple[Path, ...] = ()
    #: Files in the same folders that were written for other ledgers, and left alone.
    elsewhere: tuple[Path, ...] = ()

    def of(self, result: Result) -> tuple[ReplayedLine, ...]:
        """The lines with one result."""
        return tuple(line for line in self.lines if line.result == result)


def replayed(ledger: Views, spool: Spool, *, moved: bool = False) -> Replay:
    """Book every line of a spool that waits for this ledger.

    Args:
        ledger: where the holds are.
        spool: its spool.
        moved: take the lines of other places too: the ledger was moved, or is reached by another
            address. What has no hold here stays.

    Raises:
        LedgerUnavailable: the database is locked or away; what was not booked stays.
        OSError: a file cannot be read or moved.
    """
    files = spool.waiting_for_anyone() if moved else spool.waiting()
    lines: list[ReplayedLine] = []
    done: list[Path] = []
    busy: list[Path] = []
    for path in files:
        with locked(path) as content:
            if content is None:
                busy += [path] if path.exists() else []
                continue
            place = None if moved else spool.place
            of_file = [
                _replayed_line(ledger, path, number, line, place)
                for number, line in enumerate(content.splitlines(keepends=True), start=1)
            ]
            lines += of_file
            if all(line.result != "left" for line in of_file):
                done.append(set_done(path))
    elsewhere = () if moved else _others(spool)
    return Replay(lines=tuple(lines), done=tuple(done), busy=tuple(busy), elsewhere=elsewhere)


def replay_if_any(ledger: Views, spool: Spool) -> None:
    """The replay of a start: quick when nothing waits, and never in the way of what comes next."""
    if not spool.waiting():
        return
    try:
        found = replayed(ledger, spool)
    except (LedgerUnavailable, OSError) as error:
        _log.warning("the spool was not replayed, it is kept: %s", type(error).__name__)
        return
    for line in found.lines:
        level = logging.WARNING if line.result in ("left", "ended") else logging.INFO
        _log.log(
            level,
            "spool %s line %d: %s, %s",
            line.file.name,
            line.line,
            line.result,
            line.detail,
            extra={"event": "replayed", "hold_id": line.hold_id, "result": line.result},
        )


def _others(spool: Spool) -> tuple[Path, ...]:
    ours = set(spool.waiting())
    return tuple(path for path in spool.waiting_for_anyone() if path not in ours)


def _replayed_line(
    ledger: Views, path: Path, number: int, line: bytes, place: str | None
) -> ReplayedLine:
    hold_id: str | None = None
    try:
        written_for, settlement = decode(line)
        hold_id = settlement.hold_id
        if place not in (None, written_for):
            message = f"it was written for the ledger at {written_for}"
            raise UnreadableLine(message)
        result, detail = _booked(ledger, settlement)
    except LedgerUnavailable:
        raise
    except (UnreadableLine, BillingError) as error:
        result, detail = "left", str(error)
    except Exception as error:  # noqa: BLE001 - one line must not stop those behind it
        # Class name only: a database's message may quote what was written.
        result, detail = "left", type(error).__name__
    return ReplayedLine(file=path, line=number, hold_id=hold_id, result=result, detail=detail)


def _booked(ledger: Views, settlement: Settlement) -> tuple[Result, str]:
    try:
        # A clock that was set back must not make an answer of the future out of it.
        row = book(ledger, settlement, occurred_at=min(settlement.at, ledger.now()))
    except HoldEnded as error:
        return "ended", _added(ledger, settlement, error)
    late = ", late: the hold had expired" if isinstance(row, Capture) and row.is_late else ""
    return (
        "repeated" if row.repeated else "settled",
        f"{settlement.verb}: {settlement.reason}{late}",
    )


def _added(ledger: Views, settlement: Settlement, error: HoldEnded) -> str:
    """Keep the evidence with a hold that is settled already, once."""
    view = ledger.hold_by_id(settlement.hold_id)
    if settlement.evidence not in view.evidence:
        ledger.add_evidence(settlement.hold_id, settlement.evidence)
    wanted = f"{settlement.verb}: {settlement.reason}"
    return f"{error.stands} before, so not settled by {wanted}; its evidence is kept"
