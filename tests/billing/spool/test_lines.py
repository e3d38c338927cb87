from __future__ import annotations

import dataclasses
import hashlib
import json

import pytest

from billing.ledger.spool.lines import UnreadableLine, decode, encode
from tests.billing.spool.settlement import SETTLEMENT

PLACE = "sqlite:/somewhere/ledger.db"


def sealed(content: object) -> bytes:
    text = json.dumps(content).encode()
    return hashlib.sha256(text).hexdigest().encode() + b" " + text + b"\n"


def test_a_line_reads_back_as_it_was_written() -> None:
    line = encode(SETTLEMENT, place=PLACE)
    assert line.count(b"\n") == 1
    assert line.splitlines(keepends=True) == [line]
    assert decode(line) == (PLACE, SETTLEMENT)


def test_a_cost_that_is_not_known_stays_unknown() -> None:
    plain = dataclasses.replace(SETTLEMENT, actual_cost=None, verb="void", images=0)
    assert decode(encode(plain, place=PLACE))[1] == plain


def test_a_line_torn_anywhere_is_told_and_never_guessed() -> None:
    line = encode(SETTLEMENT, place=PLACE)
    for length in range(1, len(line) - 1):
        with pytest.raises(UnreadableLine, match="torn"):
            decode(line[:length])


def test_a_line_that_lacks_nothing_but_its_end_is_whole() -> None:
    assert decode(encode(SETTLEMENT, place=PLACE).rstrip())[1] == SETTLEMENT


def test_one_changed_byte_is_found_wherever_it_is() -> None:
    line = bytearray(encode(SETTLEMENT, place=PLACE))
    for position in range(len(line) - 1):
        line[position] ^= 1
        with pytest.raises(UnreadableLine, match="checksum"):
            decode(bytes(line))
        line[position] ^= 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"format": 2}, "format 2, this release reads 1"),
        ({"verb": "refund"}, "unknown verb"),
        ({"at": "yesterday"}, "ValueError"),
        ({"actual_cost": "much"}, "InvalidOperation"),
        ({"images": None}, "ValueError"),
        ({"evidence": 7}, "TypeError"),
    ],
)
def test_what_is_whole_and_no_settlement_is_told(change: dict[str, object], told: str) -> None:
    content = json.loads(encode(SETTLEMENT, place=PLACE).partition(b" ")[2])
    with pytest.raises(UnreadableLine, match=told):
        decode(sealed({**content, **change}))


@pytest.mark.parametrize("content", [[], 7, {}, "x"])
def test_other_json_is_no_settlement(content: object) -> None:
    with pytest.raises(UnreadableLine):
        decode(sealed(content))
