"""Which bindings of a name reach a use of it, decided on blocks rather than a full flow graph."""

from __future__ import annotations

import ast

from llmlint.index import rebound
from llmlint.index.scopes import Binding, Block, Scope
from llmlint.index.tree import block_of, parent, position_of, scope_of

Position = tuple[int, int]


def reaching(scope: Scope, name: str, use: ast.AST, *, local: bool) -> list[Binding]:
    """The bindings of `name` in `scope` whose value a load at `use` can see.

    `local` says that the use runs in the flow of the scope itself; a use in a nested function can see every binding,
    but those that were replaced before the function was made.
    """
    bindings = scope.bindings.get(name, [])
    if len(bindings) == 1:
        return list(bindings)
    if not local:
        return rebound.seen_within(bindings, use) if scope.parent is None else _closed_over(scope, name, use)
    where = position_of(use)
    block = block_of(use)
    before = sorted((b for b in bindings if _done(b, use, where)), key=lambda b: b.position, reverse=True)
    seen: list[Binding] = []
    covered: list[Block] = []
    for binding in before:
        if _hidden(binding.block, block, covered):
            continue
        if binding.block.misses(block):
            continue
        seen.append(binding)
        if binding.kind == "augmented":
            continue
        if settles(binding.block, block, covered):
            break
    return seen + _carried(bindings, block, where, seen) + _before_next_turn(bindings, use)


def made_at(scope: Scope, use: ast.AST) -> ast.AST:
    """What stands in the flow of the scope and holds a use in a nested function: that function."""
    inner = scope_of(use)
    while inner.parent is not None and inner.parent is not scope:
        inner = inner.parent
    return inner.node


def _closed_over(scope: Scope, name: str, use: ast.AST) -> list[Binding]:
    """What a nested function can see: what the name holds where the function is made, and all it is given later.

    What nested functions bind themselves (`nonlocal`) has no place in that order.
    """
    bindings = scope.bindings[name]
    maker = made_at(scope, use)
    seen = {id(binding) for binding in reaching(scope, name, maker, local=True)}
    where = position_of(maker)
    return [b for b in bindings if id(b) in seen or b.position >= where or not _in_flow(scope, b)]


def _in_flow(scope: Scope, binding: Binding) -> bool:
    *_, outermost = binding.block.outwards()
    return outermost.owner is scope.node


def _done(binding: Binding, use: ast.AST, where: Position) -> bool:
    """Whether the binding is complete before the use: `x = f(x)` does not see itself."""
    if binding.position >= where:
        return False
    node = binding.node
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        end = (node.end_lineno or 0, node.end_col_offset or 0)
        return end <= where
    return True


def settles(block: Block, use: Block, covered: list[Block]) -> bool:
    """Whether control cannot reach the use around this block, given the blocks already covered."""
    while True:
        if use.within(block):
            return True
        covered.append(block)
        owner, above = block.owner, block.parent
        if above is None:
            return False
        complete = isinstance(owner, ast.If) and _both(owner, covered)
        if complete or (isinstance(owner, ast.Try) and block.field == "body" and _handlers_leave(owner)):
            block = above
        else:
            return False


def _both(owner: ast.If, covered: list[Block]) -> bool:
    """Whether each branch of the `if` binds the name or leaves."""
    fields = {b.field for b in covered if b.owner is owner}
    for name in ("body", "orelse"):
        body: list[ast.stmt] = getattr(owner, name)
        if name not in fields and not (body and isinstance(body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))):
            return False
    return True


def _handlers_leave(owner: ast.Try) -> bool:
    return all(isinstance(h.body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break)) for h in owner.handlers)


def _hidden(block: Block, use: Block, covered: list[Block]) -> bool:
    """Whether a later binding in the same or an enclosing block already replaced this one."""
    replaced = {id(later) for later in covered}
    skipped = block.loop() if block.resumes else None  # what comes later in its turn is passed over
    hidden = any(id(step) in replaced for step in block.outwards() if step is not skipped or step is block)
    return hidden or exclusive(block, use)


def exclusive(block: Block, use: Block) -> bool:
    """Whether the two blocks are different branches of one `if`, so that one cannot reach the other."""
    mine = {id(step.owner): step.field for step in block.outwards() if isinstance(step.owner, ast.If)}
    return any(
        isinstance(step.owner, ast.If) and mine.get(id(step.owner), step.field) != step.field for step in use.outwards()
    )


def _before_next_turn(bindings: list[Binding], use: ast.AST) -> list[Binding]:
    """Bindings in the body of a `while` that its own test sees before the next turn."""
    below: ast.AST = use
    above = parent(use)
    while above is not None and not isinstance(above, ast.While):
        below, above = above, parent(above)
        if isinstance(below, ast.stmt):
            return []
    if above is None or below is not above.test:
        return []
    return [b for b in bindings if any(block.owner is above for block in b.block.outwards())]


def _carried(bindings: list[Binding], use: Block, where: Position, seen: list[Binding]) -> list[Binding]:
    """Bindings after the use that an enclosing loop brings round to it."""
    loop: Block | None = use
    while loop is not None and not (
        isinstance(loop.owner, (ast.For, ast.AsyncFor, ast.While)) and loop.field == "body"
    ):
        loop = loop.parent
    if loop is None or any(b.block.within(loop) and use.within(b.block) for b in seen):
        return []
    return [b for b in bindings if b.position >= where and b.block.within(loop)]
