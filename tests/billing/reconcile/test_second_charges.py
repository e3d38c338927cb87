"""A call that we charged twice: the customer gets back what is left of the price, once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from billing.ledger.transfers import Transfer
from billing.reconciliation import Reconciliation
from billing.reconciliation.posting.posting import Posting
from billing.reconciliation.runs.sign_off import SignOff
from pricing import Catalog
from tests.billing.reconcile.small_cases import AT, charge, line, run
from tests.billing.reconcile.statement_story import BOOK, Story, classes

CATALOG = """
schema_version: 1
models:
  gpt-image-2: {price: price.yaml, cost: cost.yaml}
accounts: {acme: {}}
"""


def charged(story: Story, key: str, *, account: str = "acme", quality: str = "high") -> Transfer:
    fields = {"model": "gpt-image-2", "size": "1024x1024", "quality": quality, "n": 2}
    quote = story.book.quote(fields, at=story.hands[0])
    story.hands[0] += timedelta(seconds=1)
    return story.ledger.charge(account, quote, images=2, key=key, request_id="req")


def told(found: Reconciliation) -> list[tuple[str, str, Decimal]]:
    return [
        (each.kind, each.reason, each.amount or each.cost or Decimal(0)) for each in found.posted
    ]


def test_two_captures_with_one_id_are_a_duplicate_capture_the_later_one() -> None:
    later = charge(hold_id="hold_2", occurred_at=AT + timedelta(seconds=1))
    for charges in ([charge(), later], [later, charge()]):
        [discrepancy] = run(charges=charges, lines=[line()]).discrepancies
        assert (discrepancy.class_name, discrepancy.hold_id) == ("duplicate_capture", "hold_2")


def test_what_the_account_got_back_before_is_not_given_back_again(story: Story) -> None:
    charged(story, "one")
    story.bill("req")
    second = charged(story, "two")
    story.ledger.refund(second.id, "0.10", key="goodwill", reason="blurred")
    story.later(days=4)
    found = story.post()
    assert ("refund", "duplicate_capture", Decimal("-0.4")) in told(found)
    assert found.is_clean
    assert story.ledger.balance("acme").available == Decimal("99.0")
    lines = story.ledger.statement("acme", "2025-03").lines
    assert [each.actor for each in lines if each.kind == "refund"] == [None, "finance"]
    assert story.post().posted == ()


def test_a_second_charge_is_found_though_the_call_was_corrected(story: Story) -> None:
    charged(story, "one")
    story.bill("req", 2, "0.60")
    story.post()
    charged(story, "two")
    found = story.post()
    assert told(found) == [
        ("refund", "duplicate_capture", Decimal("-0.5")),
        ("cost", "duplicate_capture", Decimal("-0.5")),
    ]
    assert (found.is_clean, story.post().posted) == (True, ())


def test_what_was_taken_off_by_hand_is_not_taken_off_again(story: Story) -> None:
    charged(story, "one")
    story.bill("req")
    second = charged(story, "two")
    story.ledger.correct_cost(
        "acme", "-0.50", key="off", reason="charged twice", actor="ops", transfer_id=second.id
    )
    assert told(story.post()) == [("refund", "duplicate_capture", Decimal("-0.5"))]
    assert (story.post().posted, story.reconcile().is_clean) == ((), True)


def test_a_refund_that_somebody_was_quicker_with_leaves_the_cost_to_the_next_run(
    story: Story,
) -> None:
    charged(story, "one")
    story.bill("req")
    second = charged(story, "two")
    found = story.reconcile()
    story.ledger.refund(second.id, "0.20", key="quicker", reason="charged twice")
    assert list(Posting(story.ledger, found, SignOff(actor="finance")).book()) == []
    story.post()
    assert story.ledger.balance("acme").available == Decimal("99.5")


def test_a_free_call_that_was_charged_twice_is_decided_once() -> None:
    again = charge(transfer_id="capture_2", occurred_at=line().created_at + timedelta(seconds=1))
    free = [each._replace(amount_nanos=0) for each in (charge(), again)]
    [found] = run(charges=free, lines=[line(amount_nanos=0)]).discrepancies
    assert [each.kind for each in found.actions] == ["refund", "carry"]


def test_one_id_in_two_accounts_is_left_to_a_person(story: Story) -> None:
    story.ledger.open_account("beta", currency="USD")
    story.ledger.top_up("beta", "10", key="top-up")
    charged(story, "one")
    charged(story, "two", account="beta")
    story.bill("req")
    story.bill("req")
    found = story.post()
    assert (found.posted, classes(found)) == ((), ["duplicate_line", "duplicate_capture"])
    assert {each.actions for each in found.discrepancies} == {()}
    assert story.ledger.balance("beta").available == Decimal("9.5")


def test_a_free_call_that_was_refunded_is_not_listed_again(story: Story) -> None:
    books = story.path.parent
    (books / "price.yaml").write_text(BOOK, encoding="utf-8")
    free = BOOK.replace("0.25", "0").replace("test-book", "free-book")
    (books / "cost.yaml").write_text(free, encoding="utf-8")
    catalog = Catalog.loads(CATALOG, folder=books)
    fields = {"model": "gpt-image-2", "size": "1024x1024", "n": 2}
    for key in ("one", "two"):
        quote = catalog.quote(fields, account="acme", at=story.hands[0])
        story.ledger.charge("acme", quote, images=2, key=key, request_id="req")
    story.bill("req", 2, "0")
    found = story.post()
    assert told(found) == [("refund", "duplicate_capture", Decimal("-0.5"))]
    assert (found.is_clean, story.post().posted) == (True, ())
