"""The command group: imports a command's module when it is called, and ends with its exit code."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import NamedTuple

import click

from billing.cli import exits


class Listed(NamedTuple):
    """A command that is not imported yet."""

    #: `module:attribute` below `billing.cli`.
    target: str
    #: What the list of commands says of it.
    summary: str


class Program(click.Group):
    """A group of commands known by name and summary only, until one of them is called."""

    def __init__(self, *args: object, listed: Mapping[str, Listed], **settings: object) -> None:
        super().__init__(*args, **settings)  # type: ignore[arg-type]  # click's own, passed through
        self._listed = listed

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of a person's first day."""
        return list(self._listed)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name; its module is imported here."""
        if cmd_name not in self._listed:
            return None
        module, _, attribute = self._listed[cmd_name].target.partition(":")
        command = getattr(import_module(f"billing.cli.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; a misspelt one gets the nearest names suggested."""
        name = args[0]
        if name not in self._listed and not name.startswith("-") and not ctx.resilient_parsing:
            raise click.NoSuchCommand(name, possibilities=self._listed, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list in `--help`, which imports none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in self._listed.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a reader that went away is told from click's own exit code for it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise exits.ReaderGone from None

    def main(  # type: ignore[override]  # click's overloads say which mode returns; so does this
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - click's signature
        **extra: object,
    ) -> object:
        """Run a command line and leave the process with its exit code."""
        given = sys.argv[1:] if args is None else list(args)
        run = partial(super().main, args, prog_name, complete_var, standalone_mode=False, **extra)
        if not standalone_mode:
            return run()
        sys.exit(exits.exit_code_of(run, as_json="--json" in given))
