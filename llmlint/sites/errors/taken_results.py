"""Taken results: where a caller gets what a function returns, and what it does with it there."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmlint.index.handed_to import run_at
from llmlint.index.tree import (
    class_of,
    last_name,
    named_function_of,
    nodes_in,
    parent,
    scope_of,
)
from llmlint.index.values import Function, alternatives
from llmlint.rulebook.running import load_running
from llmlint.sites.errors import surfacing
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.index.project import Project
    from llmlint.index.tree import FunctionNode

LISTS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.List, ast.Tuple, ast.Starred)


def results(project: Project, function: FunctionNode, caller: Caller) -> list[ast.AST] | None:
    """The expressions by which a caller has the result of the function; None where they are out of sight.

    None of them where it is started and its result asked for by nobody.
    """
    call = caller.call
    if caller.reference is None:
        return surfacing.places(project, function, caller) or None
    if surfacing.apart(project, function, caller):
        return []
    if any(isinstance(option, Function) for option in alternatives(project.evaluator.evaluate(call.func))):
        run = run_at(project, call, caller.reference)
        above = parent(run) if run is not None else None
        above = parent(above) if isinstance(above, ast.Await) else above
        return [call] if isinstance(above, ast.Return) else None
    name = last_name(call.func)
    if name == "submit":
        return surfacing.places(project, function, caller) or ([] if isinstance(parent(call), ast.Expr) else None)
    return [call] if name in load_running().handed or name == "map" else None


def tests(result: ast.AST) -> bool:
    """Whether a result is tested where it is made, or under the name that it, or a list of such, is kept under."""
    node, above, among = result, parent(result), False
    while above is not None and (isinstance(above, (ast.Await, ast.NamedExpr, *LISTS)) or _gathers(above)):
        among = among or not isinstance(above, (ast.Await, ast.NamedExpr))
        node, above = above, parent(above)
    if isinstance(above, (ast.If, ast.While, ast.BoolOp, ast.IfExp, ast.Compare, ast.UnaryOp, ast.Assert, ast.Match)):
        return True
    nodes = _in_reach(result)
    if isinstance(above, (ast.For, ast.AsyncFor, ast.comprehension)):
        return above.iter is not node or _tested(nodes, logs.names_in(above.target))
    if not isinstance(above, (ast.Assign, ast.AnnAssign)):
        return False
    targets = above.targets if isinstance(above, ast.Assign) else [above.target]
    parts = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    names = {name for part in parts if not isinstance(part, ast.Subscript) for name in logs.names_in(part)}
    if any(name.startswith("self.") for name in names):
        owner = class_of(named_function_of(result) or result)
        nodes = nodes_in(owner) if owner is not None else nodes
    return _tested(nodes, names | (_members(nodes, names) if among else set()))


def _gathers(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in ("gather", "list", "tuple")


def _in_reach(node: ast.AST) -> Sequence[ast.AST]:
    """What stands in the function around a node, or else in its module."""
    function = named_function_of(node)
    return nodes_in(function if function is not None else scope_of(node).module.tree)


def _members(nodes: Sequence[ast.AST], names: set[str]) -> set[str]:
    """The names that the members of lists go by where they are iterated over."""
    loops = (node for node in nodes if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)))
    return {name for loop in loops if logs.names_in(loop.iter) & names for name in logs.names_in(loop.target)}


def _tested(nodes: Sequence[ast.AST], names: set[str] | frozenset[str]) -> bool:
    return any(logs.names_in(test) & names for node in nodes for test in _asked(node))


def _asked(node: ast.AST) -> Sequence[ast.expr]:
    """What a node decides by."""
    if isinstance(node, (ast.If, ast.While, ast.IfExp, ast.Assert)):
        return [node.test]
    if isinstance(node, ast.Match):
        return [node.subject]
    if isinstance(node, ast.Call) and last_name(node.func) == "filter":
        return node.args
    if isinstance(node, ast.comprehension):
        return node.ifs
    return [node] if isinstance(node, (ast.BoolOp, ast.Compare)) else []
