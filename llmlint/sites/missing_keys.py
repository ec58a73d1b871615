"""Missing keys: what is taken out of a mapping first, where that it is not there is expected and gone on from."""

from __future__ import annotations

import ast

from llmlint.index.tree import FUNCTIONS, ancestors, last_name

MISSING = frozenset({"KeyError", "LookupError"})


def may_be_missing(node: ast.Subscript) -> bool:
    """Whether a subscript is read where nothing but a missing key is caught: `try: return kept[key]`.

    `with suppress(KeyError):` around it does the same.
    """
    if not isinstance(node.ctx, ast.Load):
        return False
    below: ast.AST = node
    for above in ancestors(node):
        if isinstance(above, FUNCTIONS):
            return False
        if isinstance(above, ast.Try) and below in above.body:
            return any(_of_key(handler.type) for handler in above.handlers)
        if isinstance(above, ast.With) and isinstance(below, ast.stmt):
            entered = (item.context_expr for item in above.items)
            given = (e.args for e in entered if isinstance(e, ast.Call) and last_name(e.func) == "suppress")
            if any(_of_key(argument) for arguments in given for argument in arguments):
                return True
        below = above
    return False


def _of_key(caught: ast.expr | None) -> bool:
    types = caught.elts if isinstance(caught, ast.Tuple) else [caught] if caught is not None else []
    return any(last_name(one) in MISSING for one in types)
