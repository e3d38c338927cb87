"""Ids are UUIDv7 that name their account."""

from __future__ import annotations

import time
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from billing.ledger.ids import new_id, new_ids, new_tag, parse_id, tag_of, to_text

tags = st.integers(0, 2**32 - 1)


@given(tags)
def test_an_id_is_a_uuid_of_version_7_that_names_its_account(tag: int) -> None:
    made = new_id(tag)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert tag_of(made) == tag
    assert abs(time.time() * 1000 - (made.int >> 80)) < 10_000


@given(tags)
def test_an_id_survives_its_text_form(tag: int) -> None:
    made = new_id(tag)
    assert parse_id(to_text("hold", made)) == parse_id(made.hex) == made


@given(st.text())
def test_any_text_is_an_id_or_none(text: str) -> None:
    assert parse_id(text) is None or len(text) >= 32


def test_ids_of_one_account_do_not_repeat() -> None:
    tag = new_tag()
    assert len({new_id(tag) for _ in range(10_000)}) == 10_000


@given(tags, st.integers(0, 50))
def test_many_ids_at_once_are_fresh_ascending_ids_of_the_account(tag: int, count: int) -> None:
    made = [UUID(bytes=each) for each in new_ids(tag, count)]
    assert len(made) == count
    assert made == sorted(set(made))
    assert all((each.version, tag_of(each)) == (7, tag) for each in made)
    assert all(each.variant == "specified in RFC 4122" for each in made)
