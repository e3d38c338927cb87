"""The commands and options that other programs rely on are there, under these names."""

from __future__ import annotations

import click
import pytest

from billing.cli import main

COMMANDS = {
    "quote": "--size --quality --n --model --endpoint --book --account --at --all --file --budget "
    "--shape --catalog",
    "prices list": "",
    "prices show": "--at",
    "prices check": "",
    "prices diff": "--markdown --usage",
    "prices margin": "--catalog",
    "prices schema": "",
    "db upgrade": "--database-url",
    "db current": "--database-url",
    "db check": "--database-url",
    "account open": "--currency --plan --floor --monthly-limit --limit-kind --parent",
    "account top-up": "--key",
    "account show": "--as-of",
    "account list": "",
    "generate": "--account --size --quality --n --base-url --key --out --catalog",
    "holds list": "--state",
    "holds capture": "--images --reason",
    "holds void": "--reason",
    "holds expire": "",
    "import": "--trust-amounts --carry --dry-run",
    "report": "--month --from --to --time-zone --where --by --format -o --invoice",
    "period close": "--actor",
    "period reopen": "--actor",
    "period list": "",
    "reconcile": "--month --mapping --post --actor --approver --settling-lag --fail-over "
    "--accept-fingerprints",
    "rollup rebuild": "--day",
    "seal": "--export",
    "replay": "",
    "verify": "",
    "sandbox": "--port --statement",
    "demo": "",
}
FORMATS = ["table", "csv", "json", "markdown", "html", "xlsx", "focus"]


def command(path: str) -> click.Command:
    found: click.Command = main
    for name in path.split():
        assert isinstance(found, click.Group)
        inner = found.get_command(click.Context(found), name)
        assert inner is not None, path
        found = inner
    return found


@pytest.mark.parametrize("path", COMMANDS)
def test_a_promised_command_has_its_promised_options(path: str) -> None:
    options = {name for param in command(path).params for name in param.opts}

    assert {"--json", *COMMANDS[path].split()} - options == set()


def test_a_report_comes_in_every_promised_format() -> None:
    (chosen,) = (each for each in command("report").params if "--format" in each.opts)

    assert isinstance(chosen.type, click.Choice)
    assert set(FORMATS) <= set(chosen.type.choices)
