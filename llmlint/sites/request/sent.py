"""What a call sends as its input: its arguments, and what a mapping holds that is spread into it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from llmlint.sites.records import logs


def inputs(around: ast.AST, call: ast.Call, parameters: Collection[str]) -> list[ast.expr]:
    """The expressions that a call is given, those for `parameters` (the model, limits, sampling) left out.

    A mapping built in the function `around` is taken apart: `create(**params)` sends what `params` holds.
    """
    given = [*call.args]
    for keyword in call.keywords:
        if keyword.arg is not None:
            given += [keyword.value] if keyword.arg not in parameters else []
        elif parameters and isinstance(keyword.value, ast.Name):
            held = _held(around, keyword.value.id)
            given += [keyword.value] if held is None else [value for key, value in held if key not in parameters]
        else:
            given.append(keyword.value)
    return given


def _held(around: ast.AST, name: str) -> list[tuple[str, ast.expr]] | None:
    """What is put under the constant keys of a mapping that the function builds; None where more may be in it."""
    held: list[tuple[str, ast.expr]] = []
    made = False
    for node in logs.parts_of(around).assignments:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name) and target.id == name:
                entries = list(_entries(node.value)) if node.value is not None else [None]
                if None in entries:
                    return None
                made = True
                held += [entry for entry in entries if entry is not None]
            elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id == name:
                key = target.slice
                if not isinstance(key, ast.Constant) or node.value is None:
                    return None
                held.append((str(key.value), node.value))
    updated = any(ast.unparse(call.func) == f"{name}.update" for call in logs.parts_of(around).calls)
    return held if made and not updated else None


def _entries(value: ast.expr) -> Iterator[tuple[str, ast.expr] | None]:
    """The entries of a dict display or `dict(…)`; None for what is not in sight."""
    if isinstance(value, ast.Dict):
        for key, item in zip(value.keys, value.values, strict=True):
            yield (str(key.value), item) if isinstance(key, ast.Constant) else None
    elif isinstance(value, ast.Call) and getattr(value.func, "id", "") == "dict" and not value.args:
        for keyword in value.keywords:
            yield (keyword.arg, keyword.value) if keyword.arg is not None else None
    else:
        yield None
