"""Where a ledger is, and where its spool lies; computes paths, touches no file.

The place of a ledger stands in every line of its spool: a copy of a ledger has the same holds, and
what belongs to the one must not be booked in the other.
"""

from __future__ import annotations

import hashlib
import os
from os import PathLike
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

SPOOL_VARIABLE: Final = "IMAGE_BILLING_SPOOL"

_PORT: Final = 5432
_STATE: Final = Path("image-billing", "spool")


def place_of(url: URL) -> str | None:
    """Where a database is, without user and password; None for one in memory."""
    if url.get_backend_name() == "sqlite":
        file = _sqlite_file(url)
        return None if file is None else f"sqlite:{file}"
    host = url.host or url.query.get("host") or "localhost"
    return f"postgresql:{host}:{url.port or _PORT}/{url.database or url.username or ''}"


def folders_of(url: URL, given: str | PathLike[str] | None = None) -> tuple[Path, ...]:
    """The folders of a ledger's spool, the first that can be written is used.

    What was given, else IMAGE_BILLING_SPOOL, and then nothing else. By default the folder
    `FILE.spool` beside a SQLite file, and the user's state folder.
    """
    chosen = given or os.environ.get(SPOOL_VARIABLE)
    if chosen:
        return (Path(chosen).absolute(),)
    file = _sqlite_file(url) if url.get_backend_name() == "sqlite" else None
    beside = () if file is None else (file.with_name(f"{file.name}.spool"),)
    return (*beside, *_state_folder())


def tag_of(place: str) -> str:
    """What the names of a place's files begin with."""
    return hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _sqlite_file(url: URL) -> Path | None:
    name = url.database or ""
    if name.startswith("file:"):
        name, _, query = name.removeprefix("file:").partition("?")
        if "mode=memory" in query:
            return None
    if name in ("", ":memory:") or url.query.get("mode") == "memory":
        return None
    return Path(name).resolve()


def _state_folder() -> tuple[Path, ...]:
    """By the XDG rules; nowhere for a user without a home."""
    state = os.environ.get("XDG_STATE_HOME", "")
    if Path(state).is_absolute():
        return (Path(state, _STATE),)
    try:
        return (Path.home() / ".local" / "state" / _STATE,)
    except RuntimeError:
        return ()
