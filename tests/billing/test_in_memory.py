"""A ledger in memory, for tests and trials: every verb works as in a file."""

from __future__ import annotations

from datetime import timedelta

from billing import Alert, Ledger
from billing.database.engines import writing
from pricing import PriceBook
from tests.billing.tampering import story


def test_a_ledger_in_memory_has_every_verb(book: PriceBook) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 2})
    told: list[Alert] = []
    with Ledger.open("sqlite://", on_alert=told.append) as ledger:
        ledger.open_account("acme", currency="USD", monthly_limit="0.1", limit_kind="soft")
        ledger.open_account("web", currency="USD", parent="acme")
        ledger.top_up("acme", "100", key="t")
        story(ledger, book)
        late = ledger.hold("web", quote, key="late")
        assert ledger.expire(now=late.expires_at + timedelta(hours=1)) == 2
        assert ledger.capture(late.id, images=1, key="late/capture").is_late
        holds = ledger.hold_many(
            [{"account": code, "quote": quote, "key": "many"} for code in ("acme", "web")]
        )
        ids = [getattr(hold, "id") for hold in holds]  # noqa: B009 - a hold, or a failing test
        ledger.capture_many([{"hold_id": each, "images": 1, "key": each} for each in ids])
        ledger.charge_many([{"account": "web", "quote": quote, "images": 1, "key": "charge"}])
        ledger.change_limit("acme", "9", key="c", reason="more", actor="ana")
        ledger.change_floor("acme", "-1", key="f", reason="more", actor="ana")
        with writing(ledger.engine) as connection:
            verbs = ledger.within(connection)
            inside = verbs.hold("web", quote, key="inside")
            verbs.void(inside.id, key="inside/void", reason="not needed")
        assert ledger.seal().transfers == ledger.balance("acme").version
        assert ledger.balance("acme", as_of_recorded=ledger.now()) == ledger.balance("acme")
        assert ledger.statement("web", f"{ledger.now():%Y-%m}").lines
        assert told == ledger.alerts()
        assert len(told) > 0
        assert ledger.holds() == []
        assert ledger.verify().problems == ()


def test_an_alert_of_a_callers_transaction_in_memory_comes_after_its_commit(
    book: PriceBook,
) -> None:
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 2})
    told: list[Alert] = []
    with Ledger.open("sqlite://", on_alert=told.append) as ledger:
        ledger.open_account("acme", currency="USD", monthly_limit="0", limit_kind="soft", floor=-9)
        with writing(ledger.engine) as connection:
            ledger.within(connection).hold("acme", quote, key="a")
            assert told == []
        assert told == ledger.alerts()
        assert len(told) == 1
