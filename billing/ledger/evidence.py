"""What is known of one provider call: enough to settle a dispute, never the key or the prompt."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One attempt at one provider call, as it looked from our side of the wire."""

    #: The provider's own id of the call (`x-request-id`), the key that statements are matched by.
    request_id: str | None = None
    http_status: int | None = None
    #: The `created` of the answer, seconds since 1970, as the provider sent it.
    created: int | None = None
    #: Items with a non-empty url or b64_json.
    delivered: int | None = None
    #: Token counts as the provider reported them, flattened with dots.
    usage: dict[str, int] = field(default_factory=dict)
    #: The URLs of the images, so that a repeated key can answer without a second call.
    urls: tuple[str, ...] = ()
    sent_at: datetime | None = None
    done_at: datetime | None = None
    #: `openai 3.54.0`
    sdk: str | None = None
    endpoint: str | None = None
    #: sha256 of the JSON body as we built it, before the SDK encodes it.
    body_sha256: str | None = None
    #: Class names of the exception and its causes, outermost first.
    error: tuple[str, ...] = ()
    #: `error.code` or `error.type` of an error answer.
    error_code: str | None = None

    def known(self) -> dict[str, object]:
        """What is known, by name."""
        return {name: value for name in _NAMES if (value := getattr(self, name))}


_NAMES: Final = tuple(each.name for each in fields(Evidence))
