"""Settings: what a call is given for a canonical setting, searched from the call outward."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.diagnostics import Location
from llmlint.index.tree import class_of, named_function_of, parent
from llmlint.index.values import (
    Class,
    Entry,
    Frame,
    Mapping,
    Partial,
    Result,
    Symbol,
    Template,
    Unknown,
    Value,
    alternatives,
    dotted,
    is_none,
    union,
)
from llmlint.sites.callsite import NOT_GIVEN, CallSite, Setting, State

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.module import Module
    from llmlint.rulebook.sdk_model import Sdk, SettingTable
    from llmlint.sites.surface import Match, Surface

ABSENT = Setting(State.ABSENT)
NULL_IS_A_VALUE = frozenset({"timeout", "retries"})  # None switches the limit off; elsewhere None means "not given"


def combined(site: CallSite, name: str) -> Setting:
    """The setting over all clients the call can go to."""
    found = [of_match(site, match, name) for match in site.matches]
    return _join(found)


def _join(found: list[Setting]) -> Setting:
    states = {setting.state for setting in found}
    if len(states) == 1:
        first = found[0]
        if first.state is State.PRESENT:
            value = union([s.value for s in found if s.value is not None])
            return Setting(State.PRESENT, value, first.why, first.where, first.parameter)
        return first
    unknown = next((s for s in found if s.state is State.UNKNOWN), None)
    return unknown or Setting(State.UNKNOWN, None, "it is given on some paths only", found[0].where)


def of_match(site: CallSite, match: Match, name: str) -> Setting:
    """The setting for one possible client: the call, then its derivations, then the constructor or module."""
    ev = site.project.evaluator
    for setting in _layers(ev, site, match, name):
        if setting.state is not State.ABSENT:
            return setting
    return ABSENT


def on_path(site: CallSite, name: str, outward: tuple[ast.Call, ...]) -> Setting:
    """The setting when the site is reached through these callers, innermost first."""
    frame = _frame_along(site, outward)
    if frame is None:
        return site.setting(name)
    return in_frame(site, name, frame)


def in_frame(site: CallSite, name: str, frame: Frame | None) -> Setting:
    """The setting with the values of one activation of the site's function."""
    found: list[Setting] = []
    for match in site.matches:
        setting = of_call(site, match, name, frame)
        if setting.state is State.ABSENT:
            setting = of_client(site.project.evaluator, match.surface, name)
        found.append(setting)
    return _join(found)


def _frame_along(site: CallSite, outward: tuple[ast.Call, ...]) -> Frame | None:
    """The activation of the site's function that the chain of calls makes."""
    frame: Frame | None = None
    places: list[ast.Call] = [site.node, *outward]
    for call, inner in reversed(list(zip(outward, places, strict=False))):
        function = named_function_of(inner)
        if function is None:
            return None
        bound = class_of(function) is not None and isinstance(call.func, ast.Attribute)
        # A nested function sees its surroundings' variables.
        frame = site.project.evaluator.activations.calling(function, call, frame, bound=bound, outer=frame)
    return frame


def of_call(site: CallSite, match: Match, name: str, frame: Frame | None = None) -> Setting:
    """The setting as far as the call itself and presets of `partial` give it."""
    ev = site.project.evaluator
    table, positional = match.operation.settings, match.operation.positional
    if site.reference is None:
        found = given(ev, site.module, site.node, frame, table, positional, name)
        if found.state is not State.ABSENT:
            return found
    elif site.via == "by-reference":
        found = _by_reference(ev, site, table, name)
        if found.state is not State.ABSENT:
            return found
    for preset in match.surface.preset:
        found = given(ev, preset.module, preset.call, preset.frame, table, _order(preset), name)
        if found.state is not State.ABSENT:
            return found
    return ABSENT


def _order(preset: Partial) -> tuple[str, ...]:
    """The parameters that a Request takes by position; those of a `partial` come after its function."""
    return ("url", "data") if isinstance(preset.function, Symbol) else ()


def _by_reference(ev: Evaluator, site: CallSite, table: SettingTable, name: str) -> Setting:
    """Keywords given to the call that takes the reference (`to_thread(create, model=…)`) reach the operation."""
    found = given(ev, site.module, site.node, None, table, (), name)
    later = _of_partial(ev, site, table, name) if found.state is State.ABSENT else []
    if later:
        return _join(later)
    if found.state is State.ABSENT and not site.node.keywords and name not in ("timeout", "retries"):
        return Setting(State.UNKNOWN, None, "the call is handed on by reference")
    return found


def _of_partial(ev: Evaluator, site: CallSite, table: SettingTable, name: str) -> list[Setting]:
    """What the calls of a `partial` kept under a name add to its presets."""
    statement = parent(site.node)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    names = {getattr(target, "id", "") or getattr(target, "attr", "") for target in targets}
    return [
        given(ev, site.module, call, None, table, (), name)
        for called in sorted(names)
        for call in site.module.calls.get(called, ())
        if any(isinstance(o, Partial) and o.call is site.node for o in alternatives(ev.evaluate(call.func)))
    ]


def of_client(ev: Evaluator, surface: Surface, name: str) -> Setting:
    """The setting as the client carries it: derivations, constructor, assignments to the SDK module."""
    for derivation, result in reversed(surface.derived):
        if result.call is not None and result.module is not None:
            positional = derivation.positional
            found = given(ev, result.module, result.call, result.frame, derivation.settings, positional, name)
            if found.state is not State.ABSENT:
                return found
    client, root = surface.client, surface.root
    if isinstance(root, Unknown):
        taken = client is not None or any(each.settings.paths(name) for each in surface.sdk.clients)
        return Setting(State.UNKNOWN, None, root.why) if taken else ABSENT
    if isinstance(root, Symbol):
        return _assigned(ev, surface.sdk, name)
    if client is None or not client.settings.paths(name):
        return ABSENT
    if isinstance(root, Result):
        if root.call is None or root.module is None:
            return Setting(State.UNKNOWN, None, "the client's construction is not in sight")
        found = given(ev, root.module, root.call, root.frame, client.settings, client.positional, name)
        if found.state is State.ABSENT and len(root.call.args) > len(client.positional):
            return Setting(State.UNKNOWN, None, "the constructor takes no such positional argument")
        return found
    return ABSENT


def _layers(ev: Evaluator, site: CallSite, match: Match, name: str) -> Iterator[Setting]:
    yield of_call(site, match, name)
    yield of_client(ev, match.surface, name)


def _assigned(ev: Evaluator, sdk: Sdk, name: str) -> Setting:
    """`openai.timeout = 20`: what acts through the SDK's module is configured by assignment anywhere."""
    for parameter in sdk.module_settings.paths(name):
        for path in ev.project.files.calling(parameter, "", anywhere=True):
            module = ev.project.module(path)
            for store in module.attribute_stores.get(parameter, ()) if module is not None else ():
                statement = parent(store)
                if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None or module is None:
                    continue
                if any(dotted(option) == sdk.module_root for option in alternatives(ev.evaluate(store.value))):
                    return judged(name, ev.evaluate(statement.value), module.location(statement), parameter)
    return ABSENT


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
        if setting.state is State.PRESENT and value is not None:
            if rest:
                setting = _nested(value, rest.split("."), setting, path)
            else:
                setting = judged(name, value, setting.where, path, setting.why)
        if setting.state is State.PRESENT:
            return setting
        if setting.state is State.UNKNOWN:
            found.append(setting)
    if found:
        return found[0]
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
        if extra.state is State.PRESENT and isinstance(extra.value, Mapping):
            for path in table.paths(name):
                if path in extra.value.entries:
                    return judged(name, extra.value.entries[path].value, extra.where, path)
            if extra.value.open:
                return Setting(State.UNKNOWN, None, extra.value.open, extra.where)
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
        spread = next((n for n, a in enumerate(call.args) if isinstance(a, ast.Starred)), None)
        if spread is not None and spread <= index:
            return Setting(State.UNKNOWN, None, "positional arguments are spread", module.location(call.args[spread]))
        if index < len(call.args):
            argument = call.args[index]
            return Setting(State.PRESENT, ev.evaluate(argument, frame), "", module.location(argument), parameter)
    found: list[Setting] = []
    for keyword in call.keywords:
        if keyword.arg is None:
            spread_value = ev.evaluate(keyword.value, frame)
            where = module.location(keyword.value)
            found.append(_join([_spread(option, parameter, where) for option in alternatives(spread_value)]))
    present = next((s for s in found if s.state is State.PRESENT), None)
    return present or next((s for s in found if s.state is State.UNKNOWN), ABSENT)


def _spread(value: Value, parameter: str, where: Location | None) -> Setting:
    place = where
    if not isinstance(value, Mapping):
        why = value.why if isinstance(value, Unknown) else "its keywords are computed"
        return ABSENT if is_none(value) else Setting(State.UNKNOWN, None, why, place)
    entry: Entry | None = value.entries.get(parameter)
    if entry is None:
        return Setting(State.UNKNOWN, None, value.open, place) if value.open else ABSENT
    if not entry.certain:
        return Setting(State.UNKNOWN, None, f"`{parameter}` is passed on some paths only", place, parameter)
    return Setting(State.PRESENT, entry.value, "", place, parameter)


def _nested(value: Value | None, path: list[str], outer: Setting, spelled: str) -> Setting:
    """A parameter inside a mapping or a configuration object."""
    found: list[Setting] = []
    for option in alternatives(value) if value is not None else ():
        inner = _inside(option, path[0])
        if inner is None:
            found.append(ABSENT)
        elif isinstance(inner, Unknown):
            found.append(Setting(State.UNKNOWN, None, inner.why, outer.where))
        elif len(path) > 1:
            found.append(_nested(inner, path[1:], outer, spelled))
        else:
            found.append(judged(spelled, inner, outer.where, spelled))
    return _join(found) if found else ABSENT


def _inside(value: Value, key: str) -> Value | None:
    """What a mapping or configuration object holds under a key; None where it provably holds nothing."""
    if is_none(value):
        return None
    if isinstance(value, Mapping):
        entry = value.entries.get(key)
        if entry is not None:
            return entry.value if entry.certain else Unknown(f"`{key}` is set on some paths only")
        return Unknown(value.open) if value.open else None
    if isinstance(value, Result) and value.call is not None and _is_class(value.callee):
        return _constructed(value, key)
    if isinstance(value, Template) and value.encoded is not None:
        inner = [_inside(option, key) for option in alternatives(value.encoded)]
        held = [option for option in inner if option is not None]
        return (
            union(held) if len(held) == len(inner) else Unknown(f"`{key}` is set on some paths only") if held else None
        )
    if isinstance(value, Unknown):
        return value
    return Unknown("the configuration object is built elsewhere")


def _is_class(callee: Value) -> bool:
    """Whether calling it builds an object of its arguments: outside the project, the name tells."""
    return isinstance(callee, Class) or (isinstance(callee, Symbol) and callee.path.rpartition(".")[2][:1].isupper())


def _constructed(value: Result, key: str) -> Value | None:
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
    if value.call.args:
        return Unknown("the configuration object takes positional arguments")
    if value.module is not None and _set_later(ev, value, value.module.attribute_stores.get(key, [])):
        return Unknown(f"`{key}` is assigned to the object later")
    return None


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
