"""Arguments: what those of one call, and the mappings and objects among them, give for a setting."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.diagnostics import Location
from llmlint.index import attributes
from llmlint.index.values import (
    UNCALLED,
    Class,
    Entry,
    Frame,
    Mapping,
    Result,
    Sequence,
    Symbol,
    Template,
    Unknown,
    Value,
    alternatives,
    dotted,
    is_none,
    text_of,
    union,
)
from llmlint.sites.callsite import NOT_GIVEN, Setting, State
from llmlint.sites.request.surplus import positional_arguments

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.module import Module
    from llmlint.rulebook.sdk_model import SettingTable

ABSENT = Setting(State.ABSENT)
EACH = "*"  # in a path: every item of a list
PLAIN = ("builtins.", "pydantic.", "typing.", "typing_extensions.", "abc.", "enum.")
IN_MEMORY = ("io.BytesIO", "io.StringIO")
OF_CLIENT = frozenset({"timeout", "retries", "base-url", "http-client", "api-key"})  # no part of a request's body
NULL_IS_A_VALUE = frozenset({"timeout", "retries"})  # None switches the limit off; elsewhere None means "not given"


def given(
    ev: Evaluator,
    module: Module,
    call: ast.Call,
    frame: Frame | None,
    table: SettingTable,
    positional: tuple[str, ...],
    name: str,
) -> Setting:
    """What one call's arguments give for a setting."""
    paths = table.paths(name)
    found: list[Setting] = []
    for path in paths:
        head, _, rest = path.partition(".")
        setting = _argument(ev, module, call, frame, positional, head)
        value = setting.value
        if rest and value is not None:
            inner = _nested(value, rest.split("."), setting, path)
            # What is passed on some paths only is still known to hold nothing of it on any of them.
            setting = inner if setting.state is State.PRESENT or inner.state is State.ABSENT else setting
        elif setting.state is State.PRESENT and value is not None:
            setting = judged(name, value, setting.where, path, setting.why)
        if setting.state is State.PRESENT:
            return setting
        if setting.state is State.UNKNOWN:
            found.append(setting)
    if found:
        return next((setting for setting in found if setting.value is not None), found[0])
    return _extra(ev, module, call, frame, table, positional, name) if name != "extra" and paths else ABSENT


def _extra(
    ev: Evaluator,
    module: Module,
    call: ast.Call,
    frame: Frame | None,
    table: SettingTable,
    positional: tuple[str, ...],
    name: str,
) -> Setting:
    """Parameters sent through a mapping such as `extra_body`."""
    for parameter in table.paths("extra"):
        extra = _argument(ev, module, call, frame, positional, parameter)
        if extra.state is State.UNKNOWN:
            return ABSENT  # a splat that hides extra_body was already asked for the setting itself
        if extra.state is State.PRESENT and extra.value is not None:
            found = [_of_extra(option, table.paths(name), name, extra.where) for option in alternatives(extra.value)]
            if any(setting.state is not State.ABSENT for setting in found):
                return join(found)
    return ABSENT


def _of_extra(extra: Value, paths: tuple[str, ...], name: str, where: Location | None) -> Setting:
    """What one mapping of further parameters says of a setting."""
    if not isinstance(extra, Mapping):
        without = is_none(extra) or _is_absent(name, extra) or name in OF_CLIENT
        return ABSENT if without else Setting(State.UNKNOWN, None, "it may be among the further parameters", where)
    for path in paths:
        if path in extra.entries:
            return judged(name, extra.entries[path].value, where, path)
    if extra.open not in (None, UNCALLED) and name not in OF_CLIENT:
        return Setting(State.UNKNOWN, None, extra.open or "", where)
    return ABSENT


def _argument(
    ev: Evaluator, module: Module, call: ast.Call, frame: Frame | None, positional: tuple[str, ...], parameter: str
) -> Setting:
    """What a call passes for one parameter: by keyword, by position, through `**mapping`."""
    for keyword in call.keywords:
        if keyword.arg == parameter:
            value = ev.evaluate(keyword.value, frame)
            return Setting(State.PRESENT, value, "", module.location(keyword.value), parameter)
    if parameter in positional:
        index = positional.index(parameter)
        placed = positional_arguments(ev, call)
        spread = next((n for n, a in enumerate(placed) if isinstance(a, ast.Starred)), None)
        if spread is not None and spread <= index:
            return Setting(State.UNKNOWN, None, "positional arguments are spread", module.location(placed[spread]))
        if index < len(placed):
            argument = placed[index]
            return Setting(State.PRESENT, ev.evaluate(argument, frame), "", module.location(argument), parameter)
    found: list[Setting] = []
    for keyword in call.keywords:
        if keyword.arg is None:
            spread_value = ev.evaluate(keyword.value, frame)
            where = module.location(keyword.value)
            found.append(join([_spread(option, parameter, where) for option in alternatives(spread_value)]))
    present = next((s for s in found if s.state is State.PRESENT), None)
    return present or next((s for s in found if s.state is State.UNKNOWN), ABSENT)


def _spread(value: Value, parameter: str, where: Location | None) -> Setting:
    place = where
    if not isinstance(value, Mapping):
        why = value.why if isinstance(value, Unknown) else "its keywords are computed"
        return ABSENT if is_none(value) else Setting(State.UNKNOWN, None, why, place)
    entry: Entry | None = value.entries.get(parameter)
    if entry is None:
        return Setting(State.UNKNOWN, None, value.open, place) if value.open not in (None, UNCALLED) else ABSENT
    if not entry.certain:
        return Setting(State.UNKNOWN, entry.value, f"`{parameter}` is passed on some paths only", place, parameter)
    return Setting(State.PRESENT, entry.value, "", place, parameter)


def _nested(value: Value | None, path: list[str], outer: Setting, spelled: str) -> Setting:
    """A parameter inside a mapping or a configuration object."""
    found: list[Setting] = []
    if path[0] == EACH and value is not None:
        return join([_nested_in_each(option, path[1:], outer, spelled) for option in alternatives(value)])
    for option in alternatives(value) if value is not None else ():
        inner = (
            None
            if _only_names(option, spelled, path)
            else _inside(option, path[0], holding=len(path) > 1 or path[0].endswith("client"))
        )
        if inner is None or _never_holds(option, path, outer, spelled):
            found.append(ABSENT)
        elif isinstance(inner, Unknown):
            found.append(Setting(State.UNKNOWN, None, inner.why, outer.where))
        elif len(path) > 1:
            found.append(_nested(inner, path[1:], outer, spelled))
        else:
            found.append(judged(spelled, inner, outer.where, spelled))
    return join(found) if found else ABSENT


def _nested_in_each(value: Value, path: list[str], outer: Setting, spelled: str) -> Setting:
    """The same in each of a list of mappings: given where each gives it."""
    if not isinstance(value, Sequence) or value.open is not None:
        return Setting(State.UNKNOWN, None, "the list is put together elsewhere", outer.where)
    return join([_nested(item, path, outer, spelled) for item in value.items]) if value.items else ABSENT


def _never_holds(value: Value, path: list[str], outer: Setting, spelled: str) -> bool:
    """Whether an entry is a mapping that lacks the parameter, on those paths on which it is set at all."""
    entry = value.entries.get(path[0]) if isinstance(value, Mapping) else None
    if entry is None or entry.certain or len(path) == 1:
        return False
    return _nested(entry.value, path[1:], outer, spelled).state is State.ABSENT


def _only_names(value: Value, spelled: str, path: list[str]) -> bool:
    """Whether it is the id of a model, given where an object with settings of its own could be."""
    return text_of(value) is not None and spelled.split(".")[-len(path) - 1] in ("model", "llm")


def _inside(value: Value, key: str, *, holding: bool = False) -> Value | None:
    """What a mapping or configuration object holds under a key; None where it provably holds nothing.

    With `holding`, what is asked for is an object, or has entries of its own: no text is that.
    """
    if is_none(value):
        return None
    if isinstance(value, Mapping):
        entry = value.entries.get(key)
        if entry is not None:
            return entry.value if entry.certain else Unknown(f"`{key}` is set on some paths only")
        return Unknown(value.open) if value.open not in (None, UNCALLED) else None
    if isinstance(value, Result) and value.call is not None and _is_class(value.callee):
        read = _read_from(value)
        return _constructed(value, key, holding) if read is None else _inside(read, key, holding=holding)
    if isinstance(value, Template) and value.encoded is not None:
        inner = [_inside(option, key) for option in alternatives(value.encoded)]
        held = [option for option in inner if option is not None]
        return (
            union(held) if len(held) == len(inner) else Unknown(f"`{key}` is set on some paths only") if held else None
        )
    if isinstance(value, Unknown):
        return value
    return Unknown("the configuration object is built elsewhere")


def holds(
    ev: Evaluator, module: Module, call: ast.Call, table: SettingTable, positional: tuple[str, ...], name: str
) -> bool:
    """Whether the mappings and objects that a call is given are certain to hold a setting, whatever its value."""
    for path in table.paths(name):
        head, _, key = path.partition(".")
        body = _argument(ev, module, call, None, positional, head).value
        if body is not None and key and all(_has(option, key) for option in alternatives(body)):
            return True
    return False


def _has(value: Value, key: str) -> bool:
    if isinstance(value, Mapping):
        return key in value.entries and value.entries[key].certain
    if isinstance(value, Result) and value.call is not None and any(k.arg == key for k in value.call.keywords):
        return True
    held = value.encoded if isinstance(value, Template) else _read_from(value) if isinstance(value, Result) else None
    return held is not None and all(_has(option, key) for option in alternatives(held))


def _read_from(value: Result) -> Value | None:
    """The one thing that a file in memory holds: `BytesIO(json.dumps(body).encode())`."""
    call, module = value.call, value.module
    if dotted(value.callee) not in IN_MEMORY or call is None or module is None or len(call.args) != 1:
        return None
    return module.evaluator.evaluate(call.args[0], value.frame)


def _is_class(callee: Value) -> bool:
    """Whether calling it builds an object of its arguments: outside the project, the name tells."""
    return isinstance(callee, Class) or (isinstance(callee, Symbol) and callee.path.rpartition(".")[2][:1].isupper())


def _constructed(value: Result, key: str, holding: bool) -> Value | None:
    assert value.call is not None
    ev = value.module.evaluator if value.module is not None else None
    if ev is None:
        return Unknown("the configuration object is built elsewhere")
    for keyword in value.call.keywords:
        if keyword.arg == key:
            return ev.evaluate(keyword.value, value.frame)
    for keyword in value.call.keywords:
        if keyword.arg is None:
            inner = [_inside(option, key) for option in alternatives(ev.evaluate(keyword.value, value.frame))]
            found = [option for option in inner if option is not None]
            if found:
                return union(found)
    if any(not holding or text_of(ev.evaluate(given, value.frame)) is None for given in value.call.args):
        return Unknown("the configuration object takes positional arguments")
    if value.module is not None and _set_later(ev, value, value.module.attribute_stores.get(key, [])):
        return Unknown(f"`{key}` is assigned to the object later")
    return _of_class(ev, value, key) if isinstance(value.callee, Class) else None


def _of_class(ev: Evaluator, value: Result, key: str) -> Value | None:
    """What an object of the project's own class holds without being given it: a default, what `__init__` sets."""
    assert isinstance(value.callee, Class)
    held = attributes.of(ev, value, key)
    if not isinstance(held, Unknown) or not held.why.endswith(attributes.MISSING):
        return held
    bases = [owner.path for owner in ev.project.mro(value.callee) if isinstance(owner, Symbol)]
    return None if all(path.startswith(PLAIN) for path in bases) else Unknown(f"a class of a library may set `{key}`")


def _set_later(ev: Evaluator, value: Result, stores: list[ast.Attribute]) -> bool:
    """Whether one of the assignments to an attribute is to this object."""
    targets = [option for store in stores for option in alternatives(ev.evaluate(store.value))]
    return any(isinstance(target, Result) and target.call is value.call for target in targets)


def judged(name: str, value: Value, where: Location | None, parameter: str, why: str = "") -> Setting:
    """Whether a passed value counts as given: sentinels and (for most settings) None do not."""
    place = where
    absent = [option for option in alternatives(value) if _is_absent(name, option)]
    options = list(alternatives(value))
    if len(absent) == len(options):
        return Setting(State.ABSENT, None, "", place, parameter)
    if absent:
        return Setting(State.UNKNOWN, value, f"`{parameter}` is left out on some paths", place, parameter)
    if all(isinstance(option, Unknown) for option in options):
        first = options[0]
        reason = first.why if isinstance(first, Unknown) else why
        return Setting(State.PRESENT, value, reason, place, parameter)
    return Setting(State.PRESENT, value, why, place, parameter)


def _is_absent(name: str, value: Value) -> bool:
    if isinstance(value, Symbol):
        return value.path.rpartition(".")[2] in NOT_GIVEN
    if isinstance(value, Result) and isinstance(value.callee, Symbol):
        return value.callee.path.rpartition(".")[2] in NOT_GIVEN
    return is_none(value) and name not in NULL_IS_A_VALUE and not name.endswith("timeout")


def join(found: list[Setting]) -> Setting:
    """One setting for several that can apply: unknown where they are not of one kind."""
    states = {setting.state for setting in found}
    if len(states) == 1:
        first = found[0]
        if first.state is State.PRESENT:
            value = union([s.value for s in found if s.value is not None])
            return Setting(State.PRESENT, value, first.why, first.where, first.parameter)
        return first
    unknown = next((s for s in found if s.state is State.UNKNOWN and s.value is None), None)
    if unknown is not None:
        return unknown
    value = union([s.value for s in found if s.value is not None])
    where = next(s.where for s in found if s.value is not None)
    return Setting(State.UNKNOWN, value, "it is given only on some paths", where)
