"""The mutants of a module: what each operator of cosmic-ray makes of it, one change at a time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

#: One replacement of an operator by each that a slip of the hand would write; cosmic-ray's other
#: pairs (`+` by `<<`, `==` by `is`) fail loudly or are no harder to notice than these.
OPERATORS = (
    *(f"core/ReplaceComparisonOperator_{pair}" for pair in (
        "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is",
        "Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt",
    )),
    *(f"core/ReplaceBinaryOperator_{pair}" for pair in (
        "Add_Sub", "Sub_Add", "Mul_Div", "Mul_Add", "Div_Mul", "FloorDiv_Div", "FloorDiv_Mul",
        "Mod_FloorDiv", "Pow_Mul", "LShift_RShift", "RShift_LShift", "BitAnd_BitOr", "BitOr_BitAnd",
    )),
    "core/ReplaceUnaryOperator_USub_UAdd",
    "core/ReplaceUnaryOperator_Delete_Not",
    "core/AddNot",
    "core/ReplaceAndWithOr",
    "core/ReplaceOrWithAnd",
    "core/ReplaceTrueWithFalse",
    "core/ReplaceFalseWithTrue",
    "core/NumberReplacer",
    "core/ReplaceBreakWithContinue",
    "core/ReplaceContinueWithBreak",
    "core/ZeroIterationForLoop",
    "core/ExceptionReplacer",
    "core/RemoveDecorator",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operator finds something to change: its occurrence in a module, counted from 0."""

    #: Such as `pricing/money.py`.
    module: str
    operator: str
    occurrence: int


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module."""

    place: Place
    #: The first line that differs, counted from 1 in the module as it is.
    line: int
    #: The lines that differ, as they are and as they become, in one line each.
    before: str
    after: str
    #: The whole module with the change in it.
    source: str = field(repr=False)

    @property
    def module(self) -> str:
        """The module that is changed."""
        return self.place.module


def name_of(module: str) -> str:
    """`pricing.money` of `pricing/money.py`, `pricing` of `pricing/__init__.py`."""
    return module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def places_in(modules: Iterable[str]) -> Iterator[Place]:
    """Every place that an operator would change."""
    operators = {name: get_operator(name)() for name in OPERATORS}
    for module in modules:
        nodes = list(ast_nodes(get_ast(Path(module).read_text())))
        for name, operator in operators.items():
            found = sum(1 for node in nodes for _ in operator.mutation_positions(node))
            yield from (Place(module, name, occurrence) for occurrence in range(found))


def mutant_at(place: Place) -> Mutant | None:
    """The mutant of a place; None for what is no Python, or could not be told from the module."""
    source = Path(place.module).read_text()
    try:
        mutated = mutate_code(source, get_operator(place.operator)(), place.occurrence)
        assert mutated is not None
        compiled = compile(mutated, place.module, "exec")
    except (AttributeError, SyntaxError):  # it cannot replace `except yaml.YAMLError`, for one
        return None
    if compiled == compile(source, place.module, "exec"):
        return None
    # `int | None` is arithmetic to the operator and to nobody else.
    if "Binary" in place.operator and _unannotated(mutated) == _unannotated(source):
        return None
    line, before, after = _change(source, mutated)
    if "TYPE_CHECKING" in before:
        return None
    return Mutant(place, line, before, after, mutated)


def _unannotated(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return ast.dump(tree)


def _change(source: str, mutated: str) -> tuple[int, str, str]:
    old, new = source.splitlines(), mutated.splitlines()
    changes = [
        each for each in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if each[0] != "equal"
    ]  # fmt: skip
    first, last = changes[0], changes[-1]
    before, after = old[first[1] : last[2]], new[first[3] : last[4]]
    return first[1] + 1, _one_line(before), _one_line(after)


def _one_line(lines: list[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(lines)).strip()
