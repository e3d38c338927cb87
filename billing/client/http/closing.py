"""What is closed when its `with` block ends."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Closing(ABC):
    """Closed at the end of `with`."""

    @abstractmethod
    def close(self) -> None:
        """Close it; again, nothing happens."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()


class AsyncClosing(ABC):
    """Closed at the end of `async with`."""

    @abstractmethod
    async def close(self) -> None:
        """Close it; again, nothing happens."""

    @abstractmethod
    def _abandon(self) -> None:
        """The block ends because its coroutine is closed: nothing may be awaited any more."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if isinstance(exc, GeneratorExit):
            self._abandon()
        else:
            await self.close()
