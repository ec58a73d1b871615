"""Both spellings: parameters of which one is tried where the other was refused."""

from __future__ import annotations

import ast

from llmlint.index.tree import FUNCTIONS, ancestors, nodes_in


def tried_both_ways(call: ast.Call, other: str) -> bool:
    """Whether a call stands in a `try` whose handlers use the other parameter, or in a handler of one that tried it."""
    below: ast.AST = call
    for above in ancestors(call):
        if isinstance(above, FUNCTIONS):
            return False
        if isinstance(above, ast.Try) and below in above.body and any(_says(one, other) for one in above.handlers):
            return True
        if isinstance(above, ast.Try) and below in above.handlers and any(_says(one, other) for one in above.body):
            return True
        below = above
    return False


def _says(statement: ast.AST, parameter: str) -> bool:
    """Whether a parameter is given in a statement, as a keyword or under its name in a mapping."""
    return any(
        (isinstance(node, ast.keyword) and node.arg == parameter)
        or (isinstance(node, ast.Constant) and node.value == parameter)
        for node in nodes_in(statement)
    )
