"""Told apart: the results of one function with an answer, and those with a text of the program's own in its place.

`{"tokens": answer.usage.total_tokens, "content": …}` is none of those that a test of `result["tokens"] == 0` lets
through, where others begin `{"tokens": 0, "content": "…"}`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.names import read
from llmlint.index.tree import class_of, last_name, named_function_of, nodes_of, scope_of
from llmlint.sites.flow.tags import NEVER, Tag

LITERAL = (ast.Constant, ast.JoinedStr)


def told_apart(node: ast.Dict, key: str, wraps: int) -> tuple[Tag, ...]:
    """The values that fields of a result have only where a text written out takes the place of the one under a key."""
    fields = {name: value for name, value in _entries(node).items() if name != key and _taken(value)}
    others = [_entries(one) for one in _mappings(node)] if fields else []
    instead = [one for one in others if isinstance(one.get(key), LITERAL)]
    found: list[Tag] = []
    for name in fields:
        marks = {mark for one in instead if (mark := _mark(one.get(name))) is not None}
        if marks:
            found.append((wraps, f"{NEVER}{name}", "\n".join(sorted(marks))))
    return tuple(found)


def _mappings(node: ast.Dict) -> Iterator[ast.Dict]:
    """Those written out in the function that a mapping is in, and in the functions whose results it hands on."""
    function = named_function_of(node)
    if function is None:
        return
    yield from nodes_of(function, ast.Dict)
    handed = (one.value for one in nodes_of(function, ast.Return))
    names = {last_name(value.func) for value in handed if isinstance(value, ast.Call)}
    around = class_of(function) or scope_of(function).module.tree
    for other in around.body if names else ():
        if isinstance(other, (ast.FunctionDef, ast.AsyncFunctionDef)) and other.name in names and other is not function:
            yield from nodes_of(other, ast.Dict)


def _taken(value: ast.expr) -> bool:
    """Whether a value is a part of something, taken as it is and not worked out here."""
    if isinstance(value, ast.Name):
        bound = read(value).bindings
        held = bound[0].value if len(bound) == 1 and bound[0].kind == "value" else None
        return held is not None and not isinstance(held, ast.Name) and _taken(held)
    steps, inner = 0, value
    while isinstance(inner, (ast.Attribute, ast.Subscript, ast.Call)):
        if isinstance(inner, ast.Call):
            if not isinstance(inner.func, ast.Attribute) or inner.func.attr != "get":
                return False
            inner = inner.func
        steps, inner = steps + 1, inner.value
    return steps > 0 and isinstance(inner, ast.Name)


def _entries(node: ast.Dict) -> dict[str, ast.expr]:
    pairs = zip(node.keys, node.values, strict=True)
    return {key.value: value for key, value in pairs if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def _mark(value: ast.expr | None) -> str | None:
    """A number or text that a field is given, as it is written."""
    constant = value.value if isinstance(value, ast.Constant) else None
    return ascii(constant) if isinstance(constant, (int, float, str)) and not isinstance(constant, bool) else None
