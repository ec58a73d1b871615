"""Rows: what a turn of a loop adds to the results though its `try` has failed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.tree import nodes_in, nodes_of, up_to
from llmlint.sites.errors.fillers import ADDING, TELLING
from llmlint.sites.errors.giving_up import following
from llmlint.sites.records.logs import names_in

Bound = ast.Assign | ast.AnnAssign
Loop = ast.While | ast.For | ast.AsyncFor
FILLING = (*ADDING, "add", "insert", "update", "put")


def adds_rows(block: ast.stmt, loop: Loop, name: str) -> bool:
    """Whether each turn adds to what goes by a name after the `try`: what the name held at first is no answer then."""
    return next(_rows(block, loop, name), None) is not None


def row_of(block: ast.stmt, loop: Loop, name: str) -> str | None:
    """The blank that a turn adds under a name that the `try` fills, where nothing beside it tells of the failure."""
    if not isinstance(block, ast.Try):
        return None
    answered = {target for part in block.body for target in _assigned(part)}
    for row in _rows(block, loop, name):
        if any(isinstance(above, (ast.If, ast.IfExp)) for above in up_to(row, loop)):
            continue  # a blank may be left out
        told = {part.value for part in nodes_of(row, ast.Constant) if isinstance(part.value, str)}
        told |= {keyword.arg or "" for keyword in nodes_of(row, ast.keyword)} | names_in(row)
        if any(TELLING.search(word) for word in told):
            continue
        for read in sorted(names_in(row) & answered):
            blanks = [_blank(block, loop, clause, read) for clause in block.handlers]
            if len(answered & names_in(row)) == 1 and blanks and blanks[0] is not None:
                return blanks[0]
    return None


def put_instead(clause: ast.ExceptHandler, name: str) -> ast.expr | None:
    """What a handler puts into the list or table that goes by a name; None where it puts nothing there."""
    return next((row for statement in clause.body for row in _put(statement, name)), None)


def fills(statement: ast.stmt) -> bool:
    """Whether a statement adds something to a list or puts it under a key."""
    return any(
        (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FILLING)
        or (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store))
        for node in nodes_in(statement)
    )


def _rows(block: ast.stmt, loop: Loop, name: str) -> Iterator[ast.expr]:
    """What the rest of a turn puts into a list or a mapping."""
    for after in following(block, loop):
        yield from _put(after, name)


def _put(statement: ast.stmt, name: str) -> Iterator[ast.expr]:
    for node in nodes_in(statement):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FILLING:
            if name in names_in(node.func.value) and node.args:
                yield node.args[-1]
        elif isinstance(node, ast.Assign):
            if any(isinstance(t, ast.Subscript) and name in names_in(t.value) for t in node.targets):
                yield node.value
        elif isinstance(node, ast.AugAssign) and name in names_in(node.target):
            yield node.value


def _blank(block: ast.Try, loop: Loop, clause: ast.ExceptHandler, name: str) -> str | None:
    """The empty constant that a name holds after a handler: from it, or from before the `try` in the same turn."""
    inside = [given for part in clause.body for given in _given(part, name)]
    before = [given for part in loop.body if part.lineno < block.lineno for given in _given(part, name)]
    given = (inside or before)[-1:]
    blank = bool(given) and isinstance(given[0], (ast.Constant, ast.List, ast.Dict))
    return ast.unparse(given[0]) if blank and ast.unparse(given[0]) in ("''", "0", "0.0", "[]", "{}") else None


def _given(statement: ast.stmt, name: str) -> Iterator[ast.expr]:
    for node in _bound(statement):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is not None and any(isinstance(t, ast.Name) and t.id == name for t in targets):
            yield node.value


def _assigned(statement: ast.stmt) -> Iterator[str]:
    for node in _bound(statement):
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name):
                yield target.id


def _bound(statement: ast.stmt) -> list[Bound]:
    found: list[Bound] = [*nodes_of(statement, ast.Assign), *nodes_of(statement, ast.AnnAssign)]
    return found
