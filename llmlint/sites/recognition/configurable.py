"""Models that are configured later: settings that stand in the configuration of a call or derivation, not with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from llmlint.index.values import Const, Mapping, Result, Sequence, Value, alternatives, dotted, text_of
from llmlint.rulebook.sdk_model import SettingTable

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.rulebook.sdk_model import Client, Configurable, Derivation, Operation
    from llmlint.sites.recognition.surface import Surface

ANY = "any"


def configured(ev: Evaluator, surface: Surface, by: Derivation, value: Result) -> tuple[Client | None, Derivation]:
    """The client that a derivation's configuration makes, and the derivation with what its configuration can hold."""
    known = surface.sdk.configurable
    table = _table(ev, surface) if known.argument in by.positional else None
    if table is None:
        return surface.client, by
    client, path = surface.client, _built_by(surface)
    given = _model(ev, known, table, value)
    if given:
        ids = [text for option in given if (text := text_of(option))]
        client = next((one for text in ids if (one := surface.sdk.built_by(path, text))), surface.sdk.client(path))
    return client, replace(by, settings=_with(by.settings, table))


def at_call(ev: Evaluator, surface: Surface, operation: Operation) -> Operation:
    """The operation, with what its own configuration can hold among its settings."""
    known = surface.sdk.configurable
    table = _table(ev, surface) if known.argument in operation.positional else None
    return operation if table is None else replace(operation, settings=_with(operation.settings, table))


def _with(own: SettingTable, more: SettingTable) -> SettingTable:
    names = {*own.parameters, *more.parameters}
    return replace(own, parameters={name: (*own.paths(name), *more.paths(name)) for name in names})


def _built_by(surface: Surface) -> str:
    root = surface.root
    return surface.sdk.canonical(dotted(root.callee)) if isinstance(root, Result) else ""


def _table(ev: Evaluator, surface: Surface) -> SettingTable | None:
    """Where a configuration holds the settings of a client that takes some from there."""
    known, root = surface.sdk.configurable, surface.root
    if not known.functions or not isinstance(root, Result) or root.call is None or surface.client is None:
        return None
    if _built_by(surface) not in known.functions:
        return None
    fields, prefix = _fields(ev, known, root), _given(ev, root, known.prefix)
    if not fields:
        return None
    before = text_of(prefix) if prefix is not None else ""
    if before is None:
        return None
    before = f"{before}_" if before and not before.endswith("_") else before
    parameters = {
        name: tuple(
            f"{where}{before}{path}"
            for path in paths
            if "." not in path and (path in fields or ANY in fields)
            for where in (f"{known.argument}.{known.key}.", f"{known.argument}.", f"{known.key}.")
        )
        for name, paths in surface.client.settings.parameters.items()
    }
    return SettingTable("configured", {name: paths for name, paths in parameters.items() if paths})


def _fields(ev: Evaluator, known: Configurable, root: Result) -> tuple[str, ...]:
    """The parameters that a configuration may hold; all where that cannot be seen, empty for none."""
    value = _given(ev, root, known.fields)
    if value is None:
        call = root.call
        return () if call is not None and (call.args or _given(ev, root, "model") is not None) else known.unless_model
    found: list[str] = []
    for option in alternatives(value):
        if not isinstance(option, Sequence) or option.open is not None:
            return () if isinstance(option, Const) and option.value is None else (ANY,)
        names = [text_of(item) for item in option.items]
        found += [name for name in names if name] if all(names) else [ANY]
    return tuple(found)


def _given(ev: Evaluator, root: Result, parameter: str) -> Value | None:
    """What the construction is given for a parameter by keyword."""
    keywords = root.call.keywords if root.call is not None else ()
    return next((ev.evaluate(one.value, root.frame) for one in keywords if one.arg == parameter), None)


def _model(ev: Evaluator, known: Configurable, table: SettingTable, value: Result) -> tuple[Value, ...]:
    """What a derivation's configuration holds for the model."""
    call = value.call
    paths = table.paths("model")
    if call is None or not paths:
        return ()
    place = {path for path in paths if path.startswith(f"{known.argument}.")}
    given = call.args[:1] or [one.value for one in call.keywords if one.arg == known.argument]
    for option in (option for one in given for option in alternatives(ev.evaluate(one, value.frame))):
        found = _entry(option, known.argument, place)
        if found is not None:
            return alternatives(found)
    return ()


def _entry(value: Value, at: str, places: set[str]) -> Value | None:
    """What a mapping, or one in it, holds at one of these places."""
    for key, entry in value.entries.items() if isinstance(value, Mapping) else ():
        path = f"{at}.{key}"
        if path in places:
            return entry.value
        inner = next((found for option in alternatives(entry.value) if (found := _entry(option, path, places))), None)
        if inner is not None:
            return inner
    return None
