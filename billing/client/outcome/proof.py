"""The evidence of one attempt, put together from what was sent and what came back; pure.

What a person must not find in a ledger stays out: no API key, no prompt (only the body's sha256).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from billing.client.outcome.answers import plain_text
from billing.client.outcome.table import Reply
from billing.ledger.evidence import Evidence
from pricing import Quote

_LONGEST_ID = 256
_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


def evidence_of(
    reply: Reply,
    quote: Quote,
    *,
    sdk: str,
    body_sha256: str,
    sent_at: datetime,
    done_at: datetime,
) -> Evidence:
    """What the ledger keeps of this attempt, whichever way it is settled."""
    answer = reply.answer
    # A stream that breaks off has delivered what came before.
    is_known = reply.is_success or (reply.is_broken and answer.delivered > 0)
    return Evidence(
        request_id=plain_text(reply.request_id, longest=_LONGEST_ID) if reply.request_id else None,
        http_status=reply.status,
        created=answer.created,
        delivered=answer.delivered if is_known else None,
        usage=dict(answer.usage),
        urls=answer.urls if is_known else (),
        sent_at=sent_at,
        done_at=done_at,
        sdk=sdk,
        endpoint=quote.endpoint,
        body_sha256=body_sha256,
        error=reply.error,
        error_code=answer.error_code,
    )


def sha256_of(body: Mapping[str, object]) -> str:
    """sha256 of the fields as canonical JSON; of an upload, of its fields without the files.

    Raises:
        TypeError: A value that JSON does not have; better now than after the hold.
    """
    text = _canonical(body)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
