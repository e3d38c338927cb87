"""How a command ends: the exit codes, and what is said of each expected error, in one place.

2 is what the command line itself has wrong: an option or argument that does not exist, is missing,
has a value it can never have (a month 2026-13, an amount that is none), or names an input file that
is not there. 1 is what was asked and refused: by the price book, a file's content or the ledger.

An expected error is one line on stderr (`error: ...`, or an object with --json) and no traceback.
Anything else is a fault of ours and keeps its traceback.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import click

from billing.errors import BillingError, EntryRefused, InvalidEntry, LedgerUnavailable
from billing.formats.visible import visible_lines
from pricing.errors import CurrencyMismatch, MoneyError, PricingError
from pricing.file_errors import BookNotFound
from pricing.money import amount_text

DONE: Final = 0
REFUSED: Final = 1
BAD_USAGE: Final = 2
DISCREPANCIES: Final = 3
#: EX_TEMPFAIL of sysexits.h: the database is locked or away.
TRY_AGAIN: Final = 75
#: 128 + SIGINT and 128 + SIGPIPE, as shells report them.
INTERRUPTED: Final = 130
CUT_SHORT: Final = 141

#: The `type` of every error object: OpenAI's word for what the caller has to mend.
ERROR_TYPE: Final = "invalid_request_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An expected error as it is shown."""

    exit_code: int
    message: str
    code: str
    param: str | None = None
    #: A line below the message, for people only.
    hint: str = ""
    #: What the message says in figures, for programs only; amounts are text.
    figures: Mapping[str, object] = field(default_factory=dict)
    #: Further objects beside `error`, for programs only.
    beside: Mapping[str, object] | None = None


_INTERRUPTED: Final = Refusal(exit_code=INTERRUPTED, message="Interrupted.", code="interrupted")


class ReaderGone(Exception):
    """Whoever read our output has closed it, as `head` does; nothing is wrong."""


class CommandFailed(BillingError):
    """A command cannot go on; `beside` goes next to the error object."""

    code = "command_failed"

    def __init__(
        self,
        message: str,
        *,
        code: str,
        param: str | None = None,
        beside: Mapping[str, object] | None = None,
        exit_code: int = REFUSED,
    ) -> None:
        super().__init__(message, param=param)
        self.code, self.beside, self.exit_code = code, beside, exit_code


def exit_code_of(run: Callable[[], object], *, as_json: bool) -> int:
    """Run a command; the exit code of how it ended. Expected errors are printed on stderr."""
    try:
        answer = run()
        sys.stdout.flush()
    except (BrokenPipeError, ReaderGone):
        return _reader_gone()
    except (click.Abort, KeyboardInterrupt):
        _show(_INTERRUPTED, as_json=as_json)
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as help_page:
        help_page.show()
        return BAD_USAGE
    except Exception as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        _show(refusal, as_json=as_json)
        return refusal.exit_code
    return answer if isinstance(answer, int) else DONE


def refusal_of(error: Exception) -> Refusal | None:
    """What is said of an error, or None when it is not an expected one."""
    match error:
        case PricingError() | BillingError():
            return Refusal(
                exit_code=_exit_code(error),
                message=error.message,
                code=error.code,
                param=error.param,
                figures=_figures(error),
                beside=getattr(error, "beside", None),
            )
        case click.UsageError():
            return _usage(error)
        case click.ClickException():
            return Refusal(exit_code=error.exit_code, message=error.format_message(), code="failed")
        case OSError():
            named = f"{error.filename}: " if error.filename else ""
            detail = error.strerror or type(error).__name__
            return Refusal(exit_code=REFUSED, message=f"{named}{detail}", code="os_error")
    return None


def _figures(error: PricingError | BillingError) -> dict[str, object]:
    names = error.figures if isinstance(error, BillingError) else ()
    values = {name: getattr(error, name) for name in names}
    return {
        name: amount_text(value) if isinstance(value, Decimal) else value
        for name, value in values.items()
    }


def _exit_code(error: PricingError | BillingError) -> int:
    match error:
        case CommandFailed():
            return error.exit_code
        case LedgerUnavailable():
            return TRY_AGAIN
        case CurrencyMismatch() | EntryRefused():  # right by itself
            return REFUSED
        case InvalidEntry() | MoneyError() | BookNotFound():
            return BAD_USAGE
    return REFUSED


def _usage(error: click.UsageError) -> Refusal:
    given = getattr(error, "param", None)
    name = None
    if isinstance(given, click.Option):  # as it is typed, not as Python calls it
        name = max(given.opts, key=len).lstrip("-")
    elif isinstance(given, click.Argument):
        name = given.name
    return Refusal(
        exit_code=BAD_USAGE,
        message=error.format_message(),
        code="usage",
        param=name or getattr(error, "option_name", None),
        hint=f"Try '{error.ctx.command_path} --help'." if error.ctx else "",
    )


def _show(refusal: Refusal, *, as_json: bool) -> None:
    if as_json:
        told = {
            "message": refusal.message,
            "type": ERROR_TYPE,
            "param": refusal.param,
            "code": refusal.code,
            **refusal.figures,
        }
        click.echo(json.dumps({"error": told, **(refusal.beside or {})}), err=True)
        return
    plain = False if os.environ.get("NO_COLOR") else None
    # A message may quote what a file says.
    said = f"{click.style('error:', fg='red', bold=True)} {visible_lines(refusal.message)}"
    click.echo(said, err=True, color=plain)
    if refusal.hint:
        click.echo(refusal.hint, err=True)


def _reader_gone() -> int:
    """Whoever read our output has closed it; keep the interpreter from flushing into the void."""
    with suppress(OSError, ValueError):  # stdout is not a file, as under a test runner
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CUT_SHORT
