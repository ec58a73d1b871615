"""Tables of functions: what a literal holds is called by looking it up, `TABLE[kind](text)`."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name, parent

if TYPE_CHECKING:
    from llmlint.index.module import Module


def holding(loads: Iterable[ast.expr]) -> set[str]:
    """The names of the tables in whose literals some expressions stand."""
    found: set[str] = set()
    for load in loads:
        above = parent(load)
        while isinstance(above, (ast.Dict, ast.List, ast.Tuple)):
            above = parent(above)
        if above is not parent(load):
            targets = above.targets if isinstance(above, ast.Assign) else []
            targets = [above.target] if isinstance(above, ast.AnnAssign) else targets
            found |= {last_name(target) for target in targets} - {""}
    return found


def looked_up(module: Module, table: str) -> list[ast.Call]:
    """The calls of what is looked up in a table: at once, or through the name that it is given."""
    found: list[ast.Call] = []
    for load in (*module.attribute_loads.get(table, ()), *module.name_loads(table)):
        taken = _taken(load)
        above = parent(taken) if taken is not None else None
        if isinstance(above, ast.Call) and above.func is taken:
            found.append(above)
        for target in above.targets if isinstance(above, ast.Assign) else ():
            found += module.calls.get(last_name(target), ()) if isinstance(target, ast.Name) else ()
    return found


def _taken(table: ast.expr) -> ast.expr | None:
    """The lookup that a use of a table is: `TABLE[kind]`, `TABLE.get(kind)`."""
    above = parent(table)
    if isinstance(above, ast.Subscript) and above.value is table:
        return above
    if isinstance(above, ast.Attribute) and above.attr == "get":
        call = parent(above)
        return call if isinstance(call, ast.Call) and call.func is above else None
    return None
