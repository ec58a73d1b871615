"""Tags: objects of several kinds in one list or stream, told apart by a constant field such as `type` or `role`.

A mapping that is written out where it is handed over is told from others by its keys, too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.tree import FUNCTIONS, ancestors, parent

FIELDS = frozenset({"type", "kind", "role", "event"})

PLACE = "#"  # in the place of a field: the value tells where in a list the object stands
NEVER = "!"  # before a field: it never has one of the values, one in each line, where the object holds what is traced
EVERY = ""  # in the place of a field: the value names all keys, one in each line

Tag = tuple[int, str, str]  # how many wraps the object has, its field, the field's value


def tags_of(node: ast.Dict | ast.Call, wraps: int) -> tuple[Tag, ...]:
    """The constant fields by which an object that is built here can be told from others."""
    pairs = _pairs(node)
    fields = tuple((wraps, name, value) for name, value in constant_fields(node))
    if fields and isinstance(node, ast.Dict) and all(isinstance(name, str) for name, _ in pairs) and _handed(node):
        return (*fields, (wraps, EVERY, "\n".join(sorted(str(name) for name, _ in pairs))))
    return fields


def constant_fields(node: ast.Dict | ast.Call) -> list[tuple[str, str]]:
    """The fields of an object built here by which its kind is told, with their values."""
    return [
        (name, value.value)
        for name, value in _pairs(node)
        if isinstance(name, str) and name in FIELDS and isinstance(value, ast.Constant) and isinstance(value.value, str)
    ]


def _pairs(node: ast.Dict | ast.Call) -> list[tuple[object, ast.expr]]:
    if isinstance(node, ast.Call):
        return [(keyword.arg, keyword.value) for keyword in node.keywords]
    return [(getattr(key, "value", None), value) for key, value in zip(node.keys, node.values, strict=True)]


def _handed(node: ast.Dict) -> bool:
    """Whether a mapping goes straight to a call, in a list or not: nothing adds keys to it before."""
    above = parent(node)
    while isinstance(above, (ast.List, ast.Tuple, ast.keyword)):
        above = parent(above)
    return isinstance(above, ast.Call)


def of_another_kind(holder: ast.expr, use: ast.expr, tags: dict[str, str]) -> bool:
    """Whether a test around `use` lets only objects through whose field has another value, or that have other keys."""
    place = ast.unparse(holder)
    wanted = {f"{place}{spelling}": tags[name] for name in tags if name in FIELDS for spelling in _spellings(name)}
    barred = {
        f"{place}{spelling}": tags[name] for name in tags if name[:1] == NEVER for spelling in _spellings(name[1:])
    }
    keys = frozenset(tags[EVERY].split("\n")) if EVERY in tags else None
    below: ast.AST = use
    for above in ancestors(use):
        for test, outcome in _tests(above, below):
            together = isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And if outcome else ast.Or)
            for part in test.values if together and isinstance(test, ast.BoolOp) else [test]:
                if (
                    _excludes(part, wanted, outcome)
                    or _asks_for(part, barred, outcome)
                    or (keys is not None and _lacks(part, place, keys, outcome))
                ):
                    return True
        if isinstance(above, FUNCTIONS):
            return False
        below = above
    return False


def picks_a_kind(generator: ast.comprehension) -> bool:
    """Whether a comprehension takes the objects of one kind only, and which is not said here: `if a.type == wanted`."""
    if not isinstance(generator.target, ast.Name):
        return False
    wanted = {f"{generator.target.id}{spelling}" for field in FIELDS for spelling in _spellings(field)}
    tests = [test for test in generator.ifs if isinstance(test, ast.Compare) and ast.unparse(test.left) in wanted]
    return any(not isinstance(test.comparators[0], ast.Constant) for test in tests)


def _spellings(name: str) -> tuple[str, ...]:
    return f".{name}", f"['{name}']", f".get('{name}')", f".get('{name}', '')"


def _tests(above: ast.AST, below: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
    """The tests that have come out in a known way where control is in `below`, directly under `above`."""
    if isinstance(above, (ast.If, ast.IfExp)):
        for branch, outcome in ((above.body, True), (above.orelse, False)):
            if any(below is part for part in (branch if isinstance(branch, list) else [branch])):
                yield above.test, outcome
    elif isinstance(above, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
        yield from ((test, True) for generator in above.generators for test in generator.ifs)
    elif isinstance(above, ast.BoolOp) and below in above.values:
        yield from ((part, isinstance(above.op, ast.And)) for part in above.values[: above.values.index(below)])


def _lacks(test: ast.expr, place: str, keys: frozenset[str], outcome: bool) -> bool:
    """Whether a test that came out so lets only mappings through that have a key beside these."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _lacks(test.operand, place, keys, not outcome)
    key: ast.expr | None = None
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and ast.unparse(test.comparators[0]) == place:
        key = test.left if isinstance(test.ops[0], ast.In if outcome else ast.NotIn) else None
    elif isinstance(test, ast.Call) and outcome and ast.unparse(test.func) == f"{place}.get":
        key = test.args[0] if len(test.args) == 1 else None
    return isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value not in keys


def _asks_for(test: ast.expr, barred: dict[str, str], outcome: bool) -> bool:
    """Whether a test that came out so lets only objects through whose field has a value that it never has here."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    same, right = isinstance(test.ops[0], ast.Eq if outcome else ast.NotEq), test.comparators[0]
    known = barred.get(ast.unparse(test.left), "") if same and isinstance(right, ast.Constant) else ""
    return isinstance(right, ast.Constant) and ascii(right.value) in known.split("\n")


def _excludes(test: ast.expr, wanted: dict[str, str], outcome: bool) -> bool:
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    value = wanted.get(ast.unparse(test.left))
    if value is None:
        return False
    operator, right = test.ops[0], test.comparators[0]
    if isinstance(operator, (ast.Eq, ast.NotEq)):
        same = isinstance(operator, ast.Eq) is outcome
        return isinstance(right, ast.Constant) and (right.value != value) is same
    if isinstance(operator, ast.In) and outcome and isinstance(right, (ast.Tuple, ast.List, ast.Set)):
        return all(isinstance(part, ast.Constant) and part.value != value for part in right.elts)
    return False
