"""Menus: the values that a declared type lists, `Literal["a", "b"]` or the members of an enumeration."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index import names
from llmlint.index.tree import last_name, scope_of
from llmlint.index.values import Class, Symbol, Value, alternatives, text_of

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

MAX_ENTRIES = 40


def listed(ev: Evaluator, annotation: ast.expr | None) -> list[Value]:
    """The texts that something of this type can be; empty where the type lists none, or other things than texts."""
    found = list(_listed(ev, annotation)) if annotation is not None else []
    plain = all(text_of(option) is not None for option in found)
    return found if plain and len(found) <= MAX_ENTRIES else []


def _listed(ev: Evaluator, annotation: ast.expr) -> Iterator[Value]:
    if isinstance(annotation, ast.Subscript):
        inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
        name = last_name(annotation.value)
        if name == "Literal":
            for entry in inner:
                yield from alternatives(ev.evaluate(entry))
        elif name in ("Annotated", "Optional"):
            yield from _listed(ev, inner[0])
        return
    for option in alternatives(ev.evaluate(annotation)) if isinstance(annotation, (ast.Name, ast.Attribute)) else ():
        if isinstance(option, Class) and _is_enumeration(ev, option):
            scope = scope_of(option.node.body[0])
            for bindings in scope.bindings.values():
                if bindings[-1].kind == "value":
                    yield from alternatives(names.bound(ev, bindings[-1], None))


def _is_enumeration(ev: Evaluator, owner: Class) -> bool:
    return any(isinstance(base, Symbol) and base.path.startswith("enum.") for base in ev.project.mro(owner))
