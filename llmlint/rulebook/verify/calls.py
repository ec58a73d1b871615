"""Claims on calls: that a client has an operation, how it is made, and which parameters it and the client take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llmlint.rulebook.sdk_model import Client, Derivation, Operation, Sdk, SettingTable
from llmlint.rulebook.verify.claims import Claim, Question

Place = tuple[str, str]
"""A dotted name and an attribute path from what it builds; no path for a function or a constructor."""


def call_claims(sdk: Sdk) -> Iterator[Claim]:
    """Every claim on the calls of an SDK."""
    places: dict[SettingTable, list[Place]] = {}
    constructors: dict[SettingTable, list[Place]] = {}
    for client in sdk.clients:
        built_by = client.factories or client.classes
        constructors.setdefault(client.settings, []).extend((name, "") for name in built_by)
        for name in built_by:
            yield from _positional(name, client.positional, [(name, "")])
    for path, shown, operation in _operations(sdk):
        at = _places(sdk, path, operation)
        if path:
            yield Claim(f"no client has {shown}", tuple(("path", *place) for place in at), operation.removed)
        yield from _forms(sdk, shown, operation, at)
        yield from _parameters(shown, operation.settings, operation.positional, at, operation.removed)
        places.setdefault(operation.settings, []).extend(at)
    for derivation in sdk.derivations:
        at = _places(sdk, derivation.method, derivation)
        yield Claim(f"no client has {derivation.method}", tuple(("path", *place) for place in at))
        if derivation.surface == "same":
            yield from _parameters(derivation.method, derivation.settings, derivation.positional, at)
        places.setdefault(derivation.settings, []).extend(at)
    for table, at in constructors.items():
        # A table for classes of several packages says what any of them may take.
        union = len({name.partition(".")[0] for name, _ in at}) > 1
        for place in () if union else at:
            yield from _parameters(place[0], table, (), [place])
        yield from _spellings(table, [*at, *places.pop(table, [])], union)
    for table, at in places.items():
        yield from _spellings(table, at)


def _operations(sdk: Sdk) -> Iterator[tuple[str, str, Operation]]:
    for operation in sdk.operations:
        for path in operation.paths:
            yield path, path, operation
        for name in operation.functions:
            yield "", name, operation


def _places(sdk: Sdk, path: str, call: Operation | Derivation) -> list[Place]:
    if not path and isinstance(call, Operation):
        return [(name, "") for name in call.functions]
    clients = [client for client in sdk.clients if not call.clients or set(call.clients) & set(client.classes)]
    return [(name, path) for client in clients if not client.decorator for name in _classes(client, call)]


def _classes(client: Client, call: Operation | Derivation) -> Iterator[str]:
    yield from (name for name in client.classes if not call.clients or name in call.clients)


def _forms(sdk: Sdk, shown: str, operation: Operation, at: Iterable[Place]) -> Iterator[Claim]:
    asynchronous = {name for client in sdk.clients if client.is_async for name in client.classes}
    asked: dict[str, list[Question]] = {}
    for name, path in at:
        way = "async" if operation.is_async or name in asynchronous else "sync"
        asked.setdefault(way, []).append(("form", name, path, way, operation.call))
    for way, questions in asked.items():
        yield Claim(f"{shown} is not {way} and {operation.call}", tuple(questions), operation.removed)


def _parameters(
    shown: str, table: SettingTable, positional: tuple[str, ...], at: Iterable[Place], removed: str = ""
) -> Iterator[Claim]:
    for setting in table.parameters:
        paths = table.paths(setting)
        names = " or ".join(f'"{path}"' for path in paths)
        questions = tuple(("takes", *place, path) for path in paths for place in at)
        yield Claim(f"{shown} has no parameter {names}", questions, removed)
    yield from _positional(shown, positional, at, removed)


def _positional(shown: str, positional: tuple[str, ...], at: Iterable[Place], removed: str = "") -> Iterator[Claim]:
    if positional:
        questions = tuple(("order", *place, *positional) for place in at)
        yield Claim(f"{shown} does not begin with {', '.join(positional)}", questions, removed)


def _spellings(table: SettingTable, at: list[Place], union: bool = False) -> Iterator[Claim]:
    """A spelling beside others must be that of some call; one that stands alone is claimed of each call."""
    for setting in table.parameters:
        paths = table.paths(setting)
        for path in paths if len(paths) > 1 or union else ():
            questions = tuple(("takes", *place, path) for place in at)
            denial = f'nothing that [settings.{table.name}] is for has a parameter "{path}"'
            yield Claim(denial, questions, any_package=union)
