"""The fix that puts what has no order into one."""

from __future__ import annotations

import ast

from llmlint.checks.fixing.edits import replace_expression, source_of
from llmlint.diagnostics import Applicability, Fix
from llmlint.index.module import Module
from llmlint.index.tree import last_name, nodes_in

OF_TEXT = frozenset(name for name in dir(str) if not name.startswith("_")) - {"count", "index", "format"}


def in_order(module: Module, node: ast.AST, source: ast.expr, what: str) -> Fix | None:
    """`sorted(…)` around it; none where its elements are not known to have an order, or the name is taken."""
    if any("sorted" in scope.bindings for scope in module.scopes):
        return None
    listed = what == "a directory listing" and "scandir" not in ast.unparse(source)
    if not listed and not _holds_texts(node, source):
        return None
    new = f"sorted({source_of(module, source)})"
    return replace_expression(module, source, new, Applicability.UNSAFE, "Sort it")


def _holds_texts(node: ast.AST, source: ast.expr) -> bool:
    """Whether the elements are text: they are joined, written out, or each has a method of text called."""
    if isinstance(node, ast.Call):
        return last_name(node.func) == "join"
    if isinstance(source, ast.Set):
        return all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in source.elts)
    target = node.generators[0].target if isinstance(node, (ast.ListComp, ast.GeneratorExp)) else None
    if not isinstance(target, ast.Name):
        return False
    return any(
        isinstance(part, ast.Attribute) and part.attr in OF_TEXT and getattr(part.value, "id", "") == target.id
        for part in nodes_in(node)
    )
