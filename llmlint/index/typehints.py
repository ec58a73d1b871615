"""Annotations: the object that a declared type stands for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name
from llmlint.index.values import Class, Result, Sequence, Symbol, Value, alternatives, union

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

TRANSPARENT = frozenset(
    {"Optional", "Union", "Annotated", "Final", "ClassVar", "Type", "type", "Required", "NotRequired"}
)
PLAIN = ("builtins.", "typing.", "collections.", "typing_extensions.")


def instance(ev: Evaluator, annotation: ast.expr) -> Value | None:
    """An object of the annotated class (or one of several), its construction unseen; None for plain data types."""
    found: list[Value] = []
    for target in (option for node in _parts(ev, annotation) for option in alternatives(ev.evaluate(node))):
        meant = annotated(target)
        typed = instance(ev, meant) if meant is not None else None
        if isinstance(target, Class) or (isinstance(target, Symbol) and not target.path.startswith(PLAIN)):
            typed = Result(target, None)
        found += [typed] if typed is not None else []
    return union(found) if found else None


def annotated(alias: Value) -> ast.Subscript | None:
    """The `Annotated[…]` that a name stands for as a type."""
    node = alias.origin.node if isinstance(alias, Sequence) and alias.origin is not None else None
    return node if isinstance(node, ast.Subscript) else None


def _parts(ev: Evaluator, annotation: ast.expr) -> list[ast.expr]:
    """The class expressions in an annotation: those under Optional, Union, `|` and quotes."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return _quoted(ev, annotation)
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return [*_parts(ev, annotation.left), *_parts(ev, annotation.right)]
    if isinstance(annotation, ast.Subscript):
        head = annotation.value
        name = last_name(head)
        if name not in TRANSPARENT:
            return [head] if isinstance(head, (ast.Name, ast.Attribute)) else []
        inner = annotation.slice
        options = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        return [part for option in options[: 1 if name == "Annotated" else None] for part in _parts(ev, option)]
    return [annotation] if isinstance(annotation, (ast.Name, ast.Attribute)) else []


def _quoted(ev: Evaluator, annotation: ast.Constant) -> list[ast.expr]:
    """The parts of a quoted annotation, read in the scope of the quotes."""
    quoted = annotation.__dict__.get("quoted")
    if quoted is None:
        try:
            quoted = ast.parse(str(annotation.value).strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return []
        for node in ast.walk(quoted):
            ast.copy_location(node, annotation)
            for child in ast.iter_child_nodes(node):
                child.__dict__["up"] = node
        quoted.__dict__["up"] = annotation
        annotation.__dict__["quoted"] = quoted
    return _parts(ev, quoted)
