"""A made-up month for `reconcile.py`: a ledger, a statement of it, and what was planted in both.

Holds and captures are written directly, as copies of what the verbs wrote: a million of them would
take an hour. The same month is also a bare table of request ids and amounts, for the plain script.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, Final

from billing import Evidence, Ledger
from billing.reconciliation import Tolerances
from pricing import PriceBook, Quote

MONTH: Final = "2026-10"
#: While the calls of the month's last day and a half are young.
NOW: Final = datetime(2026, 11, 2, 12, tzinfo=UTC)
_START: Final = datetime(2026, 10, 1, tzinfo=UTC)
_DAYS: Final = 31
_ACCOUNTS: Final = 50
_AT_ONCE: Final = 20_000
_HEADER: Final = [
    "request_id",
    "created_at",
    "account",
    "model",
    "endpoint",
    "size",
    "quality",
    "n",
    "amount",
    "currency",
    "status",
]
#: What the plain script reads: a bare table of the same calls.
_PLAIN: Final = (
    "CREATE TABLE captures(id INTEGER PRIMARY KEY, request_id TEXT NOT NULL UNIQUE, ts INTEGER NOT"
    " NULL, model TEXT, size TEXT, quality TEXT, n INTEGER, amount INTEGER NOT NULL)"
)
_INDEXES: Final = (
    "SELECT name, sql FROM sqlite_master"
    " WHERE type = 'index' AND tbl_name = 'transfer' AND sql IS NOT NULL"
)
_BOOK: Final = PriceBook.load("openai-gpt-image-2")
#: Holds that are planted have a cell of their own, so that no fingerprint fits two kinds of them.
_HELD: Final = {"matched_by_fingerprint": 5, "hold_unbilled": 6, "hold_only": 7}
#: Planted by changing a call that is there, or by adding one.
_OF_CALLS: Final = (
    *("amount_mismatch", "quantity_mismatch", "missing_from_statement"),
    *("duplicate_line", "duplicate_capture", "wrong_period"),
)


@dataclass
class Month:
    """The two sides as they are made."""

    folder: Path
    rows: int
    planted: Counter[str] = field(default_factory=Counter)
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def make(self) -> dict[str, int]:
        """Write `ledger.db`, `plain.db` and `statement.csv`; the answer is what was planted."""
        each = max(1, self.rows // 8_000)
        self._clock = _START
        with Ledger.open(self.url, clock=lambda: self._clock) as ledger:
            cells = self._templates(ledger)
            held = list(self._held(ledger, each))
        kinds = self._kinds(each)
        # As text: ten million lists would not fit beside the ledger.
        every = chain(held, self._calls(cells, kinds), self._strangers(each))
        lines = [",".join(map(str, line)) for line in every]
        lines.append(self._total(lines))
        self.chance.shuffle(lines)
        with (self.folder / "statement.csv").open("w") as file:
            file.writelines(f"{line}\n" for line in (",".join(_HEADER), *lines))
        self.planted["matched"] += self.rows - each * 5
        return dict(self.planted)

    def _kinds(self, each: int) -> dict[int, str]:
        """What is planted where: calls without a line are pending when they are young."""
        lag = Tolerances().settling_lag
        young = int(self.rows * ((NOW - lag - _START) / timedelta(days=_DAYS))) + 1
        picked = self.chance.sample(range(young), each * len(_OF_CALLS))
        kinds = {place: _OF_CALLS[at % len(_OF_CALLS)] for at, place in enumerate(picked)}
        return kinds | dict.fromkeys(self.chance.sample(range(young, self.rows), each), "pending")

    @property
    def url(self) -> str:
        """Of the ledger."""
        return f"sqlite:///{self.folder / 'ledger.db'}"

    def _templates(self, ledger: Ledger) -> list[tuple[Quote, dict[str, Any], dict[str, Any]]]:
        """For each cell, the rows that its hold and its capture made."""
        for number in range(_ACCOUNTS):
            ledger.open_account(f"account-{number}", currency="USD", floor="-100000000")
        found: list[Quote] = []
        for size in _BOOK.sizes:
            for quality in _BOOK.qualities:
                quote = _quote(size, quality, 8)
                hold = ledger.hold("account-0", quote, key=f"template-{len(found)}")
                ledger.capture(
                    hold.id, images=8, key=f"template-{len(found)}/capture", occurred_at=_START
                )
                found.append(quote)
        connection = sqlite3.connect(self.folder / "ledger.db")
        connection.row_factory = sqlite3.Row
        rows = connection.execute("SELECT * FROM transfer ORDER BY version").fetchall()
        pairs = zip(found, rows[::2], rows[1::2], strict=True)
        answer = [(quote, dict(hold), dict(capture)) for quote, hold, capture in pairs]
        # They are no calls of the month: they would be missing from its statement.
        connection.execute("DROP TRIGGER IF EXISTS transfer_no_delete")
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'transfer'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM transfer")
        connection.commit()
        connection.close()
        return answer

    def _held(self, ledger: Ledger, each: int) -> Iterator[list[object]]:
        """Calls in doubt, and the lines of those that are billed."""
        for kind, n in _HELD.items():
            for number in range(each):
                self._clock = _START + timedelta(days=1, minutes=15 * number)
                key = f"{kind}-{number}"
                quote = _quote("2048x2048", "high", n, self._clock)
                hold = ledger.hold("account-1", quote, key=key, on_deadline="doubt")
                request_id = None if kind == "matched_by_fingerprint" else f"req_{key}"
                evidence = Evidence(request_id=request_id)
                ledger.doubt(hold.id, key=f"{key}/doubt", reason="timeout", evidence=evidence)
                self.planted[kind] += 1
                if kind != "hold_unbilled":
                    yield _line(request_id or "", self._clock, quote, n)

    def _calls(
        self, cells: list[tuple[Quote, dict[str, Any], dict[str, Any]]], kinds: dict[int, str]
    ) -> Iterator[list[object]]:
        connection = sqlite3.connect(self.folder / "ledger.db", isolation_level=None)
        plain = sqlite3.connect(self.folder / "plain.db", isolation_level=None)
        plain.execute("PRAGMA synchronous = OFF")
        plain.execute(_PLAIN)
        # Made anew at the end, which is many times quicker than row by row.
        made_last = connection.execute(_INDEXES).fetchall()
        for name, _sql in made_last:
            connection.execute(f"DROP INDEX {name}")
        for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -200000"):
            connection.execute(f"PRAGMA {pragma}")
        accounts = [row[0] for row in connection.execute("SELECT id FROM account ORDER BY code")]
        columns = list(cells[0][1])
        insert = f"INSERT INTO transfer VALUES ({', '.join('?' * len(columns))})"
        batch: list[list[object]] = []
        bare: list[tuple[object, ...]] = []
        step = timedelta(days=_DAYS) / self.rows
        for place in range(self.rows):
            quote, hold, capture = cells[self.chance.randrange(len(cells))]
            n, kind = self.chance.randint(1, 8), kinds.get(place, "matched")
            request_id = f"req_{self.chance.getrandbits(96):024x}"
            at = _START + step * place
            if kind == "wrong_period":
                at -= timedelta(days=40)
            owner = accounts[self.chance.randrange(len(accounts))]
            for again in range(2 if kind == "duplicate_capture" else 1):
                version = 1_000_000 + 4 * place + 2 * again
                rows = _pair(hold, capture, owner, n, request_id, at, version)
                batch += [[row[name] for name in columns] for row in rows]
            amount = int(quote.unit_price * n * 10**6)
            cell = quote.model, quote.size, quote.quality, n, amount
            bare.append((request_id, int(at.timestamp()), *cell))
            yield from self._lines_of(kind, request_id, _START + step * place, quote, n)
            if len(batch) >= _AT_ONCE or place == self.rows - 1:
                for target, sql, values in (
                    (connection, insert, batch),
                    (plain, "INSERT INTO captures VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", bare),
                ):
                    target.execute("BEGIN")
                    target.executemany(sql, values)
                    target.execute("COMMIT")
                    values.clear()
        for _name, sql in made_last:
            connection.execute(sql)
        for each in (connection, plain):
            each.close()

    def _lines_of(
        self, kind: str, request_id: str, at: datetime, quote: Quote, n: int
    ) -> Iterator[list[object]]:
        line = _line(request_id, at, quote, n)
        if kind != "matched":
            self.planted[kind] += 1
        if kind in ("missing_from_statement", "pending"):
            return
        if kind == "amount_mismatch":
            line[8] = f"{quote.unit_price * n + 1:.6f}"
        if kind == "quantity_mismatch":
            line[7] = n + 1
        yield line
        if kind == "duplicate_line":
            yield line

    def _strangers(self, each: int) -> Iterator[list[object]]:
        """Lines that no call of ours is known for, and those that are no usage."""
        quote = _quote("1024x1024", "low", 1)
        for number in range(each):
            self.planted["missing_from_ledger"] += 1
            yield _line(f"req_stranger_{number}", _START + timedelta(seconds=number), quote, 1)
        for status in ("tax", "fee", "credit"):
            self.planted["tax_fee_credit"] += 1
            yield ["", "2026-10-31T00:00:00+00:00", *[""] * 6, "12.34", "USD", status]
        self.planted["unparseable"] += 1
        yield ["req_bad", "yesterday", *_line("", _START, quote, 1)[2:]]

    def _total(self, lines: list[str]) -> str:
        """The invoice's total, which is half a cent more than its lines."""
        total = Decimal("0.005")
        for line in lines:
            fields = line.split(",")
            total += Decimal(fields[8]) * (-1 if fields[10] == "credit" else 1)
        self.planted["rounding"] += 1
        return f",2026-10-31T00:00:00+00:00,{',' * 6}{total},USD,total"


def _pair(
    hold: dict[str, Any],
    capture: dict[str, Any],
    owner: bytes,
    n: int,
    request_id: str,
    at: datetime,
    version: int,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A hold and its capture, with ids that sort by time as those of the ledger do."""
    micros = int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
    hold_id, own_id = (
        micros.to_bytes(6, "big") + (version + more).to_bytes(6, "big") + owner[-4:]
        for more in (0, 1)
    )
    when = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    same = {"account_id": owner, "occurred_at": when, "recorded_at": when, "images": n}
    amount = capture["amount"] // 8 * n
    return (
        {
            **hold,
            **same,
            "id": hold_id,
            "version": version,
            "amount": amount,
            "idem_key": f"call_{version:016}",
        },
        {
            **capture,
            **same,
            "id": own_id,
            "version": version + 1,
            "amount": amount,
            "hold_id": hold_id,
            "idem_key": f"call_{version:016}/capture",
            "request_id": request_id,
        },
    )


def _quote(size: str, quality: str, n: int, at: datetime = _START) -> Quote:
    fields = {"model": _BOOK.model, "size": size, "quality": quality, "n": n}
    return _BOOK.quote(fields, at=at)


def _line(request_id: str, at: datetime, quote: Quote, n: int) -> list[object]:
    amount = quote.unit_price * n
    return [
        *(request_id, at.isoformat(timespec="seconds"), "", quote.model, quote.endpoint),
        *(quote.size, quote.quality, n, f"{amount:.6f}", quote.currency, ""),
    ]
