"""Calls whose result is added to a model: `model += gen("answer")` generates, `gen("answer")` alone does not."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from llmlint.index import names
from llmlint.index.tree import parent, scope_of
from llmlint.index.values import alternatives
from llmlint.sites.recognition.surfaces import surface_of

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.sites.recognition.surface import Match, Surface


def added_to(ev: Evaluator, call: ast.Call, matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """The matches, each on the model that the call's result is added to; none where that is no proven model."""
    model = _left(call)
    surface = _model(ev, model) if model is not None else None
    if surface is None:
        return ()
    return tuple(
        replace(match, surface=surface, gives=match.operation.gives | surface.gives)
        for match in matches
        if match.surface.sdk is surface.sdk
    )


def _left(call: ast.Call) -> ast.expr | None:
    """The leftmost operand of the sum that the call stands in, or what the sum is added to."""
    node: ast.AST = call
    above = parent(node)
    while isinstance(above, ast.BinOp) and isinstance(above.op, ast.Add):
        node, above = above, parent(above)
    if isinstance(above, ast.AugAssign) and isinstance(above.op, ast.Add) and above.value is node:
        return above.target
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        node = node.left
    return node if isinstance(node, (ast.Name, ast.Attribute, ast.Call)) and node is not call else None


def _model(ev: Evaluator, node: ast.expr) -> Surface | None:
    """The model that an expression is, also where it was added to before: every sum of a model is the model again."""
    owner = scope_of(node).lookup(node.id) if isinstance(node, ast.Name) else None
    if owner is None or not isinstance(node, ast.Name):
        found = [ev.evaluate(node)]
    else:
        found = [names.bound(ev, one, None) for one in owner.bindings[node.id] if one.kind != "augmented"]
    surfaces = [surface_of(ev, option) for value in found for option in alternatives(value)]
    return next((one for one in surfaces if one is not None and one.client is not None and not one.path), None)
