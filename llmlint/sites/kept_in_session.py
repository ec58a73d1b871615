"""What is kept in the store of a session: which expressions read one name of it, through variables and parameters."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import parent, scope_of
from llmlint.index.values import alternatives, dotted, text_of
from llmlint.records import record
from llmlint.sites.outward import given_for

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.scopes import Binding
    from llmlint.rulebook.sessions import Session

MAX_DEPTH = 5
MEMBER = "[…]"


@record
class Kept:
    """A name in a store: what stands there is the same object for all that run together."""

    store: str
    name: str


def kept(ev: Evaluator, node: ast.expr, depth: int = 0) -> Kept | None:
    """What an expression reads of a store that outlives a request; None where it reads something else."""
    if not ev.project.sessions.by_path or depth > MAX_DEPTH:
        return None
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        return kept(ev, node.values[0], depth)
    if isinstance(node, ast.Name):
        return _by_name(ev, node, depth)
    if isinstance(node, ast.Attribute):
        return _in_store(ev, node.value, node.attr)
    if isinstance(node, ast.Subscript):
        return _in_store(ev, node.value, text_of(ev.evaluate(node.slice))) or _member(ev, node, depth)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        session = store(ev, node.func.value)
        if session is not None and node.func.attr in session.get:
            return _in_store(ev, node.func.value, text_of(ev.evaluate(node.args[0])))
    return None


def _member(ev: Evaluator, node: ast.Subscript, depth: int) -> Kept | None:
    """One of the lists that a mapping of the store holds, each under a key that is not written out."""
    if isinstance(node.slice, (ast.Constant, ast.Slice, ast.UnaryOp)) or text_of(ev.evaluate(node.slice)) is not None:
        return None
    holder = kept(ev, node.value, depth + 1)
    return Kept(holder.store, f"{holder.name}{MEMBER}") if holder is not None else None


def store(ev: Evaluator, base: ast.expr) -> Session | None:
    """The store that outlives a request which an expression is."""
    for option in alternatives(ev.evaluate(base)):
        session = ev.project.sessions.by_path.get(dotted(option))
        if session is not None and not session.request:
            return session
    return None


def _in_store(ev: Evaluator, base: ast.expr, name: str | None) -> Kept | None:
    session = store(ev, base) if name is not None else None
    return Kept(session.objects[0], name) if session is not None and name is not None else None


def _by_name(ev: Evaluator, node: ast.Name, depth: int) -> Kept | None:
    owner = scope_of(node).lookup(node.id)
    bindings = owner.bindings.get(node.id, []) if owner is not None else []
    found = [_bound(ev, binding, depth + 1) for binding in bindings if binding.kind != "augmented"]
    return found[0] if found and all(one == found[0] for one in found) else None


def _bound(ev: Evaluator, binding: Binding, depth: int) -> Kept | None:
    if binding.kind == "value" and binding.value is not None:
        return kept(ev, binding.value, depth)
    function = parent(binding.node)
    if binding.kind != "parameter" or not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    given = (kept(ev, argument, depth) for _, argument in given_for(ev.project, function, binding.name))
    return next((one for one in given if one is not None), None)
