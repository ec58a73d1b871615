"""Exercised: the functions of a project that its tests and evaluations run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name, named_function_of
from llmlint.index.values import Class, Function, Partial, Unknown, Value, alternatives
from llmlint.patterns import regex
from llmlint.sites.outward import ways_out

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.index.project import Project

CHECKING = regex(r"(^|/)(tests?|evals?|evaluations?|benchmarks?)/|(^|/)(test_|eval_)[^/]*\.py$|(_test|_eval)\.py$")
MAX_WAYS = 400
"""Places passed on the way up: an evaluation of a whole application stands far above its model calls."""


class Exercised:
    """What the files of tests and evaluations call, or hand on, themselves."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._functions: set[int] = set()
        self._names: set[str] = set()  # of calls on something that cannot be resolved, such as a fixture
        paths = [path for path in project.files.by_path if checks(path)]
        for module in filter(None, map(project.module, paths)):
            for expression in _called_or_handed_on(module):
                self._take(expression)

    def reaches(self, function: ast.FunctionDef | ast.AsyncFunctionDef, node: ast.AST) -> bool:
        """Whether the function around a node, or a caller of it, is among them, or may be by its name."""
        around = (named_function_of(place) for place, _ in ways_out(self._project, node, MAX_WAYS))
        return any(
            id(each) in self._functions or each.name in self._names for each in (function, *around) if each is not None
        )

    def _take(self, expression: ast.expr) -> None:
        for option in alternatives(self._project.evaluator.evaluate(expression)):
            value: Value = option.function if isinstance(option, Partial) else option
            if isinstance(value, Class):
                made = self._project.method(value, "__init__")
                value = made if made is not None else value
            if isinstance(value, Function):
                self._functions.add(id(value.node))
            elif isinstance(value, Unknown):
                self._names.add(last_name(expression))


def checks(path: str) -> bool:
    """Whether a file, by its path from the project's root, holds tests or evaluations."""
    return CHECKING.search(path) is not None


def _called_or_handed_on(module: Module) -> Iterator[ast.expr]:
    for calls in module.calls.values():
        for call in calls:
            yield call.func
            for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
                if isinstance(argument, (ast.Name, ast.Attribute)):
                    yield argument
