"""The names that a module's annotations can use: its own, and those that it imports for the type checker only."""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import typing
from collections.abc import Iterator
from importlib import import_module
from importlib.util import resolve_name


@functools.cache
def names_in(module: str) -> dict[str, object]:
    """The names of this module for the evaluation of an annotation in it."""
    found = sys.modules.get(module)
    if found is None:
        return dict(vars(typing))
    hidden: dict[str, object] = {}
    for statement in _for_type_checkers(found):
        source = resolve_name("." * statement.level + (statement.module or ""), found.__package__ or "")
        for alias in statement.names:
            hidden[alias.asname or alias.name] = _imported(source, alias.name)
    return hidden | vars(found)


def _for_type_checkers(module: object) -> Iterator[ast.ImportFrom]:
    try:
        tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]
    except (OSError, TypeError, SyntaxError):
        return
    for statement in tree.body:
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            yield from (each for each in statement.body if isinstance(each, ast.ImportFrom))


def _imported(source: str, name: str) -> object:
    try:
        module = import_module(source)
        return getattr(module, name) if hasattr(module, name) else import_module(f"{source}.{name}")
    except Exception:
        return typing.Any
