"""Declared fields of a class: what the constructor that a library writes for it puts into them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index import calls, classes
from llmlint.index.built import constructions
from llmlint.index.values import (
    Class,
    Const,
    Function,
    Mapping,
    Result,
    Symbol,
    Unknown,
    Value,
    alternatives,
    dotted,
    is_none,
    union,
)

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


def given(ev: Evaluator, base: Result, name: str) -> Value | None:
    """What the call that built an object gives for a field; None where it gives nothing, or was not seen."""
    call = base.call
    if call is None:
        return None
    for keyword in call.keywords:
        if keyword.arg == name:
            return ev.evaluate(keyword.value, base.frame)
    fields = classes.fields(ev.project.mro(base.callee)) if call.args and isinstance(base.callee, Class) else []
    position = fields.index(name) if name in fields else len(call.args)
    before = call.args[: position + 1]
    if position < len(call.args) and not any(isinstance(argument, ast.Starred) for argument in before):
        return ev.evaluate(call.args[position], base.frame)
    return None


def default(ev: Evaluator, value: Value) -> Value:
    """What `Field(default=…)` gives a field, beside what a configuration may, if it is a text, number or mapping.

    Anything else is left as it is.
    """
    if not is_field_call(value) or not isinstance(value, Result) or value.call is None:
        return value
    options = {keyword.arg: keyword.value for keyword in value.call.keywords}
    argument = options.get("default", value.call.args[0] if value.call.args else None)
    found = ev.evaluate(argument, value.frame) if argument is not None else value
    plain = isinstance(found, Const) and isinstance(found.value, (str, int, float)) and found.value
    return union([found, value]) if plain or isinstance(found, Mapping) else value


def is_field_call(value: Value) -> bool:
    """Whether a default is a description of the field: `Field(…)` or `field(…)`."""
    return (
        isinstance(value, Result)
        and isinstance(value.callee, Symbol)
        and value.callee.path.endswith((".field", ".Field"))
    )


def where_built(ev: Evaluator, base: Result, typed: Value, value: Value, name: str) -> list[Value]:
    """What a field that is declared to hold an object of an SDK is given wherever objects of the class are built.

    `typed` is an object of the declared type and `value` what stands as the default. Empty where nothing is known.
    """
    if not isinstance(base.callee, Class) or not all(ev.project.is_sdk(dotted(one)) for one in alternatives(typed)):
        return []
    made = _made(ev, value)
    found = [given(ev, built, name) or made for built in constructions(ev, base.callee)] or [made]
    every = [option for one in found if one is not None for option in alternatives(one)]
    useful = [option for option in every if not isinstance(option, Unknown) and not is_none(option)]
    return [*useful, typed] if useful and len(useful) < len(every) else useful


def _made(ev: Evaluator, value: Value) -> Value | None:
    """What the function makes that a field has as its `default_factory`."""
    call = value.call if is_field_call(value) and isinstance(value, Result) else None
    node = next((k.value for k in call.keywords if k.arg == "default_factory"), None) if call is not None else None
    factory = ev.evaluate(node) if node is not None else None
    return calls.result(ev, factory) if isinstance(factory, Function) else None
