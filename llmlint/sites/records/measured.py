"""Measured vectors: calls that embed a word which is written there, only to learn how long the vectors are."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name, nodes_in, parent

if TYPE_CHECKING:
    from llmlint.index.callers import Caller

WRITTEN = (ast.Constant, ast.List, ast.Tuple, ast.Load)


def measures(caller: Caller) -> bool:
    """Whether a caller takes nothing but a length: `len(embed(["test"])[0])`. That is not worth a line."""
    call = caller.call
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if caller.reference is not None or not given:
        return False
    if not all(isinstance(node, WRITTEN) for argument in given for node in nodes_in(argument)):
        return False
    above = parent(call)
    while isinstance(above, (ast.Subscript, ast.Await)):
        above = parent(above)
    return isinstance(above, ast.Call) and last_name(above.func) == "len"
