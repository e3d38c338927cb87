"""A batch whose reading connection is lost after some pieces were written: every item answers."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url

from billing import Capture, Hold, Ledger
from pricing import PriceBook, Quote

MANY = 400


class Severing:
    """Has the server close the connection of a ledger that is about to send its n-th reading."""

    def __init__(self, ledger: Ledger, url: str, *, reading: str, turn: int) -> None:
        self.reading, self.turn, self.seen = reading, turn, 0
        self._server = make_url(url).set(drivername="postgresql")
        event.listen(ledger.engine, "before_cursor_execute", self._before)

    def _before(
        self, connection: Connection, _cursor: object, statement: str, *_rest: object
    ) -> None:
        if self.reading not in statement:
            return
        self.seen += 1
        if self.seen == self.turn:
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            server = self._server.render_as_string(hide_password=False)
            with psycopg.connect(server, autocommit=True) as other:
                pid = driver.info.backend_pid
                other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    """A ledger on PostgreSQL with an account that may spend some money."""
    with Ledger.open(postgres_url) as ledger:
        ledger.open_account("acme", currency="USD", floor="-9")
        yield ledger


@pytest.fixture
def quote(book: PriceBook) -> Quote:
    """One image."""
    return book.quote({"model": book.model, "size": "1024x1024", "quality": "low"})


def test_a_look_up_of_holds_that_is_cut_off_loses_no_answer(
    ledger: Ledger, postgres_url: str, quote: Quote
) -> None:
    asked = [{"account": "acme", "quote": quote, "key": f"h{number}"} for number in range(MANY)]
    held = [hold.id for hold in ledger.hold_many(asked) if isinstance(hold, Hold)]
    with Ledger.open(postgres_url) as second:  # which remembers none of the holds
        severing = Severing(second, postgres_url, reading="(transfer.account_id, ", turn=3)
        answers = second.capture_many(
            [{"hold_id": id_, "images": 1, "key": f"c{id_}"} for id_ in held]
        )

    assert severing.seen >= severing.turn
    captured = [answer for answer in answers if isinstance(answer, Capture)]
    assert [capture.hold_id for capture in captured] == held
    assert ledger.verify().ok


def test_a_draft_that_is_cut_off_loses_no_answer(
    ledger: Ledger, postgres_url: str, quote: Quote
) -> None:
    asked = [{"account": "acme", "quote": quote, "key": f"h{number}"} for number in range(MANY)]
    held = [hold.id for hold in ledger.hold_many(asked) if isinstance(hold, Hold)]
    with Ledger.open(postgres_url) as second:
        held.insert(250, second.hold("acme", quote, key="alone").id)  # has to be read for its draft
    severing = Severing(ledger, postgres_url, reading="FROM transfer", turn=1)

    answers = ledger.capture_many([{"hold_id": id_, "images": 1, "key": f"c{id_}"} for id_ in held])

    assert severing.seen >= severing.turn
    captured = [answer for answer in answers if isinstance(answer, Capture)]
    assert [capture.hold_id for capture in captured] == held
    assert ledger.verify().ok
