"""Broken by None: callers that a None in place of a result makes fail at once, with an error of its own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import assigned_to, later, nodes_in, parent, position_of, statement_of, up_to
from llmlint.sites.errors.giving_up import passes_on
from llmlint.sites.errors.handlers import Cover, around, types_grade

if TYPE_CHECKING:
    from llmlint.index.project import Project

PERHAPS = (ast.If, ast.While, ast.IfExp, ast.BoolOp, ast.ExceptHandler, ast.Match, ast.Lambda, ast.FunctionDef)
BREAKING = frozenset({"builtins.AttributeError", "builtins.TypeError"})


def breaks(project: Project, result: ast.AST) -> bool:
    """Whether a None is an error of its own where the result comes: the first thing done with it is to look inside."""
    read = _first_read(result)
    if read is None or not _looks_inside(read):
        return False
    handlers = around(project, read, types_grade(set(BREAKING)))
    return all(handler.cover is Cover.NONE or passes_on(handler) for handler in handlers)


def _looks_inside(read: ast.AST) -> bool:
    above = parent(read)
    if isinstance(above, (ast.Attribute, ast.Subscript)):
        return above.value is read
    return isinstance(above, (ast.For, ast.comprehension)) and above.iter is read


def _first_read(result: ast.AST) -> ast.AST | None:
    """The result itself, or where the name that it gets is read first; None where it may not come to that."""
    while isinstance(parent(result), ast.Await):
        result = parent(result) or result
    target = assigned_to(result) if isinstance(result, ast.expr) else None
    statement = statement_of(result)
    if target is None or statement is None:
        return result
    for after in later(statement):
        named = [node for node in nodes_in(after) if isinstance(node, ast.Name) and node.id == target.id]
        if named:
            reads = [node for node in named if isinstance(node.ctx, ast.Load)]  # before the statement sets it anew
            first = min(reads, key=position_of) if reads else None
            return first if first is not None and _in_any_case(first, after) else None
    return None


def _in_any_case(node: ast.AST, top: ast.stmt) -> bool:
    """Whether control is sure to come to a node where it comes to a statement around it, errors apart."""
    below = node
    for above in (*up_to(node, top), top):
        if isinstance(above, (ast.For, ast.AsyncFor)) and above.iter is not below:
            return False
        if isinstance(above, PERHAPS):
            return False
        below = above
    return True
