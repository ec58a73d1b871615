"""Lambdas: where what a lambda raises comes out, by what it is handed to or by the name that it is called by."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.callers import Caller
from llmlint.index.tree import function_of, parent, scope_of, taker_of
from llmlint.sites.errors import surfacing
from llmlint.sites.kept_functions import only_kept

if TYPE_CHECKING:
    from llmlint.index.project import Project


def raised_at(project: Project, node: ast.AST) -> list[ast.AST] | None:
    """The places around a lambda at which its errors come out; empty where they are out of sight.

    None where the node is in no lambda, or nothing in its function tells more than that it is made there.
    """
    kept = function_of(node)
    if not isinstance(kept, ast.Lambda):
        return None
    made: ast.expr = kept
    above = parent(made)
    while isinstance(above, (ast.IfExp, ast.BoolOp)):
        made, above = above, parent(above)
    if isinstance(above, ast.Assign) and len(above.targets) == 1 and isinstance(above.targets[0], ast.Name):
        return _by_name(project, kept, above.targets[0])
    return _at_use(project, kept, made)


def _at_use(project: Project, kept: ast.Lambda, use: ast.expr) -> list[ast.AST] | None:
    above = parent(use)
    if isinstance(above, ast.Call) and above.func is use:
        return [above]
    taker = taker_of(use)
    if taker is None:
        return None
    caller = Caller(taker, scope_of(taker).module, True, use)
    if surfacing.apart(project, kept, caller):
        return None
    return [] if only_kept(project, caller) else surfacing.places(project, kept, caller)


def _by_name(project: Project, kept: ast.Lambda, name: ast.Name) -> list[ast.AST] | None:
    owner = scope_of(name).lookup(name.id)
    loads = [load for scope in scope_of(name).module.scopes for load in scope.loads.get(name.id, ())]
    found: list[ast.AST] = []
    for load in loads if owner is not None else ():
        if scope_of(load).lookup(name.id) is owner:
            places = _at_use(project, kept, load)
            if not places:
                return places
            found += places
    return found or None
