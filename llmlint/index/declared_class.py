"""Declared classes: what is known to be of a base class is of the class that a parameter is declared to take."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index import typehints
from llmlint.index.values import Class, Result, Symbol, Value, alternatives, union

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


def narrowed(ev: Evaluator, value: Value, annotation: ast.expr | None) -> Value:
    """The value with objects whose construction was not seen narrowed to a declared class below theirs.

    A class beside the declared one, which the base class would stand for as well, cannot come in there.
    """
    if annotation is None or not any(map(_is_unseen, alternatives(value))):
        return value
    declared = list(_classes(ev, annotation))
    return union([_below(ev, option, declared) for option in alternatives(value)])


def _below(ev: Evaluator, value: Value, declared: list[Class]) -> Value:
    if not isinstance(value, Result) or not _is_unseen(value) or not isinstance(value.callee, Class):
        return value
    base = value.callee.node
    if any(one.node is base for one in declared):
        return value
    below = [one for one in declared if any(isinstance(e, Class) and e.node is base for e in ev.project.mro(one))]
    return union([Result(one, None) for one in below]) if below else value


def _is_unseen(value: Value) -> bool:
    return isinstance(value, Result) and value.call is None and isinstance(value.callee, Class)


def _classes(ev: Evaluator, annotation: ast.expr) -> list[Class]:
    """The classes of the project that an annotation names, also as the bound of a type variable."""
    declared = typehints.instance(ev, bound_of(ev, annotation) or annotation)
    options = alternatives(declared) if declared is not None else ()
    return [one.callee for one in options if isinstance(one, Result) and isinstance(one.callee, Class)]


def bound_of(ev: Evaluator, annotation: ast.expr) -> ast.expr | None:
    """The bound of the type variable that a name stands for: `Config = TypeVar("Config", bound=BaseConfig)`."""
    if not isinstance(annotation, (ast.Name, ast.Attribute)):
        return None
    for option in alternatives(ev.evaluate(annotation)):
        callee = option.callee if isinstance(option, Result) else None
        if isinstance(callee, Symbol) and callee.path in ("typing.TypeVar", "typing_extensions.TypeVar"):
            call = option.call if isinstance(option, Result) else None
            for keyword in call.keywords if call is not None else ():
                if keyword.arg == "bound":
                    return keyword.value
    return None
