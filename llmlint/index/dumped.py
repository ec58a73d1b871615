"""Objects written out as a mapping of their fields: Pydantic's `dict` and `model_dump`, `dataclasses.asdict`."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from llmlint.index import attributes, classes
from llmlint.index.tree import last_name
from llmlint.index.values import Class, Entry, Mapping, Result, Symbol, Unknown, Value

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

MODELS = ("pydantic.BaseModel", "pydantic.main.BaseModel", "pydantic.v1.BaseModel")
DUMPING = ("dict", "model_dump")
LEAVING_OUT = frozenset({"exclude", "include", "exclude_none", "exclude_unset", "exclude_defaults"})
MORE = "the class takes further fields"


def dumps(ev: Evaluator, base: Result, name: str) -> bool:
    """Whether a method of an object is the one by which Pydantic gives its fields."""
    owners = ev.project.mro(base.callee) if name in DUMPING and isinstance(base.callee, Class) else []
    return any(isinstance(owner, Symbol) and owner.path in MODELS for owner in owners)


def fields(ev: Evaluator, base: Result, call: ast.Call) -> Value:
    """The mapping of an object's fields that a call gives, as far as its keywords leave them in."""
    assert isinstance(base.callee, Class)
    given = {keyword.arg for keyword in call.keywords}
    if call.args or not given <= LEAVING_OUT | {"mode"}:
        return Unknown("its keys are chosen at run time")
    names: dict[str, None] = {}
    opened = None
    for owner in reversed(ev.project.mro(base.callee)):
        body = owner.node.body if isinstance(owner, Class) else []
        names.update(dict.fromkeys(classes.annotated(body)))
        opened = MORE if any(map(_takes_more, body)) else opened
    if base.call is None and ev.project.subclasses(base.callee):
        opened = MORE
    certain = not given & LEAVING_OUT
    entries = {name: Entry(partial(attributes.of, ev, base, name), certain) for name in names}
    return Mapping(entries, opened)


def _takes_more(statement: ast.stmt) -> bool:
    """Whether a statement of a model's body configures that other fields are kept."""
    configures = isinstance(statement, ast.Assign) and any(last_name(t) == "model_config" for t in statement.targets)
    if configures or (isinstance(statement, ast.ClassDef) and statement.name == "Config"):
        return "allow" in ast.unparse(statement)
    return False
