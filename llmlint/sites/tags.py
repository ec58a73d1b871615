"""Tags: objects of several kinds in one list or stream, told apart by a constant field such as `type` or `role`."""

from __future__ import annotations

import ast

from llmlint.index.tree import FUNCTIONS, ancestors

FIELDS = frozenset({"type", "kind", "role", "event"})

Tag = tuple[int, str, str]  # how many wraps the object has, its field, the field's value


def tags_of(node: ast.Dict | ast.Call, wraps: int) -> tuple[Tag, ...]:
    """The constant fields by which an object that is built here can be told from others."""
    pairs: list[tuple[object, ast.expr]] = [(keyword.arg, keyword.value) for keyword in getattr(node, "keywords", ())]
    if isinstance(node, ast.Dict):
        pairs = [(getattr(key, "value", None), value) for key, value in zip(node.keys, node.values, strict=True)]
    return tuple(
        (wraps, str(name), value.value)
        for name, value in pairs
        if name in FIELDS and isinstance(value, ast.Constant) and isinstance(value.value, str)
    )


def of_another_kind(holder: ast.expr, use: ast.expr, tags: dict[str, str]) -> bool:
    """Whether a test around `use` lets only objects through whose field has another value."""
    wanted = {f"{ast.unparse(holder)}{spelling}": tags[name] for name in tags for spelling in _spellings(name)}
    below: ast.AST = use
    for above in ancestors(use):
        for test in _tests(above, below):
            parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
            if any(_excludes(part, wanted) for part in parts):
                return True
        if isinstance(above, FUNCTIONS):
            return False
        below = above
    return False


def _spellings(name: str) -> tuple[str, ...]:
    return f".{name}", f"['{name}']", f".get('{name}')", f".get('{name}', '')"


def _tests(above: ast.AST, below: ast.AST) -> list[ast.expr]:
    """The tests that have come out true where control is in `below`, directly under `above`."""
    if isinstance(above, (ast.If, ast.IfExp)):
        taken = above.body if isinstance(above.body, list) else [above.body]
        return [above.test] if any(below is part for part in taken) else []
    if isinstance(above, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
        return [test for generator in above.generators for test in generator.ifs] if below is not above else []
    if isinstance(above, ast.BoolOp) and isinstance(above.op, ast.And):
        return above.values[: above.values.index(below)] if below in above.values else []
    return []


def _excludes(test: ast.expr, wanted: dict[str, str]) -> bool:
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    value = wanted.get(ast.unparse(test.left))
    if value is None:
        return False
    right = test.comparators[0]
    if isinstance(test.ops[0], ast.Eq):
        return isinstance(right, ast.Constant) and right.value != value
    if isinstance(test.ops[0], ast.NotEq):
        return isinstance(right, ast.Constant) and right.value == value
    if isinstance(test.ops[0], ast.In) and isinstance(right, (ast.Tuple, ast.List, ast.Set)):
        return all(isinstance(part, ast.Constant) and part.value != value for part in right.elts)
    return False
