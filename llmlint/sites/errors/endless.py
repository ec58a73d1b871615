"""Endless: loops that nothing but an answer, or an error of another kind, ends."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from llmlint.index.scopes import LOOPS
from llmlint.index.tree import block_of, last_name, nodes_in, parent, scope_of, up_to

LEAVING = (ast.Return, ast.Break, ast.Raise)
COMPARING = (ast.Gt, ast.GtE, ast.Lt, ast.LtE)


def may_end(loop: ast.While | ast.For, handlers: Sequence[ast.AST]) -> bool:
    """Whether a handler, a counter or a clock can end the loop, too; `handlers` are those that may start it again."""
    again = [one for one in handlers if isinstance(one, ast.ExceptHandler) and starts_again(one)]
    for node in nodes_in(loop):
        if isinstance(node, LEAVING):
            holder = next((above for above in up_to(node, loop) if isinstance(above, ast.ExceptHandler)), None)
            if holder is not None and (not again or (holder in again and not _by_kind(node, holder))):
                return True
        if isinstance(node, ast.Raise) and not any(isinstance(above, ast.Try) for above in up_to(node, loop)):
            return True
        if isinstance(node, (ast.AugAssign, ast.Compare)) and _passed_by(node, loop, again):
            continue
        if isinstance(node, ast.AugAssign) and _is_asked(node.target, loop):
            return True
        if isinstance(node, ast.Call) and _leaves_process(node):
            return True
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], COMPARING):
            return True
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "input":
            return True
    return False


def _passed_by(node: ast.AST, loop: ast.While | ast.For, again: list[ast.ExceptHandler]) -> bool:
    """Whether a handler counts, or asks the count, for errors of some kind only, and goes on after the others."""
    holder = next((above for above in up_to(node, loop) if isinstance(above, ast.ExceptHandler)), None)
    return holder in again and _by_kind(node, holder) and _uncounted(holder.body, holder) is not False


def _uncounted(body: list[ast.stmt], handler: ast.ExceptHandler) -> bool | None:
    """Whether some error leads through the statements without a count or a way out; None where it runs past them."""
    for statement in body:
        if isinstance(statement, ast.Continue):
            return True
        if isinstance(statement, ast.If) and _asks_for_kind(statement.test, handler):
            ways = [_uncounted(statement.body, handler), _uncounted(statement.orelse, handler)]
            if True in ways:
                return True
            if ways == [False, False]:
                return False
        elif any(isinstance(part, (*LEAVING, ast.AugAssign, ast.Compare)) for part in nodes_in(statement)):
            return False
    return None


def _is_asked(counter: ast.expr, loop: ast.While | ast.For) -> bool:
    """Whether anything in the loop may look at a counter; what is only added up and given back ends nothing."""
    if not isinstance(counter, ast.Name):
        return True
    reads = (
        n for n in nodes_in(loop) if isinstance(n, ast.Name) and n.id == counter.id and isinstance(n.ctx, ast.Load)
    )
    return not all(any(_only_gives(above) for above in up_to(read, loop)) for read in reads)


def _only_gives(node: ast.AST) -> bool:
    return isinstance(node, ast.Return) or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print")


def starts_again(handler: ast.AST) -> bool:
    """Whether some way through a handler leads to the next turn of the loop around it."""
    if not isinstance(handler, ast.ExceptHandler):
        return False
    if not isinstance(handler.body[-1], LEAVING) and not _left_behind(handler):
        return True
    return any(isinstance(node, ast.Continue) for node in nodes_in(handler))


def _left_behind(handler: ast.ExceptHandler) -> bool:
    """Whether the loop is left behind the `try`, whatever its handlers did."""
    for block in block_of(handler).outwards():
        if block.leaves and not isinstance(getattr(block.owner, block.field)[-1], ast.Continue):
            return True
        if isinstance(block.owner, LOOPS):
            break
    return False


def _by_kind(node: ast.AST, handler: ast.ExceptHandler) -> bool:
    """Whether it depends on nothing but the error that a statement of a handler is run: what comes again never is."""
    below: ast.AST = node
    while below is not handler:
        above = parent(below)
        if above is None:
            return False
        if isinstance(above, ast.If) and _asks_for_kind(above.test, handler):
            return True
        for body in (getattr(above, name, None) for name in ("body", "orelse")):
            before = body[: body.index(below)] if isinstance(body, list) and below in body else []
            if any(isinstance(one, ast.If) and _goes_on(one) and _asks_for_kind(one.test, handler) for one in before):
                return True
        below = above
    return False


def _goes_on(test: ast.If) -> bool:
    return isinstance(test.body[-1], ast.Continue)


def _asks_for_kind(test: ast.expr, handler: ast.ExceptHandler) -> bool:
    """Whether a test asks for the error, and nothing else that the function holds."""
    about = {handler.name} if handler.name else set()
    for node in nodes_in(handler):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            if about & _held(node.value) and _held(node.value) <= about:
                about.add(node.targets[0].id)
    asked = _held(test)
    return bool(asked) and asked <= about


def _held(node: ast.expr) -> set[str]:
    """The names in an expression that are not the module's, nor bound within it."""
    names = [one for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)]
    owners = [(one.id, scope_of(one).lookup(one.id)) for one in names]
    bound = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return {name for name, owner in owners if owner is not None and not isinstance(owner.node, ast.Module)} - bound


def _leaves_process(call: ast.Call) -> bool:
    name = last_name(call.func)
    return name in ("exit", "_exit", "quit", "abort", "next", "pop", "popleft")
