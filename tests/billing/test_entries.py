"""Which bucket gives and which takes, by kind; and what an order does to the sums. No database."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from billing.errors import InvalidEntry
from billing.ledger.accounts import AccountRow
from billing.ledger.entries import AMOUNT_MAX, Entry, Moves, digest_of, moves_of
from billing.ledger.ids import new_id
from billing.ledger.orders import Order, by_column, month_after, month_number, summed, used_by

OCTOBER = datetime(2026, 10, 31, 23, 59, tzinfo=UTC)
OWNER = AccountRow(new_id(7), 7, "acme", "USD", 0, None, OCTOBER)

#: Kind, amount, released, bucket: available, held, in doubt, posted.
MOVES = [
    (("hold", 7, 0, None), (-7, 7, 0, 0)),
    (("charge", 7, 0, None), (-7, 0, 0, 7)),
    (("top-up", 7, 0, None), (7, 0, 0, 0)),
    (("adjustment", -7, 0, None), (-7, 0, 0, 0)),
    (("refund", 7, 0, None), (7, 0, 0, -7)),
    (("doubt", 7, 0, "held"), (0, -7, 7, 0)),
    (("void", 7, 0, "held"), (7, -7, 0, 0)),
    (("void", 7, 0, "in_doubt"), (7, 0, -7, 0)),
    (("expire", 7, 0, "held"), (7, -7, 0, 0)),
    (("capture", 5, 2, "held"), (2, -7, 0, 5)),
    (("capture", 5, 2, "in_doubt"), (2, 0, -7, 5)),
]


@pytest.mark.parametrize(("transfer", "moves"), MOVES)
def test_each_kind_moves_its_money_between_two_buckets(
    transfer: tuple[Any, ...], moves: tuple[int, ...]
) -> None:
    assert moves_of(*transfer) == moves
    paid_in = transfer[0] in ("top-up", "adjustment")
    assert sum(moves) == (transfer[1] if paid_in else 0)


@pytest.mark.parametrize(
    "transfer",
    [
        ("gift", 7, 0, None),
        ("void", 7, 0, None),
        ("capture", 7, 0, "posted"),
        ("doubt", 7, 0, None),
    ],
)
def test_what_no_kind_means_moves_nothing(transfer: tuple[Any, ...]) -> None:
    with pytest.raises(AssertionError):
        moves_of(*transfer)


def test_moves_add_bucket_by_bucket() -> None:
    assert Moves(1, 2, 3, 4).plus(Moves(10, -2, 30, -40)) == (11, 0, 33, -36)
    assert Moves() == (0, 0, 0, 0)


def test_a_transfer_moves_a_billion_units_at_most() -> None:
    assert AMOUNT_MAX == 10**18
    for amount in (AMOUNT_MAX, -AMOUNT_MAX):
        assert Entry(kind="adjustment", amount=amount).moves.available == amount
        with pytest.raises(InvalidEntry, match="1000000000 units"):
            Entry(kind="adjustment", amount=amount + (1 if amount > 0 else -1))


def test_an_entry_asks_for_no_images_and_spends_nothing_unless_it_says_so() -> None:
    entry = Entry(kind="top-up", amount=1)
    assert (entry.asked, entry.spend, entry.spend_month, entry.is_forced) == (0, 0, None, False)


def test_a_digest_is_that_of_sorted_json_whatever_the_order_of_the_facts() -> None:
    expected = hashlib.sha256(b'{"amount": 5, "hold": "\xc3\xa9\\"", "kind": "void"}').digest()
    assert digest_of("void", hold='é"', amount=5) == digest_of("void", amount=5, hold='é"')
    assert digest_of("void", hold='é"', amount=5) == expected


def order(entry: Entry, **changed: object) -> Order:
    always: dict[str, Any] = {
        "account": OWNER,
        "member": None,
        "entry": entry,
        "key": "k",
        "request_digest": b"d" * 32,
        "id": new_id(7),
        "now": OCTOBER,
    }
    return Order(**{**always, **changed})


def charge(amount: int, month: int = 0, **columns: object) -> Entry:
    return Entry(kind="charge", amount=amount, spend=amount, spend_month=month, columns=columns)


def test_a_month_is_that_of_utc_and_december_is_followed_by_january() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert month_number(datetime(2026, 11, 1, 8, 59, tzinfo=tokyo)) == 202610
    assert month_number(datetime(2026, 11, 1, 9, 0, tzinfo=tokyo)) == 202611
    assert [month_after(month) for month in (202611, 202612, 202701)] == [202612, 202701, 202702]


def test_what_occurred_in_a_closed_month_is_booked_after_it_and_says_so() -> None:
    made = order(charge(5), closed_through=202612)
    assert (made.period, made.late) == (202701, 202612)
    assert made.columns()["booked_in"] == 202701
    assert (order(charge(5), closed_through=202610).late, order(charge(5)).late) == (202610, 0)
    assert order(charge(5), closed_through=202609).period == 202610
    early = charge(5, occurred_at=OCTOBER - timedelta(days=40))
    assert order(early).period == 202609
    assert order(charge(5)).columns()["booked_in"] is None


def test_an_order_counts_in_the_later_of_the_clocks_month_and_its_own() -> None:
    assert order(charge(5, 202609)).now_month == 202610
    assert order(charge(5, 202611)).now_month == 202611
    assert order(charge(5)).now_month == 202610


def test_the_sums_of_an_order_are_those_that_are_not_zero() -> None:
    assert order(charge(5)).sums() == {
        "period": 202610,
        "available": -5,
        "posted": 5,
        "takes": -5,
        "spend": 5,
    }
    assert order(Entry(kind="charge", amount=5, is_forced=True)).sums() == {
        "period": 202610,
        "available": -5,
        "posted": 5,
        "forced": 5,
    }
    voided = Entry(kind="void", amount=7, from_bucket="in_doubt", spend=-7, spend_month=202609)
    assert order(voided, closed_through=202610).sums() == {
        "period": 202611,
        "late": 202610,
        "available": 7,
        "in_doubt": -7,
        "back": -7,
    }
    assert order(Entry(kind="doubt", amount=7, from_bucket="held")).sums() == {
        "period": 202610,
        "held": -7,
        "in_doubt": 7,
    }
    assert order(charge(0)).sums() == {"period": 202610}


def test_a_plain_order_has_neither_member_nor_evidence_nor_new_rates() -> None:
    assert order(charge(5)).is_plain
    for field, value in (("member", OWNER), ("evidence", object()), ("new_rates", (object(),))):
        assert not order(charge(5), **{field: value}).is_plain
    assert order(charge(5), member=OWNER).columns()["member_id"] == OWNER.id


def test_two_orders_that_say_the_same_are_two() -> None:
    same_id = new_id(7)
    one, other = (order(charge(5), id=same_id) for _ in range(2))
    assert {one: "first", other: "second"}[one] == "first"


def test_orders_of_one_balance_add_up() -> None:
    later = OCTOBER + timedelta(minutes=2)
    orders = [
        order(charge(5)),
        order(Entry(kind="charge", amount=3, is_forced=True), now=later, closed_through=202611),
        order(Entry(kind="refund", amount=2, spend=-2, spend_month=202610)),
        order(Entry(kind="void", amount=7, from_bucket="held", spend=-7, spend_month=202609)),
        order(Entry(kind="void", amount=1, from_bucket="in_doubt", spend=-1, spend_month=None)),
    ]
    total = summed(orders, now_month=202610)
    assert {name: total[name] for name in ("available", "held", "in_doubt", "posted")} == {
        "available": -5 - 3 + 2 + 7 + 1,
        "held": -7,
        "in_doubt": -1,
        "posted": 5 + 3 - 2,
    }
    assert {name: total[name] for name in ("takes", "forced", "spend", "back", "rows")} == {
        "takes": -8,
        "forced": 3,
        "spend": 5,
        "back": -2,
        "rows": 5,
    }
    assert (total["period"], total["late"], total["now"]) == (202610, 202611, later)
    assert (total["now_month"], total["back_month"], total["of_account"]) == (
        *(202610, 202610, OWNER.id),
    )


def test_one_order_adds_up_to_itself() -> None:
    for amount in (5, 1):
        total = summed([order(charge(amount, 202609))], now_month=202610)
        assert (total["account_id"], total["of_account"], total["rows"]) == (OWNER.id, OWNER.id, 1)
        assert (total["takes"], total["spend"], total["back"]) == (-amount, 0, 0)


def test_rows_are_written_with_the_columns_that_any_of_them_has() -> None:
    rows = [order(charge(5)).columns(), order(charge(6, 202609)).columns()]
    columns = by_column(rows)
    assert columns["amount"] == (5, 6)
    assert columns["month"] == (None, 202609)
    assert set(columns) == set(used_by(rows[1])) | set(used_by(rows[0]))


def test_only_columns_with_a_value_are_written() -> None:
    row = order(charge(5)).columns()
    assert {"kind", "amount", "released", "occurred_at"} <= set(used_by(row))
    assert not {"month", "booked_in", "member_id", "hold_id"} & set(used_by(row))
    assert (row["kind"], row["amount"], row["occurred_at"]) == ("charge", 5, OCTOBER)
    assert order(charge(5, 202609)).columns()["month"] == 202609
