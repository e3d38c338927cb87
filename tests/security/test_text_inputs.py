"""Every text that a verb takes: kept exactly as given or refused by name, alike on both engines."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from billing import BillingError, Evidence, Ledger
from billing.errors import AccountNotFound, InvalidEntry
from pricing import BookNotFound, MoneyError, PriceBook, Quote, RequestError
from tests.security.hostile import CODES, FORMULA, MARKUP, SQL, TERMINAL

#: What both engines keep.
KEPT = (
    FORMULA,
    MARKUP,
    SQL,
    TERMINAL,
    " padded ",
    "\n",
    "e\u0301 and \xe9",
    "\U0001f4a5",
    "\ufeff",
)
#: What one of them cannot.
REFUSED = ("a\0b", "\0", "\ud800", "a\udfffb")

#: Puts a text in somewhere under a key, and says what the ledger then has.
Give = Callable[[Ledger, Quote, str, str], str]


def as_a_key(ledger: Ledger, quote: Quote, text: str, key: str) -> str:
    return ledger.top_up("acme", "1", key=text).key


def as_the_key_of_a_member(ledger: Ledger, quote: Quote, text: str, key: str) -> str:
    ledger.open_account("member", currency="USD", parent="acme")
    hold = ledger.hold("member", quote, key=text)
    return ledger.hold_by_id(hold.id).hold.key


def as_a_reason(ledger: Ledger, quote: Quote, text: str, key: str) -> str:
    return str(ledger.adjust("acme", "1", key=key, reason=f"r{text}", actor="ana").reason)[1:]


def as_the_reason_of_a_void(ledger: Ledger, quote: Quote, text: str, key: str) -> str:
    hold = ledger.hold("acme", quote, key=key)
    return str(ledger.void(hold.id, key=f"{key}/void", reason=f"v{text}").reason)[1:]


def as_an_actor(ledger: Ledger, quote: Quote, text: str, key: str) -> str:
    ledger.change_limit("acme", "5", key=key, reason="asked for", actor=f"a{text}")
    newest = "SELECT actor FROM limit_change ORDER BY number DESC LIMIT 1"
    with ledger.engine.connect() as connection:
        return str(connection.exec_driver_sql(newest).scalar())[1:]


def as_a_tag(ledger: Ledger, quote: Quote, text: str, key: str) -> str:
    hold = ledger.hold("acme", quote, key=key, tags={"team": text})
    return dict(ledger.hold_by_id(hold.id).hold.tags)["team"]


def as_the_name_of_a_tag(ledger: Ledger, quote: Quote, text: str, key: str) -> str:
    hold = ledger.hold("acme", quote, key=key, tags={f"t{text}": "1"})
    (name,) = ledger.hold_by_id(hold.id).hold.tags
    return name[1:]


def as_a_request_id(ledger: Ledger, quote: Quote, text: str, key: str) -> str:
    return str(ledger.charge("acme", quote, images=1, key=key, request_id=text).request_id)


def as_evidence(ledger: Ledger, quote: Quote, text: str, key: str) -> str:
    hold = ledger.hold("acme", quote, key=key)
    ledger.add_evidence(hold.id, Evidence(request_id=text, error=(text,), error_code=text))
    (told,) = ledger.hold_by_id(hold.id).evidence
    assert told.error == (text,)
    assert told.error_code == text
    return str(told.request_id)


def as_a_plan(ledger: Ledger, quote: Quote, text: str, key: str) -> str:
    ledger.open_account(key, currency="USD", plan=text)
    return str(ledger.account(key).plan)


GIVES: tuple[Give, ...] = (
    *(as_a_key, as_the_key_of_a_member, as_a_reason, as_the_reason_of_a_void, as_an_actor),
    *(as_a_tag, as_the_name_of_a_tag, as_a_request_id, as_evidence, as_a_plan),
)


@pytest.mark.parametrize("give", GIVES)
def test_what_can_be_kept_comes_back_as_it_was(acme: Ledger, book: PriceBook, give: Give) -> None:
    for number, text in enumerate(KEPT):
        assert give(acme, _quote(book), text, f"key-{number}") == text
    assert acme.verify().ok


@pytest.mark.parametrize("give", GIVES)
def test_what_cannot_be_kept_is_refused_by_name(acme: Ledger, book: PriceBook, give: Give) -> None:
    for number, text in enumerate(REFUSED):
        with pytest.raises(InvalidEntry) as refused:
            give(acme, _quote(book), text, f"key-{number}")
        assert refused.value.param in ("key", "reason", "actor", "tags", "request_id", "plan")
    assert acme.verify().ok
    assert acme.balance("acme").posted == 0


def test_an_account_code_is_printable(ledger: Ledger) -> None:
    codes = ["", " a", "a ", "a\nb", "a\tb", "\x1b[31m", "a\x9bb", "a\u202eb", "x" * 129]
    for code in (*codes, *REFUSED):
        with pytest.raises(InvalidEntry):
            ledger.open_account(code, currency="USD")
        for ask in (ledger.account, ledger.balance):
            with pytest.raises(AccountNotFound):
                ask(code)
    for number, code in enumerate(CODES):
        ledger.open_account(code, currency="USD")
        assert ledger.top_up(code, "1", key=f"k{number}").account == code


def test_an_id_that_is_none_is_not_found(acme: Ledger) -> None:
    for text in (*KEPT, *REFUSED):
        for given in (text, f"hold_{text}", f"hold_{'0' * 32}{text}"):
            for ask in (acme.hold_by_id, partial(acme.capture, images=1, key="k")):
                with pytest.raises(BillingError):
                    ask(given)
            with pytest.raises(BillingError):
                acme.refund(given, "1", key="k", reason="r")


def test_a_field_of_a_request_is_refused_by_name(book: PriceBook) -> None:
    good: dict[str, object] = {"model": book.model, "size": "1024x1024", "quality": "high", "n": 1}
    for text in (*KEPT, *REFUSED):
        for field in good:
            with pytest.raises(RequestError) as refused:
                book.quote({**good, field: text})
            assert refused.value.param == field
        with pytest.raises(RequestError):
            book.quote(good, endpoint=text)
        with pytest.raises(BookNotFound):
            PriceBook.load(text)


@pytest.mark.parametrize(
    "amount", ["1e999999999", "9" * 100_000, "NaN", "Infinity", "0x1", "1_000", "\u0661"]
)
def test_an_amount_beyond_all_sense_is_refused(sqlite_url: str, amount: str) -> None:
    with Ledger.open(sqlite_url) as ledger:
        ledger.open_account("acme", currency="USD")
        with pytest.raises(MoneyError):
            ledger.top_up("acme", amount, key="k")
        with pytest.raises(MoneyError):
            ledger.open_account("other", currency="USD", floor=f"-{amount}")


@pytest.mark.parametrize("count", [10**30, -(10**30), 2**63, 10**5000], ids=hash)
def test_a_count_beyond_all_sense_is_refused(acme: Ledger, book: PriceBook, count: int) -> None:
    with pytest.raises(RequestError):
        book.quote({"model": book.model, "size": "1024x1024", "n": count})
    hold = acme.hold("acme", _quote(book), key="k")
    with pytest.raises(InvalidEntry):
        acme.charge("acme", _quote(book), images=count, key="c")
    if count < 0:
        with pytest.raises(InvalidEntry):
            acme.capture(hold.id, images=count, key="c")
    assert acme.verify().ok


def _quote(book: PriceBook) -> Quote:
    return book.quote({"model": book.model, "size": "1024x1024", "n": 1})
