"""Vectors on their way to a store: the names that hold one in a function, and records of it that an object keeps."""

from __future__ import annotations

import ast

from llmlint.index.tree import exits, last_name, nodes_in, parent
from llmlint.patterns import regex
from llmlint.sites.records.logs import names_in, parts_of, related_names, targets

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
VECTOR = regex(r"(?i)vector|embedding")
ASKED = regex(r"(?i)^(self|cls)$|quer|question|request|search|state|user|message")
MAX_STEPS = 3  # assignments or loops, from a vector to what holds it


def holding(function: ast.AST, call: ast.Call, position: int | None) -> set[str]:
    """The names that hold something of a call's result; of a pair only the one at `position`, where that is given.

    What holds an item into which the result is put is among them: `for row in rows: row["vector"] = …`.
    """
    statement = parent(call)
    place = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if position is not None and isinstance(place, ast.Tuple) and position < len(place.elts):
        return _made_of(function, set(names_in(place.elts[position])))
    made = related_names(function, call)
    item = place.value if isinstance(place, (ast.Subscript, ast.Attribute)) else None
    for _ in range(MAX_STEPS if isinstance(item, ast.Name) else 0):
        for loop in parts_of(function).loops:
            if isinstance(loop.target, ast.Name) and loop.target.id in made:
                made |= names_in(loop.iter)
    return made


def _made_of(function: ast.AST, names: set[str]) -> set[str]:
    for _ in range(MAX_STEPS):
        for node in parts_of(function).assignments:
            if node.value is not None and names_in(node.value) & names:
                names |= targets(node)
    return names


def position_returned(function: FunctionDef, call: ast.Call) -> int | None:
    """Where in the pairs that a function returns the result of a call stands; None where it returns no pairs of it."""
    made = related_names(function, call)
    found: set[int] = set()
    for value in (node.value for node in exits(function)[0] if node.value is not None):
        if isinstance(value, ast.Tuple):
            found |= {i for i, part in enumerate(value.elts) if names_in(part) & made or call in nodes_in(part)}
        elif names_in(value) & made or call in nodes_in(value):
            return None
    return found.pop() if len(found) == 1 else None


def kept_as_record(function: ast.AST, made: set[str]) -> bool:
    """Whether an object adds a record of a vector to its own: `self.chunks.append(Chunk(vector=vector))`."""
    records = {
        name
        for node in parts_of(function).assignments
        if node.value is not None and _record(node.value, made)
        for name in targets(node)
    }
    for call in parts_of(function).calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "append" and len(call.args) == 1:
            held, given = call.func.value, call.args[0]
            own = isinstance(held, ast.Attribute) and isinstance(held.value, ast.Name) and held.value.id == "self"
            if own and (_record(given, made) or (isinstance(given, ast.Name) and given.id in records)):
                return True
    return False


def put_on_document(call: ast.Call) -> bool:
    """Whether a vector becomes a field of a document at once, to be kept with it: `chunk.vector = embed(chunk.text)`.

    A question is embedded to be compared.
    """
    above = parent(call)
    while isinstance(above, ast.Await):
        above = parent(above)
    place = above.targets[0] if isinstance(above, ast.Assign) and len(above.targets) == 1 else None
    if not isinstance(place, ast.Attribute) or not isinstance(place.value, ast.Name):
        return False
    return bool(VECTOR.search(place.attr)) and not ASKED.search(place.value.id)


def _record(node: ast.expr, made: set[str]) -> bool:
    """Whether a class is given a vector by keyword."""
    if not isinstance(node, ast.Call) or not last_name(node.func)[:1].isupper():
        return False
    return any(keyword.arg is not None and names_in(keyword.value) & made for keyword in node.keywords)
