"""The story of the demo: from the price list to a statement that is explained to the last cent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

import openai

from billing.cli.exits import DISCREPANCIES, DONE, CommandFailed
from billing.cli.receipts import receipt_line
from billing.client import Receipt
from billing.demo import calls
from billing.demo.calls import ACCOUNT, CountedPosts
from billing.demo.stage import Stage, expect
from billing.ledger import Ledger
from billing.ledger.funnel import utc_now
from billing.ledger.proof.verification import Verification
from billing.ledger.transfers import Balance, HoldState
from billing.period import Month
from billing.reconciliation import reconcile
from billing.sandbox import Sandbox
from pricing import PricingError

if TYPE_CHECKING:
    from billing.client.proxy.clients import BilledClient
    from billing.client.sdk.results import BilledImagesResponse

_FUNDED: Final = "25"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the demo came to, read from the ledger when it was over."""

    month: Month
    statement: Path
    #: POSTs that left the SDK, and lines that the sandbox billed.
    posts: int
    billed: int
    balance: Balance
    unexplained: Decimal
    verification: Verification


def tell(directory: Path, database_url: str) -> Outcome:
    """Run the whole story in a folder, on an empty ledger.

    Raises:
        DemoFailed: Something did not come out as it has to.
        CommandFailed: The ledger is not empty.
    """
    stage, statement = Stage(database_url), directory / "statement.csv"
    posts = CountedPosts()
    with Ledger.open(database_url) as ledger, posts.client:
        if ledger.list_accounts():
            message = "The demo needs an empty ledger, and this one has accounts."
            raise CommandFailed(message, code="ledger_not_empty", param="database-url")
        month = Month.of(utc_now())
        with Sandbox(statement=statement, account=ACCOUNT) as sandbox:
            _Calls(stage, ledger, posts, sandbox).tell(directory)
            billed = len(sandbox.billed)
        expect(Month.of(utc_now()) == month, "the month ended while it ran; run it again")
        unexplained, verification = _tell_books(stage, ledger, statement, month)
        balance = ledger.balance(ACCOUNT)
    return Outcome(
        month=month,
        statement=statement,
        posts=posts.count,
        billed=billed,
        balance=balance,
        unexplained=unexplained,
        verification=verification,
    )


@dataclass(frozen=True, slots=True)
class _Calls:
    """The first half: calls, good and bad, and what each does to the balance."""

    stage: Stage
    ledger: Ledger
    posts: CountedPosts
    sandbox: Sandbox

    def tell(self, directory: Path) -> None:
        self._open(directory)
        client = calls.billed_client(self.ledger, self.sandbox.base_url, self.posts)
        self._deliver(client)
        self._refuse(client)
        self._cut(client)

    def _open(self, directory: Path) -> None:
        stage = self.stage
        stage.chapter("A local image API, and a ledger with money in it")
        stage.shell(f"cd {directory}")
        stage.shell("image-billing sandbox --statement statement.csv")
        stage.says(f"listening on {self.sandbox.base_url}")
        stage.says("")
        stage.command("account", "open", ACCOUNT)
        stage.says("")
        stage.command("account", "top-up", ACCOUNT, _FUNDED, "--key", "invoice-17")
        stage.chapter("The price list")
        stage.command("prices", "show", on_ledger=False)
        stage.chapter("A price before the button is pressed")
        asked = "quote --size 1024x1024 --quality high --n 4"
        stage.command(*asked.split(), on_ledger=False)
        stage.chapter("The official OpenAI SDK, under the bill")
        stage.code(calls.billed_client, result="client")
        stage.says("", "The HTTP client counts every POST that leaves the SDK.")

    def _deliver(self, client: BilledClient) -> None:
        self.stage.chapter("Four images: held, sent once, paid")
        self.stage.code(calls.four_images)
        first = calls.four_images(client)
        self._settled(first.billing, "captured", images=4)
        url = (first.data or [])[0].url or ""
        self.stage.chapter("An edit of the first of them, by its URL")
        self.stage.code(calls.edit_by_address)
        self._settled(calls.edit_by_address(client, url).billing, "captured", images=1)
        self.stage.chapter("Three are asked for, two arrive: two are paid")
        self.stage.code(calls.fewer_than_asked)
        self._settled(calls.fewer_than_asked(client).billing, "captured", images=2)

    def _refuse(self, client: BilledClient) -> None:
        self.stage.chapter("Refused: nothing is paid")
        before = self.posts.count
        self.stage.code(calls.too_many)
        try:
            calls.too_many(client)
        except PricingError as error:
            self.stage.says(f"{type(error).__name__}: {error.message}", "")
        expect(self.posts.count == before, "a call that cannot be priced was sent")
        self.stage.code(calls.refused)
        self._settled(self._failing(calls.refused, client), "voided", images=0)

    def _cut(self, client: BilledClient) -> None:
        self.stage.chapter("Cut off after sending: nobody knows, so the money stays set aside")
        before = self.posts.count
        self.stage.code(calls.cut)
        self._settled(self._failing(calls.cut, client), "in_doubt", images=0)
        expect(self.posts.count == before + 1, "the call that was cut off was sent again")

    def _failing(
        self, call: Callable[[BilledClient], BilledImagesResponse], client: BilledClient
    ) -> Receipt:
        """The receipt that the exception of a failing call carries."""
        receipt: object = None
        try:
            call(client)
        except openai.APIError as error:
            self.stage.says(f"{type(error).__name__}: {error.message}")
            receipt = getattr(error, "billing", None)
        expect(isinstance(receipt, Receipt), "a failed call raised nothing, or carries no receipt")
        assert isinstance(receipt, Receipt)
        return receipt

    def _settled(self, receipt: Receipt, state: HoldState, *, images: int) -> None:
        """Show what became of a call, and hold the receipt against the ledger."""
        self.stage.says(receipt_line(receipt))
        self.stage.balance(self.ledger)
        known = self.ledger.hold_by_id(receipt.hold.id).state
        expect(
            (receipt.state, known, receipt.images) == (state, state, images),
            f"{receipt.hold.id} is {known}, not {state}, with {receipt.images} images",
        )


def _tell_books(
    stage: Stage, ledger: Ledger, statement: Path, month: Month
) -> tuple[Decimal, Verification]:
    """The second half: the month's report, the provider's statement, and the proof."""
    stage.chapter("The month so far")
    stage.command("report", "--month", str(month))
    stage.chapter("The provider's statement has a line for the call that was cut off")
    terms = ("--month", str(month))
    first = stage.command("reconcile", str(statement), *terms, shown=_reconcile(terms))
    expect(first == DISCREPANCIES, "the call that was cut off was not found on the statement")
    stage.chapter("An operator accepts that line: the hold is captured")
    decided = (*terms, "--accept-fingerprints", "--post", "--actor", "demo")
    stage.command("reconcile", str(statement), *decided, shown=_reconcile(decided))
    stage.balance(ledger)
    stage.chapter("Ledger and statement agree")
    last = stage.command("reconcile", str(statement), *terms, shown=_reconcile(terms))
    expect(last == DONE, "something is left to decide")
    found = reconcile(ledger, statement, month)
    expect(found.unexplained == 0 and found.is_clean, f"{found.unexplained} is unexplained")
    stage.chapter("Every row of the ledger is checked again")
    expect(stage.command("verify") == DONE, "an invariant of the ledger is broken")
    return found.unexplained, ledger.verify()


def _reconcile(terms: tuple[str, ...]) -> str:
    return f"reconcile statement.csv {' '.join(terms)}"
