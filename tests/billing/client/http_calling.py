"""Calls over plain HTTP, sync and async, on the ledger that all tests of calls share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Unpack

import httpx

from billing.client.driving.told import Told
from billing.client.http import AsyncImageCalls, ImageCalls
from tests.billing.client.calling import FIELDS, GENERATE, Desk, Way


class HttpDesk:
    """Makes calls with httpx's clients."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._sync, self._async = httpx.Client(), httpx.AsyncClient()

    def close(self) -> None:
        self._sync.close()
        self.desk.loop.run(self._async.aclose())

    def calls(
        self, mode: str, base_url: str, account: str, /, **told: Unpack[Told]
    ) -> ImageCalls | AsyncImageCalls:
        """Billed calls of this kind."""
        kind: Any = ImageCalls if mode == "sync" else AsyncImageCalls
        http = self._sync if mode == "sync" else self._async
        calls: ImageCalls | AsyncImageCalls = kind(
            self.desk.ledger,
            base_url=base_url,
            api_key="sk-secret",
            http=http,
            **{**told, "account": account},
        )
        return calls

    def call(
        self, calls: ImageCalls | AsyncImageCalls, way: Way = GENERATE, **more: object
    ) -> object:
        """What a call answered with, or raised."""
        try:
            return self.desk.done(
                getattr(calls, way.method)(**{**FIELDS, "timeout": 10, **way.billed, **more})
            )
        except Exception as raised:  # noqa: BLE001 - whatever it is, the caller sees it
            return raised


@contextmanager
def http_desk_of(desk: Desk) -> Iterator[HttpDesk]:
    """A desk for the length of the block."""
    opened = HttpDesk(desk)
    try:
        yield opened
    finally:
        opened.close()
