"""Options that would set nothing any more, once the argument that they are passed as is gone."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from llmlint.index.module import Module
from llmlint.index.tree import parent, scope_of


def orphan(module: Module, call: ast.Call, keyword: str) -> str:
    """What nothing but this argument reads, as it is spelled: a parameter, a variable, an attribute, a dict's key.

    The same argument of other calls of the method does not count, since it goes with this one. "" where there is none.
    """
    value = next((given.value for given in call.keywords if given.arg == keyword), None)
    if value is None:
        return ""
    inside = {id(node) for node in ast.walk(value)}
    for node in ast.walk(value):
        reads: Iterable[ast.expr] | None = _reads(module, node)
        if reads is not None and not any(id(read) not in inside and not _alike(read, call, keyword) for read in reads):
            return ast.unparse(node)
    return ""


def _reads(module: Module, node: ast.AST) -> list[ast.expr] | None:
    """What in the module reads the same as this; None where others may, or where this reads no option."""
    if isinstance(node, ast.Name):
        if isinstance(parent(node), (ast.Attribute, ast.Subscript)):
            return None  # what is read of it decides
        owner = scope_of(node).lookup(node.id)
        if owner is None or any(binding.kind in ("import", "from") for binding in owner.bindings[node.id]):
            return None
        files = module.evaluator.project.files
        if owner.kind == "module" and any(path != module.key for path in files.using(node.id, module.key)):
            return None
        return [load for load in module.name_loads(node.id) if scope_of(load).lookup(node.id) is owner]
    if isinstance(node, ast.Attribute):
        return list(module.attribute_loads.get(node.attr, ()))
    key = _key(node)
    if key is None:
        return None
    return [other for other in ast.walk(module.tree) if isinstance(other, ast.expr) and _key(other) == key]


def _key(node: ast.AST) -> str | None:
    """The key that `options["temperature"]` or `options.get("temperature")` reads."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        key: ast.expr | None = node.slice
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get" and node.args:
        key = node.args[0]
    else:
        return None
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def _alike(read: ast.expr, call: ast.Call, keyword: str) -> bool:
    """Whether this, too, is given as that argument to a call of the same method."""
    given = parent(read)
    other = parent(given) if isinstance(given, ast.keyword) and given.arg == keyword else None
    name = getattr(call.func, "attr", None) or getattr(call.func, "id", None)
    return isinstance(other, ast.Call) and name in (
        getattr(other.func, "attr", None),
        getattr(other.func, "id", None),
    )
