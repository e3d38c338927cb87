"""How the demo shows itself: numbered chapters, commands that really run, code that really ran."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap
from typing import Final

from billing.cli import main, screen
from billing.cli.balances import balance_table
from billing.demo.calls import ACCOUNT, source_of
from billing.errors import BillingError
from billing.ledger import Ledger

#: Of a command, so that it fits 80 columns behind its prompt.
_WIDTH: Final = 68


class DemoFailed(BillingError):
    """Something did not come out as it has to; the demo ends here."""

    code = "demo_failed"

    def __init__(self, what: str) -> None:
        super().__init__(f"The demo came out wrong: {what}. The files are kept for a look.")


class Stage:
    """Prints the story and counts its chapters."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._chapter = 0

    def chapter(self, title: str) -> None:
        """A numbered heading."""
        self._chapter += 1
        screen.show("", screen.text((f"{self._chapter:>2}  {title}", "bold cyan")))

    def says(self, *lines: str) -> None:
        """Words."""
        for line in lines:
            screen.show(*(f"    {each}" for each in wrap(line, _WIDTH + 8) or [""]))

    def command(self, *arguments: str, shown: str = "", on_ledger: bool = True) -> int:
        """Run a command of ours in this process, shown as it would be typed; its exit code.

        Args:
            arguments: as in a shell.
            shown: what to show instead, for shorter paths.
            on_ledger: whether the command takes `--database-url`.
        """
        self.shell(f"image-billing {shown or ' '.join(arguments)}")
        url = ["--database-url", self._database_url] if on_ledger else []
        answer = main.main([*arguments, *url], prog_name="image-billing", standalone_mode=False)
        return answer if isinstance(answer, int) else 0

    def shell(self, line: str) -> None:
        """A line as it would be typed."""
        first, *rest = wrap(line, _WIDTH, break_on_hyphens=False, break_long_words=False)
        lines = [first, *(f"  {each}" for each in rest)]
        ends = [*[" \\"] * len(rest), ""]
        for mark, each, end in zip(["    $ ", *["      "] * len(rest)], lines, ends, strict=True):
            screen.show(screen.text((mark, "dim"), (each + end, "green")))

    def code(self, function: Callable[..., object], *, result: str = "result") -> None:
        """The source of a function that is about to run."""
        lines = source_of(function, result=result).splitlines()
        screen.show(*(screen.text((f"    {line}", "green")) for line in lines))

    def balance(self, ledger: Ledger) -> None:
        """What the account has now."""
        screen.show(balance_table([ledger.balance(ACCOUNT)]))


def expect(condition: bool, what: str) -> None:  # noqa: FBT001 - an assertion that is never left out
    """End the demo when something is not as it has to be.

    Raises:
        DemoFailed: `what` says what was wrong.
    """
    if not condition:
        raise DemoFailed(what)
