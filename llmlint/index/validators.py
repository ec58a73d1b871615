"""Validators of pydantic models: what one puts under a field's name, `values["client"] = OpenAI(timeout=…)`."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from llmlint.index import attributes, classes
from llmlint.index.tree import decorated, parameters, parent
from llmlint.index.values import Class, Entry, Frame, Mapping, Result, Value, alternatives

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.scopes import Scope

VALIDATORS = ("root_validator", "model_validator")
OPEN = "a model may be given more than its fields"


def put(ev: Evaluator, base: Result, owner: Class, name: str) -> list[Value]:
    """What the validators of a class assign to a field by its name, in an object of the class."""
    found: list[Value] = []
    for function, values, given in _assigned(owner.node).get(name, ()):
        frame = _activation(ev, base, function, values)
        found += alternatives(ev.evaluate(given, frame))
    return found


Assigned = dict[str, list[tuple[ast.FunctionDef, str, ast.expr]]]


def _assigned(owner: ast.ClassDef) -> Assigned:
    """By field: the validator, its name for all values, and what it assigns."""
    known: Assigned | None = owner.__dict__.get("validated")
    if known is not None:
        return known
    found: Assigned = {}
    for function in owner.body:
        taken = parameters(function) if isinstance(function, ast.FunctionDef) else []
        if not isinstance(function, ast.FunctionDef) or not decorated(function, *VALIDATORS) or len(taken) < 2:
            continue
        inner: Scope = function.__dict__["inner"]
        for change in inner.changes.get(taken[1].arg, ()):
            key = change.slice if isinstance(change, ast.Subscript) else None
            statement = parent(change)
            if isinstance(key, ast.Constant) and isinstance(statement, ast.Assign):
                found.setdefault(str(key.value), []).append((function, taken[1].arg, statement.value))
    owner.__dict__["validated"] = found
    return found


def _activation(ev: Evaluator, base: Result, function: ast.FunctionDef, values: str) -> Frame:
    """The activation of a validator on an object: it is handed a mapping of what the fields hold."""
    fields = partial(_fields, ev, base)
    given = ev.guarded(function, ev.activations.on(function, base), fields, "the fields")
    return ev.activations.without_arguments(function, base.callee, fixed=((values, given),))


def _fields(ev: Evaluator, base: Result) -> Mapping:
    assert isinstance(base.callee, Class)
    owners = [owner for owner in ev.project.mro(base.callee) if isinstance(owner, Class)]
    names = dict.fromkeys(name for owner in reversed(owners) for name in classes.annotated(owner.node.body))
    return Mapping({name: Entry(partial(attributes.of, ev, base, name)) for name in names}, OPEN)
