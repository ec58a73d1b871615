"""Survived: what was read in a `try`, where None would have failed, is no None behind that if its handlers leave."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.departing import LEAVING
from llmlint.index.scopes import LOOPS
from llmlint.index.tree import FUNCTIONS, ancestors, last_name, later, nodes_in, position_of

BEHIND_LOOP = (ast.Continue, ast.Break)
DEFERRED = (*FUNCTIONS, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)


def survived(bound: ast.AST, load: ast.Name) -> bool:
    """Whether control comes to a use of a name that is bound in a `try` only where its value is not None.

    Outside of any, the use that fails first is the one to tell of, and the others are told of with it.
    """
    if not _past_tries(bound, load):
        return False
    for statement in later(bound):
        if any(_fails(part, load.id) for part in _surely_evaluated(statement)):
            return position_of(statement) < position_of(load) and statement not in list(ancestors(load))
        if any(isinstance(one, ast.Name) and one.id == load.id and _binds(one) for one in nodes_in(statement)):
            return False
    return False


def _binds(name: ast.Name) -> bool:
    return not isinstance(name.ctx, ast.Load)


def _past_tries(bound: ast.AST, load: ast.Name) -> bool:
    """Whether there is a `try` around a statement, and no error in it lets control come to a use behind it."""
    around, tried = {id(above) for above in ancestors(load)}, False
    below = bound
    for above in ancestors(bound):
        if isinstance(above, FUNCTIONS):
            break
        if isinstance(above, ast.Try) and below in above.body:
            together = any(id(one) in around for one in above.body)
            if not together and (id(above) in around or not _passes_nothing(above, load)):
                return False
            tried = tried or bool(above.handlers)
        elif isinstance(above, (ast.With, ast.AsyncWith)) and any(map(_suppresses, above.items)):
            if id(above) not in around:
                return False
        below = above
    return tried


def _suppresses(item: ast.withitem) -> bool:
    return isinstance(item.context_expr, ast.Call) and last_name(item.context_expr.func) == "suppress"


def _passes_nothing(around: ast.Try, load: ast.Name) -> bool:
    """Whether control that an error has taken out of a statement comes to the use no more."""
    if not all(isinstance(one.body[-1], LEAVING) for one in around.handlers):
        return False
    loop = next((above for above in ancestors(around) if isinstance(above, (*FUNCTIONS, *LOOPS))), None)
    if loop in list(ancestors(load)):
        return True
    return not any(isinstance(node, BEHIND_LOOP) for one in around.handlers for node in nodes_in(one))


def _surely_evaluated(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement that are evaluated whatever their values are."""
    tested = isinstance(statement, (ast.If, ast.While))
    fields = ("test",) if tested else ("iter",) if isinstance(statement, ast.For) else ("value", "exc")
    waiting: list[ast.AST] = [part for name in fields if isinstance(part := getattr(statement, name, None), ast.expr)]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.BoolOp):
            waiting.append(node.values[0])
        elif isinstance(node, ast.IfExp):
            waiting.append(node.test)
        elif not isinstance(node, DEFERRED):
            waiting.extend(ast.iter_child_nodes(node))


def _fails(node: ast.AST, name: str) -> bool:
    """Whether the expression, taken by itself, fails where the name is None."""
    if isinstance(node, ast.Compare):
        pairs = zip(node.ops, node.comparators, strict=True)
        return any(isinstance(op, (ast.In, ast.NotIn)) and _is(right, name) for op, right in pairs)
    if isinstance(node, ast.Call):
        measured = isinstance(node.func, ast.Name) and node.func.id == "len" and bool(node.args)
        return measured and _is(node.args[0], name)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add) and (_is(node.left, name) or _is(node.right, name))
    return isinstance(node, (ast.Attribute, ast.Subscript)) and _is(node.value, name)


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
