"""Which tests run a mutated line, and in which order they are worth trying."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

from tests.mutation.mutants import Mutant


@dataclass(frozen=True, slots=True)
class Covering:
    """What every test ran when nothing was mutated."""

    #: Of each module: sha256 of what was run.
    digests: dict[str, str]
    #: By test and module: the lines that it ran.
    lines: dict[str, dict[str, list[int]]]
    #: Processor seconds by test.
    costs: dict[str, float]

    def stale(self, modules: tuple[str, ...]) -> bool:
        """Whether a module is another than it was."""
        return any(self.digests.get(each) != digest_of(each) for each in modules)

    def tests_of(self, mutant: Mutant, kills: Counter[str], *, budget_s: float) -> list[str]:
        """The tests that run the mutated statement: those that killed before, then cheap ones.

        For a statement that runs at import, or in no test: those that run any line of the module,
        or all.
        """
        first, last, in_function = _statement(mutant.module, mutant.line)
        wanted = set(range(first, last + 1))
        ran = {test: ran[mutant.module] for test, ran in self.lines.items() if mutant.module in ran}
        found = [test for test, lines in ran.items() if in_function and wanted & set(lines)]
        found = found or list(ran) or list(self.costs)
        cheap = sorted(found, key=self.costs.__getitem__)
        spent = accumulate(self.costs[test] for test in cheap)
        kept = [test for test, so_far in zip(cheap, spent, strict=True) if so_far <= budget_s]
        return sorted(kept or cheap[:1], key=lambda test: -kills[test])


def digest_of(module: str) -> str:
    """sha256 of a file."""
    return sha256(Path(module).read_bytes()).hexdigest()


def _statement(module: str, line: int) -> tuple[int, int, bool]:
    """First and last line of the smallest statement at a line, and whether a function has it."""
    around = [each for each in _statements(module) if each[0] <= line <= each[1]]
    return min(
        around, key=lambda each: (each[1] - each[0], not each[2]), default=(line, line, False)
    )


@cache
def _statements(module: str) -> tuple[tuple[int, int, bool], ...]:
    """Every statement's own lines, without those of its body."""
    found: list[tuple[int, int, bool]] = []

    def walk(node: ast.AST, *, inside: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt | ast.excepthandler):
                body = getattr(child, "body", None)
                end = body[0].lineno - 1 if body else child.end_lineno or child.lineno
                found.append((child.lineno, max(child.lineno, end), inside))
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            walk(child, inside=inside or function)

    walk(ast.parse(Path(module).read_text()), inside=False)
    return tuple(found)
