"""The slow way: each mutant gets a process that imports everything anew, the mutant among it."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
from collections.abc import Iterable, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.metadata import entry_points
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.mutation.children import Outcome, outcome_of, say
from tests.mutation.loaded import OPTIONS
from tests.mutation.mutants import Mutant, name_of

#: Loaded once, before the forks: what tests import that is not ours.
NOT_OURS = (
    *(
        "alembic.command",
        "click.testing",
        "httpx",
        "hypothesis",
        "openai",
        "pydantic",
        "rich.table",
    ),
    *("sqlalchemy.dialects.sqlite", "yaml", "xlsxwriter", "openpyxl"),
)


class _Mutated(SourceFileLoader):
    """Finds one module, and loads a mutant in its place."""

    def __init__(self, mutant: Mutant) -> None:
        path = Path(mutant.module)
        self._package = path.name == "__init__.py"
        super().__init__(name_of(mutant.module), str(path.resolve()))
        self._source = mutant.source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module that is mutated; every other one is found as always."""
        if fullname != self.name:
            return None
        inside = [str(Path(self.path).parent)] if self._package else None
        return importlib.util.spec_from_file_location(
            fullname, self.path, loader=self, submodule_search_locations=inside
        )

    def get_code(self, fullname: str) -> CodeType:
        """The mutant, compiled; never the cached bytecode of the module."""
        return compile(self._source, self.path, "exec")


class _Killer:
    """Says which test failed first; one that no longer loads counts."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            say(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            say(f"{report.nodeid} (import)")


def load_what_is_not_ours() -> None:
    """Pay for those imports once; what is compiled is kept, but never beside the sources."""
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path("build/mutation/bytecode").resolve())
    for plugin in entry_points(group="pytest11"):
        plugin.load()
    for name in NOT_OURS:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def try_fresh(mutant: Mutant, tests: Iterable[str], *, budget_s: float) -> tuple[Outcome, str]:
    """How the mutant fares against these tests, in their order, in a process of its own."""
    names = list(tests)

    def run() -> bool:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        sys.meta_path.insert(0, _Mutated(mutant))
        return pytest.main([*OPTIONS, "-x", *names], plugins=[_Killer()]) == pytest.ExitCode.OK

    return outcome_of(run, budget_s=budget_s)
