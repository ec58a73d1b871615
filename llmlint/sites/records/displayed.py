"""What a notebook shows by itself: the value of a cell's last expression, and what is given to `display`."""

from __future__ import annotations

import ast

from llmlint.index.module import Module
from llmlint.index.tree import scope_of


def displayed(module: Module) -> list[ast.expr]:
    """The expressions whose values stand below the cells of a notebook; none of another module."""
    cells = module.source.cells
    if cells is None:
        return []
    found: list[ast.expr] | None = module.tree.__dict__.get("displayed")
    if found is None:
        last = {cells.at(statement.lineno).index: statement for statement in module.tree.body}
        lines = module.text.split("\n")
        found = [each.value for each in last.values() if isinstance(each, ast.Expr) and not _is_hushed(each, lines)]
        module.tree.__dict__["displayed"] = found
    return found


def is_builtin_display(call: ast.Call) -> bool:
    """Whether the call is of the `display` that a notebook has without an import."""
    if not isinstance(call.func, ast.Name) or call.func.id != "display":
        return False
    module = scope_of(call).module
    return module.source.cells is not None and "display" not in module.scope.bindings


def _is_hushed(statement: ast.Expr, lines: list[str]) -> bool:
    """Whether a semicolon behind the expression keeps its value from being shown."""
    rest = lines[(statement.end_lineno or 1) - 1].encode(errors="surrogatepass")[statement.end_col_offset or 0 :]
    return rest.lstrip().startswith(b";")
