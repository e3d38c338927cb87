"""After a fault: is every acknowledged row there, are the books exact, do the keys stand?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select

from billing import AccountNotFound, Ledger
from billing.database.engines import reading
from billing.database.tables import transfer
from billing.ledger.ids import parse_id
from tests.faults.counts import Counts
from tests.faults.script import Answer, Variant, accounts, balances, ledger_of, run

#: The books of a killed script's own accounts are folded after each kill; all books, and all that
#: else is a law, after one in so many and at the end: nothing in them mends itself.
VERIFIES_EACH = 25
FAR = datetime(9000, 1, 1, tzinfo=UTC)


class Books:
    """The end of a script without faults, to compare with; one for each variant and length."""

    def __init__(self, url: str, variant: Variant, rounds: int) -> None:
        self._url, self._variant, self._rounds = url, variant, rounds
        with ledger_of(url, variant) as ledger:
            self.answers: list[Answer] = []
            run(ledger, variant, f"calm-{variant}", rounds, self.answers.append)
            self._end = balances(ledger, f"calm-{variant}")

    def check(self, name: str, told: Sequence[Answer], counts: Counts) -> None:
        """Open the ledger again, look, run the script to its end, and look again."""
        counts.runs += 1
        with ledger_of(self._url, self._variant) as ledger:
            self._check_there(ledger, told, counts)
            for code in accounts(name):
                _check_folded(ledger, code)
            if counts.runs % VERIFIES_EACH == 1:
                found = ledger.verify()
                assert found.ok, found.problems
            self._check_keys(ledger, name, told)
            assert balances(ledger, name) == self._end

    def check_unnoticed(self, name: str, told: Sequence[Answer], counts: Counts) -> None:
        """The caller noticed nothing: the answers and books are those of a run without faults."""
        counts.runs += 1
        assert [(a.key, a.is_row, a.repeated) for a in self._sorted(told)] == [
            (a.key, a.is_row, False) for a in self._sorted(self.answers)
        ]
        with ledger_of(self._url, self._variant) as ledger:
            self._check_there(ledger, told, counts)
            assert balances(ledger, name) == self._end

    def check_through(self, scripts: Mapping[str, Sequence[Answer]], counts: Counts) -> None:
        """Scripts that took several runs by the same keys: each key has one answer, one end."""
        with ledger_of(self._url, self._variant) as ledger:
            for name, told in scripts.items():
                counts.runs += 1
                said: dict[tuple[str, str], str] = {}
                for answer in told:
                    assert said.setdefault((answer.account, answer.key), answer.said) == answer.said
                assert len(said) == len(self.answers)
                self._check_there(ledger, told, counts)
                assert balances(ledger, name) == self._end

    def verify(self) -> None:
        """The books are exact."""
        with ledger_of(self._url, self._variant) as ledger:
            found = ledger.verify()
        assert found.ok, found.problems

    def _check_there(self, ledger: Ledger, told: Sequence[Answer], counts: Counts) -> None:
        lost = missing(ledger, told)
        counts.acknowledged += len({answer.said for answer in told if answer.is_row})
        counts.lost += len(lost)
        assert lost == []

    def _sorted(self, told: Sequence[Answer]) -> list[Answer]:
        # Threads answer in any order.
        return sorted(told, key=lambda a: a.key) if self._variant == "threads" else list(told)

    def _check_keys(self, ledger: Ledger, name: str, told: Sequence[Answer]) -> None:
        """The same keys again: what was told stands, what was not is now written once."""
        again: list[Answer] = []
        run(ledger, self._variant, name, self._rounds, again.append)
        said = {(answer.account, answer.key): answer for answer in again}
        assert len(said) == len(again) == len(self.answers)
        for first in told:
            repeated = said[first.account, first.key]
            assert (repeated.said, repeated.is_row) == (first.said, first.is_row)
            assert repeated.repeated == first.is_row


def _check_folded(ledger: Ledger, code: str) -> None:
    """What is stored of an account is what its rows give; it may not be open yet.

    A server may still be at the last statement of a client that was killed, and commit between two
    looks: they count when the balance is the same before and after the rows were read.
    """
    with suppress(AccountNotFound):
        stored, folded = ledger.balance(code), ledger.balance(code, as_of_recorded=FAR)
        while stored != (later := ledger.balance(code)):
            stored, folded = later, ledger.balance(code, as_of_recorded=FAR)
        assert replace(stored, month=folded.month, month_spent=folded.month_spent) == folded


def missing(ledger: Ledger, told: Sequence[Answer]) -> list[Answer]:
    """The acknowledged rows that are not in the ledger."""
    ids = {answer: parse_id(answer.said) for answer in told if answer.is_row}
    with reading(ledger.engine) as connection:
        statement = select(transfer.c.id).where(transfer.c.id.in_(ids.values()))
        there = set(connection.scalars(statement))
    return [answer for answer, row_id in ids.items() if row_id not in there]
