"""The record as Markdown: a table by module, and every survivor with the reason why it may live."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import yaml

from tests.mutation.record import Tried

EXPLAINED: Final = Path(__file__).with_name("survivors.yaml")

#: How a mutant ends; `import it` waits for its fresh import.
_COLUMNS: Final = ("killed", "timed out", "survived", "import it")

#: (before, after) of a module.
_Change = tuple[str, str]


def explanations() -> dict[str, dict[_Change, str]]:
    """By module and change: why no test kills it."""
    known: dict[str, dict[_Change, str]] = defaultdict(dict)
    for module, reasons in yaml.safe_load(EXPLAINED.read_text()).items():
        for why, changes in reasons.items():
            known[module] |= dict.fromkeys(map(tuple, changes), why)
    return known


def unexplained(tried: Iterable[Tried]) -> list[Tried]:
    """Survivors that nobody has judged."""
    known = explanations()
    return [
        each
        for each in tried
        if each.outcome == "survived"
        and (each.before, each.after) not in known.get(each.place.module, {})
    ]


def markdown(tried: Iterable[Tried]) -> Iterator[str]:
    """The lines of both tables."""
    by_module: dict[str, list[Tried]] = defaultdict(list)
    for each in tried:
        by_module[each.place.module].append(each)
    yield f"| module | tried | {' | '.join(_COLUMNS)} | equivalent or explained |"
    yield f"|---{'|---:' * (len(_COLUMNS) + 2)}|"
    known = explanations()
    total: Counter[str] = Counter()
    for module, found in sorted(by_module.items()):
        counts: Counter[str] = Counter(each.outcome for each in found)
        counts["explained"] = counts["survived"] - len(unexplained(found))
        total += counts
        yield _row(f"`{module}`", counts)
    yield _row("all", total)
    noticed = total["killed"] + total["timed out"]
    ended = noticed + total["survived"]
    told = noticed + total["explained"]
    yield ""
    yield f"Of {ended} that were tried to the end {noticed} were noticed: {noticed / ended:.1%};"
    yield f"with those that nobody could notice, or that are explained, {told / ended:.1%}."
    for module, found in sorted(by_module.items()):
        left = sorted(
            (each for each in found if each.outcome == "survived"), key=lambda each: each.line
        )
        if left:
            yield from ("", f"### `{module}`", "")
        for each in left:
            why = known.get(module, {}).get((each.before, each.after), "not judged yet")
            yield f"- `{each.before}` as `{each.after}`: {why}"


def _row(name: str, counts: Counter[str]) -> str:
    ended = [counts[outcome] for outcome in _COLUMNS]
    figures = (sum(ended), *ended, counts["explained"])
    return f"| {name} | {' | '.join(map(str, figures))} |"
