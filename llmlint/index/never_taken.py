"""Never taken: branches of a constructor that no construction in sight takes, by what they pass."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.conditions import decide
from llmlint.index.tree import branches_around, nodes_in, parameters

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def never_taken(ev: Evaluator, node: ast.AST, constructor: FunctionDef) -> bool:
    """Whether every construction of the project has one of the tests around a statement come out the other way."""
    tests = [(branch.test, outcome) for branch, outcome in branches_around(node)]
    if not tests or ev.project.library or not _asks_arguments(tests, constructor):
        return False
    callers = ev.project.callers(constructor)
    if not callers or any(caller.reference is not None for caller in callers):
        return False
    return any(decide(ev, test, None) is (not outcome) for test, outcome in tests)


def _asks_arguments(tests: list[tuple[ast.expr, bool]], constructor: FunctionDef) -> bool:
    """Whether tests depend on what is passed alone, and on nothing of the object that is only being built."""
    own = parameters(constructor)[:1]
    bindings = constructor.__dict__["inner"].bindings
    names = {one.id for test, _ in tests for one in nodes_in(test) if isinstance(one, ast.Name)}
    local = [binding for name in names for binding in bindings.get(name, ())]
    sources = [node for binding in local if binding.value is not None for node in nodes_in(binding.value)]
    read = names | {node.id for node in sources if isinstance(node, ast.Name)}
    return bool(local) and not any(argument.arg in read for argument in own)
