"""Run places: where functions of the project call what a call hands to them, `patiently(lambda: create(…))`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.handed_to import handed_on
from llmlint.index.tree import FUNCTIONS, ancestors, class_of, taker_of
from llmlint.index.values import Frame, Function, alternatives

if TYPE_CHECKING:
    from llmlint.index.project import Project

DEPTH = 2


def taken_at(place: ast.AST, reference: ast.expr | None) -> Iterator[tuple[ast.Call, ast.expr]]:
    """The calls that are handed what runs a place: by reference at the place itself, or as a lambda around it."""
    if isinstance(place, ast.Call) and reference is not None:
        yield place, reference
    below = place
    for above in ancestors(place):
        if isinstance(above, FUNCTIONS) and not isinstance(above, ast.Lambda):
            return
        taker = taker_of(below) if isinstance(below, ast.Lambda) else None
        if isinstance(below, ast.Lambda) and taker is not None:
            yield taker, below
        below = above


def run_places(
    project: Project, call: ast.Call, handed: ast.expr, depth: int = DEPTH
) -> Iterator[tuple[ast.Call, Frame | None]]:
    """Where what a call hands on is run in the project, each with the activation of the function that runs it."""
    frame = _activation(project, call)
    for place, again in handed_on(project, call, handed):
        if again is None:
            yield place, frame
        elif depth:
            yield from run_places(project, place, again, depth - 1)


def _activation(project: Project, call: ast.Call) -> Frame | None:
    options = alternatives(project.evaluator.evaluate(call.func))
    function = options[0].node if len(options) == 1 and isinstance(options[0], Function) else None
    if function is None:
        return None
    bound = class_of(function) is not None and isinstance(call.func, ast.Attribute)
    return project.evaluator.activations.calling(function, call, None, bound=bound)
