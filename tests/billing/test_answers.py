"""What a verb answers with: exactly the fields of its class, and frozen."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from billing import Ledger, Transfer
from pricing import PriceBook


@pytest.fixture
def answers(acme: Ledger, book: PriceBook) -> list[Transfer]:
    """One answer of every class."""
    quote = book.quote({"model": "gpt-image-2", "size": "1024x1024", "n": 2})
    hold = acme.hold("acme", quote, key="job")
    return [
        hold,
        acme.capture(hold.id, images=1, key="job/capture"),
        acme.charge("acme", quote, images=1, key="line"),
        acme.top_up("acme", "1", key="more"),
    ]


def test_an_answer_has_every_field_of_its_class_and_no_other(answers: list[Transfer]) -> None:
    for answer in answers:
        assert set(vars(answer)) == {field.name for field in fields(answer)}
        assert type(answer)(**vars(answer)) == answer


def test_an_answer_cannot_be_changed(answers: list[Transfer]) -> None:
    for answer in answers:
        with pytest.raises(FrozenInstanceError):
            answer.key = "another"  # type: ignore[misc]  # what is tried
