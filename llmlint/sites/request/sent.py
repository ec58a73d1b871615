"""What a call sends as its input: its arguments, and what a mapping holds that is spread into it."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from llmlint.sites.records import logs

# What a request over plain HTTP is addressed and sent with; what it sends is its body.
FRAME = frozenset({"auth", "cert", "cookies", "headers", "method", "params", "proxies", "timeout", "url", "verify"})


def inputs(
    around: ast.AST, call: ast.Call, parameters: Collection[str], positional: Sequence[str] = ()
) -> list[ast.expr]:
    """The expressions that a call is given, those for `parameters` (the model, limits, sampling) left out.

    A mapping built in the function `around` is taken apart: `create(**params)` sends what `params` holds. `positional`
    are the names of the arguments that come without one.
    """
    names = [*positional[: len(call.args)], *[""] * (len(call.args) - len(positional))]
    given = [value for name, value in zip(names, call.args, strict=True) if name not in parameters]
    for keyword in call.keywords:
        if keyword.arg is not None:
            given += _within(around, keyword, parameters) if keyword.arg not in parameters else []
        elif parameters and isinstance(keyword.value, ast.Name):
            held = _held(around, keyword.value.id)
            given += [keyword.value] if held is None else [value for key, value in held if key not in parameters]
        else:
            given.append(keyword.value)
    return given


def _within(around: ast.AST, keyword: ast.keyword, parameters: Collection[str]) -> list[ast.expr]:
    """What an argument holds; of a mapping, such as the body of a request, what stands under no parameter's key."""
    start, value = f"{keyword.arg}.", keyword.value
    if not any(name.startswith(start) for name in parameters):
        return [value]
    entries = list(_entries(value)) if isinstance(value, ast.Dict) else []
    held = _held(around, value.id) if isinstance(value, ast.Name) else [one for one in entries if one is not None]
    if not held or None in entries:
        return [value]
    return [item for key, item in held if f"{start}{key}" not in parameters]


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
