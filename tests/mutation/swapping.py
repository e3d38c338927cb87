"""Puts the code of a mutant into functions that are already loaded, where that is the same."""

from __future__ import annotations

import functools
import gc
from collections import defaultdict
from collections.abc import Iterator
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType, FunctionType

_Pair = tuple[CodeType, CodeType]


class NotSwappable(Exception):
    """The mutant differs in what runs when its module is imported, or in nothing that is loaded."""


class Loaded:
    """The functions and caches of a process in which everything is imported, found once."""

    def __init__(self) -> None:
        self._functions: dict[tuple[str, str, int], list[FunctionType]] = defaultdict(list)
        self._caches = []
        for each in gc.get_objects():
            if type(each) is FunctionType:
                self._functions[_key(each.__code__)].append(each)
            elif isinstance(each, functools._lru_cache_wrapper):
                self._caches.append(each)

    def swap(self, module: str, mutated: str) -> None:
        """Give the functions of a module the code of a mutant, and empty every cache.

        Raises:
            NotSwappable: When only a fresh import shows the mutant.
        """
        path = Path(module).resolve()
        before = compile(path.read_text(), str(path), "exec")
        for old, new in _changed(before, compile(mutated, str(path), "exec")):
            functions = self._functions.get(_key(old))
            if not functions:
                raise NotSwappable
            for function in functions:
                try:
                    function.__code__ = new
                except ValueError:
                    raise NotSwappable from None
        for cache in self._caches:
            cache.cache_clear()


def _changed(before: CodeType, after: CodeType) -> Iterator[_Pair]:
    """The functions that differ, outermost first; the module and its classes must not."""
    olds, news = _inner(before), _inner(after)
    if _shell(before) != _shell(after) or len(olds) != len(news):
        raise NotSwappable
    for old, new in zip(olds, news, strict=True):
        if old == new:
            continue
        if old.co_flags & CO_OPTIMIZED:
            yield old, new
        else:
            yield from _changed(old, new)


def _key(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _inner(code: CodeType) -> list[CodeType]:
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def _shell(code: CodeType) -> tuple[object, ...]:
    constants = tuple(repr(each) for each in code.co_consts if not isinstance(each, CodeType))
    return code.co_code, code.co_names, code.co_varnames, constants
