"""Optional fields: what one that is None unless said otherwise holds, by what the objects of its class are given."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.built import constructions
from llmlint.index.declared import given, is_field_call, spread
from llmlint.index.tree import class_of, named_function_of
from llmlint.index.values import NONE, Class, Result, Symbol, Unknown, Value, alternatives, dotted, is_none

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.module import Module

PLAIN = (".Timeout", ".NotGiven", ".Omit")  # types of an SDK that are data, as are those of its module `types`
SETTINGS = ".BaseSettings"


def held(ev: Evaluator, base: Result, value: Value, typed: Value | None, name: str) -> list[Value]:
    """What a field with the default `value` holds, if that is None; empty where this says no more than the default.

    A field that is declared to hold an object (`typed`) is None only where nobody gives it one: what is not seen to
    be given may be set later.
    """
    if not _is_none_by_default(ev, value) or (typed is not None and not _is_data(ev, typed)):
        return []
    found = _passed(ev, base, name)
    given = [option for option in found if not is_none(option)]
    if typed is not None and given:
        return [option for option in given if not isinstance(option, Unknown)]
    if given and len(given) < len(found):
        given.append(Unknown(f"not every object is given a `{name}`"))
    return given or found


def _is_none_by_default(ev: Evaluator, value: Value) -> bool:
    """Whether the default is None, also as `Field(default=None)`."""
    if not is_field_call(value) or not isinstance(value, Result) or value.call is None:
        return is_none(value)
    spelled = [*value.call.args[:1], *(keyword.value for keyword in value.call.keywords if keyword.arg == "default")]
    return bool(spelled) and is_none(ev.evaluate(spelled[0]))


def _is_data(ev: Evaluator, typed: Value) -> bool:
    """Whether the objects of a declared type only say something, such as how long to wait."""
    paths = [dotted(option).removesuffix("()") for option in alternatives(typed)]
    return all(path and (path.endswith(PLAIN) or ".types." in path or not ev.project.is_sdk(path)) for path in paths)


def _passed(ev: Evaluator, base: Result, name: str) -> list[Value]:
    """What the objects in sight are given for the field, None where nothing; empty where none is in sight."""
    assert isinstance(base.callee, Class)
    built = [base] if base.call is not None else constructions(ev, base.callee)
    found = [option for one in built for option in _in(ev, one, name)]
    owners = ev.project.mro(base.callee)
    if found and any(isinstance(owner, Symbol) and owner.path.endswith(SETTINGS) for owner in owners):
        found.append(Unknown(f"the environment may set `{name}`"))
    modules = [owner.module for owner in owners if isinstance(owner, Class)]
    modules += [one.module for one in built if one.module is not None]
    if found and any(_set_from_outside(module, name) for module in modules):
        found.append(Unknown(f"`{name}` is set after the object is built"))
    return found


def _in(ev: Evaluator, built: Result, name: str) -> list[Value]:
    value = given(ev, built, name)
    if value is not None:
        return list(alternatives(value))
    assert built.call is not None
    if any(isinstance(argument, ast.Starred) for argument in built.call.args):
        return [Unknown(f"`{name}` may be among the arguments that are spread")]
    return spread(ev, built, name) or [NONE]


def _set_from_outside(module: Module, name: str) -> bool:
    """Whether a module assigns to such an attribute of anything but a method's own object."""
    for target in module.attribute_stores.get(name, ()):
        function = named_function_of(target)
        own = function is not None and class_of(function) is not None
        if not own or not isinstance(target.value, ast.Name) or target.value.id != "self":
            return True
    return False
