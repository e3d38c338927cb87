"""Reads along while an answer passes to the caller, and says what it delivered; decides nothing.

Server-sent events are counted as they pass; a body without any is read as a whole at its end, so
that JSON where a stream was asked for counts for what it is.
"""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from typing import Final

from billing.client.outcome.answers import Answer, answer_of, read_answer

_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
#: The SDK stops at an event whose data begins like this.
_DONE: Final = b"[DONE]"
#: How an event is called that delivers an image.
_COMPLETED_END: Final = ".completed"


class AnswerReader:
    """Takes the pieces of one body, in order."""

    def __init__(self) -> None:
        #: The stream said that nothing more comes.
        self.is_done = False
        #: What events said, for who takes it from here: JSON, or the text that is none.
        self.said: deque[object] | None = None
        #: An event said that the work failed.
        self.has_failed = False
        self._completed: list[Answer] = []
        self._error_code: str | None = None
        #: The body so far; None from its first event on, which may be one of many megabytes.
        self._whole: bytearray | None = bytearray()
        self._rest = bytearray()
        self._is_after_cr = False
        self._event = b""
        self._data: list[bytes] = []

    def feed(self, piece: bytes) -> None:
        """The next piece of the body."""
        if self._whole is not None:
            self._whole += piece
        for line in self._lines(piece):
            self._take(line)

    def answer(self) -> Answer:
        """What was delivered so far."""
        if self._whole is not None:
            return read_answer(bytes(self._whole))
        usage: Counter[str] = Counter()
        for answer in self._completed:
            usage.update(answer.usage)
        created = [answer.created for answer in self._completed if answer.created is not None]
        return Answer(
            delivered=sum(answer.delivered for answer in self._completed),
            created=created[-1] if created else None,
            urls=tuple(url for answer in self._completed for url in answer.urls),
            usage=dict(usage),
            error_code=self._error_code,
            is_error=self.has_failed,
        )

    def whole(self) -> object:
        """The body that had no event in it, as `said` has events; None where there was one."""
        return None if self._whole is None else _json_or_text(bytes(self._whole))

    def _lines(self, piece: bytes) -> Iterator[bytes]:
        if self._is_after_cr:
            piece = piece.removeprefix(b"\n")
        self._is_after_cr = piece.endswith(b"\r")
        *ended, rest = _LINE_END.split(piece)
        for line in ended:
            yield bytes(self._rest + line)
            self._rest.clear()
        self._rest += rest

    def _take(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if not line:
            self._dispatch()
        elif name == b"event":
            self._event = value.strip()
        elif name == b"data":
            self._data.append(value.removeprefix(b" "))

    def _dispatch(self) -> None:
        event, data = self._event.decode("utf-8", "replace"), b"\n".join(self._data)
        self._event, self._data = b"", []
        if not event and not data:
            return
        self._whole = None
        if data.startswith(_DONE):
            self.is_done = True
        elif not self.is_done:
            self._count(event, data)

    def _count(self, event: str, data: bytes) -> None:
        said = _json_or_text(data)
        if self.said is not None:
            self.said.append(said)
        if not isinstance(said, Mapping):  # the SDK stops there with an error of its own
            return
        kind = said.get("type") or event
        if said.get("error") or kind == "error":
            self.has_failed = True
            self._error_code = answer_of(said).error_code
        elif isinstance(kind, str) and kind.endswith(_COMPLETED_END):
            image = {"created": said.get("created_at"), "data": [said], "usage": said.get("usage")}
            self._completed.append(answer_of(image))


def _json_or_text(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return data.decode("utf-8", "replace")
