"""One line of a spool file: a settlement as JSON behind its checksum; no I/O.

    <sha256 of the JSON, 64 hex digits> {"format": 1, "ledger": ..., "hold": ..., ...}

A line is whole or it is nothing: where the checksum does not fit, nothing of it is believed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, DecimalException
from typing import Final, get_args

from billing.ledger.rows import to_evidence
from billing.ledger.settlements import Settlement, Verb

FORMAT: Final = 1


class UnreadableLine(Exception):
    """A line that nothing can be booked from; the message says why."""


def encode(settlement: Settlement, *, place: str) -> bytes:
    """A whole line, for the ledger at a place."""
    content = {
        "format": FORMAT,
        "ledger": place,
        "hold": settlement.hold_id,
        "verb": settlement.verb,
        "key": settlement.key,
        "images": settlement.images,
        "reason": settlement.reason,
        "at": settlement.at.isoformat(),
        "actual_cost": None if settlement.actual_cost is None else str(settlement.actual_cost),
        # As the ledger stores it: read back, both are equal.
        "evidence": settlement.evidence.known(),
    }
    # ASCII only: no reader and no tool can take a character of it for an end of line.
    text = json.dumps(content, default=datetime.isoformat).encode("ascii")
    return _checksum(text) + b" " + text + b"\n"


def decode(line: bytes) -> tuple[str, Settlement]:
    """The place of the ledger that a line was written for, and the settlement.

    Raises:
        UnreadableLine: it is torn or damaged, or another release's.
    """
    checksum, _, text = line.rstrip(b"\n").partition(b" ")
    if checksum != _checksum(text):
        torn = "" if line.endswith(b"\n") else "torn: the process ended while it wrote; "
        message = f"{torn}the checksum does not fit"
        raise UnreadableLine(message)
    try:
        content: Mapping[str, object] = json.loads(text)
        if content["format"] != FORMAT:
            message = f"format {content['format']}, this release reads {FORMAT}"
            raise UnreadableLine(message)
        return str(content["ledger"]), _settlement(content)
    except (KeyError, TypeError, ValueError, DecimalException) as error:
        message = f"no settlement: {type(error).__name__} {error}"
        raise UnreadableLine(message) from error


def _settlement(content: Mapping[str, object]) -> Settlement:
    verb, cost = content["verb"], content["actual_cost"]
    if verb not in get_args(Verb):
        message = f"unknown verb {verb!r}"
        raise ValueError(message)
    return Settlement(
        hold_id=str(content["hold"]),
        verb=verb,  # type: ignore[arg-type]  # one of them, as just checked
        key=str(content["key"]),
        images=int(str(content["images"])),
        reason=str(content["reason"]),
        at=datetime.fromisoformat(str(content["at"])),
        actual_cost=None if cost is None else Decimal(str(cost)),
        evidence=to_evidence(json.dumps(content["evidence"])),
    )


def _checksum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode()
