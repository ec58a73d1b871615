"""Turn ends: conditions of loops that an answer decides: flags that are set from it, its stop state, a comparison."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name, nodes_in, parent, scope_of, up_to
from llmlint.index.values import alternatives, dotted
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.scopes import Binding

STOP_STATES = ("tool_calls", "function_calls", "function_call", "stop_reason", "finish_reason", "tool_use")
ENDLESS = ("itertools.count",)
SAYING = ("print", "debug", "info", "warning", "log")
Loop = ast.For | ast.While


def counts_idly(ev: Evaluator, loop: ast.AST) -> bool:
    """Whether a `for` counts without an end, and nothing is done with the number but to say it."""
    if not isinstance(loop, ast.For) or not isinstance(loop.iter, ast.Call) or not isinstance(loop.target, ast.Name):
        return False
    if not any(dotted(option) in ENDLESS for option in alternatives(ev.evaluate(loop.iter.func))):
        return False
    reads = [node for node in nodes_in(loop) if isinstance(node, ast.Name) and node.id == loop.target.id]
    return all(node is loop.target or _only_said(node, loop) for node in reads)


def _only_said(node: ast.AST, loop: ast.AST) -> bool:
    return any(isinstance(above, ast.Call) and last_name(above.func) in SAYING for above in up_to(node, loop))


def asked_in_test(test: ast.expr, place: ast.AST) -> set[str]:
    """The names that get the answer in a condition which asks for its stop state: `while (m := ask()).tool_calls`."""
    if not any(isinstance(node, ast.Attribute) and node.attr in STOP_STATES for node in ast.walk(test)):
        return set()
    given = [node for node in ast.walk(test) if isinstance(node, ast.NamedExpr) and place in nodes_in(node.value)]
    return {node.target.id for node in given}


def tested_in(test: ast.expr, loop: Loop) -> frozenset[str]:
    """The names that a condition asks for, but for those that stay what they are while the loop turns."""
    return frozenset(name for name in logs.names_in(test) if not _stays(name, test, loop))


def _stays(name: str, test: ast.expr, loop: Loop) -> bool:
    """Whether a name is compared with, of a parameter or a value bound once, and the loop only looks at it."""
    scope = scope_of(loop).lookup(name) if "." not in name else None
    bound = scope.bindings.get(name, ()) if scope is not None else ()
    if len(bound) != 1 or bound[0].kind not in ("parameter", "value"):
        return False
    reads = [node for node in nodes_in(loop) if isinstance(node, ast.Name) and node.id == name]
    return all(isinstance(parent(node), ast.Compare) and isinstance(node.ctx, ast.Load) for node in reads)


def is_flag(name: ast.expr, loop: Loop, answers: set[str], hangs: Callable[[ast.AST], bool]) -> bool:
    """Whether the loop sets a name to nothing but what a test of the answer comes to, or where such a test leads."""
    scope = scope_of(loop).lookup(name.id) if isinstance(name, ast.Name) else None
    bound = scope.bindings.get(name.id, ()) if scope is not None and isinstance(name, ast.Name) else ()
    if any(one.kind != "value" for one in bound):
        return False
    inside = {id(node) for node in nodes_in(loop)}
    turned = [one for one in bound if id(one.node) in inside]
    return bool(turned) and all(one.value is not None and _told(one, answers, hangs) for one in turned)


def _told(bound: Binding, answers: set[str], hangs: Callable[[ast.AST], bool]) -> bool:
    if isinstance(bound.value, ast.Constant):
        return isinstance(bound.value.value, bool) and hangs(bound.node)
    tests = isinstance(bound.value, (ast.Compare, ast.BoolOp)) or (
        isinstance(bound.value, ast.UnaryOp) and isinstance(bound.value.op, ast.Not)
    )
    return tests and bool(logs.names_in(bound.value) & answers) if bound.value is not None else False
