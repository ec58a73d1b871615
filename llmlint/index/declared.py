"""Declared fields of a class: what the constructor that a library writes for it puts into them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index import calls, classes
from llmlint.index.built import constructions
from llmlint.index.tree import scope_of
from llmlint.index.values import (
    NONE,
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

ALIASES = ("alias", "validation_alias")


def given(ev: Evaluator, base: Result, name: str) -> Value | None:
    """What the call that built an object gives for a field; None where it gives nothing, or was not seen."""
    call = base.call
    if call is None:
        return None
    names = _spellings(ev, base, name)
    for keyword in call.keywords:
        if keyword.arg in names:
            return ev.evaluate(keyword.value, base.frame)
    fields = classes.fields(ev.project.mro(base.callee)) if call.args and isinstance(base.callee, Class) else []
    position = fields.index(name) if name in fields else len(call.args)
    before = call.args[: position + 1]
    if position < len(call.args) and not any(isinstance(argument, ast.Starred) for argument in before):
        return ev.evaluate(call.args[position], base.frame)
    return None


def _spellings(ev: Evaluator, base: Result, name: str) -> set[str]:
    """The names under which a constructor takes a field: its own, and that of `Field(alias="timeout")`."""
    found = {name}
    for owner in ev.project.mro(base.callee) if isinstance(base.callee, Class) else ():
        scope = scope_of(owner.node.body[0]) if isinstance(owner, Class) else None
        for binding in scope.bindings.get(name, ()) if scope is not None else ():
            described = binding.value if isinstance(binding.value, ast.Call) else None
            for keyword in described.keywords if described is not None else ():
                alias = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
                if keyword.arg in ALIASES and isinstance(alias, str):
                    found.add(alias)
    return found


def spread(ev: Evaluator, base: Result, name: str) -> list[Value]:
    """What the mappings that a construction spreads give for a field, None (the value) where they may lack it."""
    found: list[Value] = []
    for keyword in base.call.keywords if base.call is not None else ():
        for option in alternatives(ev.evaluate(keyword.value, base.frame)) if keyword.arg is None else ():
            if not isinstance(option, Mapping) or option.open is not None:
                found.append(Unknown(f"`{name}` may be among the arguments that are spread"))
                continue
            entries = [entry for key, entry in option.entries.items() if key in _spellings(ev, base, name)]
            found += [entry.value for entry in entries]
            found += [] if any(entry.certain for entry in entries) else [NONE]
    return found


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
