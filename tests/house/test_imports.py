"""Who may import whom: `pricing` is pure, core `billing` knows no edge, edges sit on top."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: What sits on top of the core: nothing in the core may import it.
EDGES = ("client", "formats", "sandbox", "cli", "testing", "demo")
#: Third-party packages by the only places that may import them.
ONLY_IN = {
    "adbc_driver_manager": ("billing/database/arrow.py",),
    "adbc_driver_postgresql": ("billing/database/arrow.py",),
    "adbc_driver_sqlite": ("billing/database/arrow.py",),
    "aiohttp": ("billing/sandbox/",),
    "alembic": ("billing/database/", "migrations/"),
    "click": ("billing/cli/",),
    "duckdb": ("billing/statement/", "billing/reconciliation/lines/", "billing/database/arrow.py"),
    "httpx": ("billing/client/http/",),
    "openai": (
        "billing/client/__init__.py",
        "billing/client/proxy/",
        "billing/client/sdk/",
        "billing/cli/",
        "billing/demo/",
    ),
    "PIL": ("billing/sandbox/",),
    "psycopg": ("billing/database/",),
    "rich": ("billing/cli/", "billing/formats/", "billing/demo/"),
    "sqlalchemy": ("billing/", "migrations/"),
    "xlsxwriter": ("billing/formats/",),
    "yaml": ("pricing/", "billing/"),
}
#: The rooms of the client, each with those that it may know; all know what lies beside the rooms.
CLIENT_ROOMS: dict[str, tuple[str, ...]] = {
    "outcome": (),
    "call": ("outcome",),
    "shadow": ("outcome", "call"),
    "transport": ("outcome",),
    "driving": ("outcome", "call", "shadow"),
    "streams": ("outcome", "call", "transport", "driving"),
    "http": ("outcome", "call", "transport", "driving", "streams"),
    "sdk": ("outcome", "call", "transport", "driving", "streams"),
    "proxy": ("call", "streams", "driving", "sdk"),
}
#: The rooms of a reconciliation, each with those that it may know; the words beside are all's.
RECONCILIATION_ROOMS: dict[str, tuple[str, ...]] = {
    "books": (),
    "runs": (),
    "invoice": ("books",),
    "unbilled": ("books",),
    "lines": ("books", "runs", "invoice", "unbilled"),
    "buckets": ("books", "invoice", "unbilled"),
    "posting": ("books", "runs"),
}
ROOMS = {"billing.client": CLIENT_ROOMS, "billing.reconciliation": RECONCILIATION_ROOMS}
#: Edges that may use another edge.
EDGE_MAY_USE = {
    "cli": EDGES,
    "demo": ("client", "formats", "sandbox", "cli"),
    "client": (),
    "formats": (),
    "sandbox": (),
    "testing": (),
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in ("pricing", "billing", "migrations"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def edge_of(path: str) -> str | None:
    part = path.split("/")[1].removesuffix(".py") if "/" in path else path
    return part if part in EDGES else None


def forbidden(path: str, name: str) -> bool:
    package = name.split(".")[0]
    if package in ONLY_IN:
        return not path.startswith(ONLY_IN[package])
    if package == "billing" and path.startswith("pricing/"):
        return True
    if package == "billing" and path.startswith("billing/") and "." in name:
        target = name.split(".")[1]
        source = edge_of(path)
        if target in EDGES and target != source:
            return source is None or target not in EDGE_MAY_USE[source]
    return package in ("tests", "benchmarks")


def test_no_module_imports_what_its_room_may_not_know() -> None:
    edges = {
        f"{path} imports {name}"
        for path, tree in modules()
        for name in imported(tree)
        if forbidden(path, name)
    }
    # The package offers `billing.bill` at its top, and imports it only when it is asked for.
    edges = {
        edge for edge in edges if not edge.startswith("billing/__init__.py imports billing.client")
    }
    assert edges == set()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("pricing/book.py", "sqlalchemy"),
        ("pricing/book.py", "billing.ledger"),
        ("billing/ledger/ledger.py", "billing.cli"),
        ("billing/report.py", "rich.table"),
        ("billing/ledger/ledger.py", "openai"),
        ("billing/formats/table.py", "billing.client"),
        ("billing/sandbox/server.py", "billing.cli.exits"),
    ],
)
def test_the_walk_sees_a_forbidden_edge(path: str, name: str) -> None:
    assert forbidden(path, name)


@pytest.mark.parametrize("house", ROOMS)
def test_no_room_knows_one_above_it(house: str) -> None:
    edges = {
        f"{path} imports {name}"
        for path, tree in modules()
        if (room := room_of(house, path.removesuffix(".py").replace("/", ".")))
        for name in imported(tree)
        if room_of(house, name) not in (None, room, *ROOMS[house][room])
    }
    assert edges == set()


@pytest.mark.parametrize("house", ROOMS)
def test_every_room_is_there_and_every_folder_is_a_room(house: str) -> None:
    folders = {path.parent.name for path in (ROOT / house.replace(".", "/")).glob("*/__init__.py")}
    assert folders == set(ROOMS[house])


def room_of(house: str, module: str) -> str | None:
    below = module.removeprefix(f"{house}.").split(".")[0]
    return below if module.startswith(f"{house}.") and below in ROOMS[house] else None


@pytest.mark.parametrize("house", ROOMS)
def test_no_modules_of_a_house_import_each_other_in_a_circle(house: str) -> None:
    trees = {path.removesuffix(".py").replace("/", "."): tree for path, tree in modules()}
    order = TopologicalSorter(
        {
            module: {name for name in imported(tree) if name in trees and name != module}
            for module, tree in trees.items()
            if module.startswith(f"{house}.")
        }
    )
    order.prepare()  # raises CycleError, which names them; imports for type checkers count


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import pricing", ("sqlalchemy", "openai", "alembic", "aiohttp", "rich", "billing")),
        ("import billing", ("openai", "aiohttp", "rich", "click", "psycopg")),
        ("import billing.client.http", ("openai", "httpx", "httpx2", "aiohttp", "click")),
        ("import billing.cli", ("sqlalchemy", "openai", "aiohttp", "rich")),
    ],
)
def test_importing_a_package_does_not_drag_in_what_it_does_not_need(
    statement: str, absent: tuple[str, ...]
) -> None:
    code = f"import sys; {statement}; print(*sorted({set(absent)!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == []
