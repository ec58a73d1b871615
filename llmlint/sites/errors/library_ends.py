"""Library ends: decorators and context managers of libraries that end errors, `@logger.catch`, `@safe`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.values import alternatives, dotted
from llmlint.rulebook.handling import load_handling

if TYPE_CHECKING:
    from llmlint.index.project import Project


def told(project: Project, node: ast.expr, names: frozenset[str]) -> list[ast.expr] | None:
    """The exception types that one of the named decorators or managers is told, empty where it ends all.

    None where it is none of them, or raises after all.
    """
    call = node if isinstance(node, ast.Call) else None
    options = alternatives(project.evaluator.evaluate(call.func if call is not None else node))
    if names.isdisjoint(dotted(option) for option in options):
        return None
    handling = load_handling()
    keywords = {keyword.arg: keyword.value for keyword in call.keywords} if call is not None else {}
    again = keywords.get(handling.ends_not)
    if again is not None and not (isinstance(again, ast.Constant) and not again.value):
        return None
    types = [keywords[name] for name in handling.ended if name in keywords]
    return types or (list(call.args[:1]) if call is not None else [])


def records_and_ends(project: Project, node: ast.expr) -> bool:
    """Whether a `with` item is a manager of a library that logs the errors of its block and ends them."""
    return told(project, node, load_handling().ending) is not None
