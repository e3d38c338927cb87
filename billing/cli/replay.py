"""`image-billing replay`: book what calls kept in the spool while the database was away."""

from __future__ import annotations

from pathlib import Path

import click

from billing.cli import screen
from billing.cli.exits import DISCREPANCIES, DONE
from billing.cli.ledger_file import open_ledger
from billing.cli.options import database_option, json_option
from billing.ledger.spool.files import Spool
from billing.ledger.spool.replaying import Replay, ReplayedLine


@click.command(epilog="Example: image-billing replay --json")
@click.option(
    "--spool",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    envvar="IMAGE_BILLING_SPOOL",
    show_envvar=True,
    help="Default: FILE.spool beside a SQLite file, and the state folder.",
)
@click.option("--moved", is_flag=True, help="The ledger was at another place when it was written.")
@database_option
@json_option
def replay(*, folder: Path | None, moved: bool, database_url: str | None, as_json: bool) -> int:
    """Settle the calls whose answers the ledger could not take, each by its key, once.

    Files that are done move to the folder `done`. A line that cannot be settled stays, is listed,
    and makes the exit code 3: it is torn or damaged, or its hold is not in this ledger. Safe to run
    anywhere and twice; the next start of a program does the same.
    """
    with open_ledger(database_url, replay=False) as ledger:
        spool = ledger.spool if folder is None else Spool.of(ledger.engine.url, folder)
        found = ledger.replay(spool, moved=moved)
    if as_json:
        screen.print_json(_as_json(found))
    else:
        _show(found)
    return DISCREPANCIES if found.of("left") else DONE


def _as_json(found: Replay) -> dict[str, object]:
    return {
        "settled": len(found.of("settled")),
        "repeated": len(found.of("repeated")),
        "ended": [_line(line) for line in found.of("ended")],
        "left": [_line(line) for line in found.of("left")],
        "done": [str(path) for path in found.done],
        "busy": [str(path) for path in found.busy],
        "elsewhere": [str(path) for path in found.elsewhere],
    }


def _line(line: ReplayedLine) -> dict[str, object]:
    return {
        "file": str(line.file),
        "line": line.line,
        "hold_id": line.hold_id,
        "detail": line.detail,
    }


def _show(found: Replay) -> None:
    for line in (*found.of("ended"), *found.of("left")):
        hold = f" {line.hold_id}" if line.hold_id else ""
        screen.say(f"{line.file}:{line.line}:{hold} {line.result}: {line.detail}")
    settled, repeated = len(found.of("settled")), len(found.of("repeated"))
    counts = f"{screen.counted(settled, 'call')} settled, {repeated} before, not again"
    left = f", {screen.counted(len(found.of('left')), 'line')} left" if found.of("left") else ""
    click.echo(counts + left if found.lines else "nothing to replay")
    for path in found.busy:
        screen.say(f"note: {path} is in use by another process, or not ours to read", err=True)
    if found.elsewhere:
        files = screen.counted(len(found.elsewhere), "file")
        click.echo(
            f"note: {files} of other ledgers in {found.elsewhere[0].parent}, left alone; "
            "if this ledger was moved here, give --moved",
            err=True,
        )
