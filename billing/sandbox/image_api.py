"""The endpoints of the sandbox: price the request, bill it, have it answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from aiohttp import web

from billing.sandbox.answers import give_answer
from billing.sandbox.behaviours import HEADER, parse_behaviour
from billing.sandbox.pictures import Picture
from billing.sandbox.reading import check_call, read_fields
from billing.sandbox.refusals import REQUEST_ID, bearer, refusals, send_request_id
from billing.sandbox.statement_file import BilledLine, StatementFile
from pricing import PriceBook, Quote
from pricing.money import EXACT

#: As large as sixteen uploads of 4 MB.
BODY_MAX_BYTES = 64 * 1024 * 1024


class ImageApi:
    """The handlers and what they share: the book, the statement, the lines billed so far."""

    def __init__(
        self,
        book: PriceBook,
        statement: StatementFile | None,
        *,
        account: str,
        clock: Callable[[], datetime],
    ) -> None:
        self.billed: list[BilledLine] = []
        self._book = book
        self._statement = statement
        self._account = account
        self._clock = clock
        self._started_at = clock()

    def application(self, api_key: str | None) -> web.Application:
        """The routes behind the checks."""
        app = web.Application(
            middlewares=[refusals, bearer(api_key)], client_max_size=BODY_MAX_BYTES
        )
        app.on_response_prepare.append(send_request_id)
        app.add_routes(
            [
                web.post("/v1/images/generations", self._generations),
                web.post("/v1/images/edits", self._edits),
                web.get("/v1/models", self._models),
                web.get("/files/{name}", self._file),
            ]
        )
        return app

    async def _generations(self, request: web.Request) -> web.StreamResponse:
        return await self._images(request, "generations")

    async def _edits(self, request: web.Request) -> web.StreamResponse:
        return await self._images(request, "edits")

    async def _models(self, _request: web.Request) -> web.Response:
        created = int(self._started_at.timestamp())
        model = {"id": self._book.model, "object": "model", "created": created}
        return web.json_response({"object": "list", "data": [model | {"owned_by": "sandbox"}]})

    async def _file(self, request: web.Request) -> web.Response:
        picture = Picture.from_name(request.match_info["name"])
        if picture is None:
            raise web.HTTPNotFound
        return web.Response(body=picture.paint(), content_type=f"image/{picture.format}")

    async def _images(self, request: web.Request, endpoint: str) -> web.StreamResponse:
        fields = await read_fields(request, endpoint)
        now = self._clock()
        quote = self._book.quote(fields, endpoint=endpoint, at=now)
        check_call(fields, endpoint)
        behaviour = parse_behaviour(request.headers.getall(HEADER, ()), quote.n)
        account = str(fields.get("user") or self._account)
        request_id = request[REQUEST_ID]
        self._bill(quote, behaviour.billed, now=now, account=account, request_id=request_id)
        await asyncio.sleep(behaviour.stall_s)
        pictures = [
            _picture(index, fields, quote, request_id) for index in range(behaviour.delivered)
        ]
        in_base64 = fields.get("response_format") == "b64_json"
        return await give_answer(
            request, behaviour, pictures, created=int(now.timestamp()), in_base64=in_base64
        )

    def _bill(
        self, quote: Quote, images: int, *, now: datetime, account: str, request_id: str
    ) -> None:
        if images == 0:
            return
        line = BilledLine(
            request_id=request_id,
            created_at=now.astimezone(UTC),
            account=account,
            model=quote.model,
            endpoint=quote.endpoint,
            size=quote.size,
            quality=quote.quality,
            n=images,
            amount=EXACT.multiply(quote.unit_price, images),
            currency=quote.currency,
        )
        # The file first: what `billed` shows is on the disk.
        if self._statement is not None:
            self._statement.append(line)
        self.billed.append(line)


def _picture(index: int, fields: dict[str, object], quote: Quote, request_id: str) -> Picture:
    return Picture.of(
        str(fields["prompt"]),
        index,
        size=quote.size,
        format=str(fields.get("output_format", "png")),
        request_id=request_id,
    )
