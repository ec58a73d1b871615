"""Validated fields: what a library's constructor refuses to put into them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name
from llmlint.index.values import Class, Symbol

if TYPE_CHECKING:
    from llmlint.index.project import Project

MODELS = frozenset({"pydantic.BaseModel", "pydantic.main.BaseModel", "pydantic.v1.BaseModel", "sqlmodel.SQLModel"})


def is_text(project: Project, owner: Class, field: str) -> bool:
    """Whether an object of the class can be built with nothing but a text in the field: Pydantic refuses None there."""
    order = project.mro(owner)
    if not any(isinstance(entry, Symbol) and entry.path in MODELS for entry in order):
        return False
    for entry in order:
        for statement in entry.node.body if isinstance(entry, Class) else ():
            if isinstance(statement, ast.AnnAssign) and getattr(statement.target, "id", "") == field:
                return _text(statement.annotation)
    return False


def _text(annotation: ast.expr) -> bool:
    if isinstance(annotation, ast.Constant):
        return annotation.value == "str"
    if isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Annotated":
        first = annotation.slice.elts[:1] if isinstance(annotation.slice, ast.Tuple) else []
        return any(map(_text, first))
    return isinstance(annotation, ast.Name) and annotation.id == "str"
