"""From an abstract value to the operation that calling it performs."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from llmlint.index.tree import class_of, parameters
from llmlint.index.values import (
    Function,
    Partial,
    Result,
    Symbol,
    Value,
    alternatives,
    dotted,
)
from llmlint.rulebook.sdk_model import Operation, Response, Sdk
from llmlint.sites.outward import function_name
from llmlint.sites.recognition import configurable
from llmlint.sites.recognition.adapters import sdk_of
from llmlint.sites.recognition.ambient import on_model
from llmlint.sites.recognition.model_objects import with_object
from llmlint.sites.recognition.surface import Match, Surface
from llmlint.sites.recognition.surfaces import offered_by, surface_of, surfaces_of
from llmlint.sites.recognition.wrapped import own_operation

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

EVENTS = ("_events", "_log")  # of every step of a chain


def match(ev: Evaluator, callee: Value) -> Match | None:
    """The operation that calling this value performs, or None; on the first of the clients that it can go to."""
    return next(iter(matches(ev, callee)), None)


def matches(ev: Evaluator, callee: Value) -> list[Match]:
    """The operation that calling this value performs, once for each client that it can go to."""
    if isinstance(callee, Partial):
        inner = matches(ev, callee.function)
        return [replace(m, surface=replace(m.surface, preset=(*m.surface.preset, callee))) for m in inner]
    if ev.project.gateways is not None:
        declared = _gateway(ev.project.gateways, callee)
        if declared is not None:
            return [declared]
    if isinstance(callee, Symbol):
        sdk = sdk_of(callee.path)
        operation = sdk.function(callee.path) if sdk else None
        if sdk is not None and operation is not None:
            api = sdk.canonical(callee.path)
            api = api.removeprefix(f"{sdk.roots[0]}.")
            return [Match(Surface(sdk, None, callee), operation, api, operation.gives)]
    found = (_performed(ev, surface, callee) for surface in surfaces_of(ev, callee))
    return [match for match in found if match is not None]


def _performed(ev: Evaluator, surface: Surface, callee: Value) -> Match | None:
    path = ".".join(surface.path) or "__call__"
    last = path.rpartition(".")[2]
    for operation in surface.sdk.operations_by_last.get(last, ()):
        if path in operation.paths and _offers(surface, operation):
            if surface.parallel:
                operation = replace(operation, response=Response("parallel"))
            elif not last.endswith(EVENTS) and _makes_text(surface):
                operation = replace(operation, response=operation.response.as_text())
            operation = configurable.at_call(ev, surface, operation)
            asked = on_model(ev, surface, callee, surface_of) or with_object(ev, surface)
            return Match(asked, operation, path, operation.gives | surface.gives | asked.gives)
    own = own_operation(surface.adapted, surface.sdk, path, partial(_offers, surface))
    return Match(surface, own, path, own.gives | surface.gives) if own is not None else None


def _makes_text(surface: Surface) -> bool:
    """Whether what stands last in a chain makes the text of the answer all that comes out."""
    if surface.after is None or not surface.sdk.text_parsers:
        return False
    last = [option.callee if isinstance(option, Result) else option for option in alternatives(surface.after)]
    known = surface.sdk.text_parsers
    return all(isinstance(option, Symbol) and surface.sdk.canonical(option.path) in known for option in last)


def _gateway(gateways: Sdk, callee: Value) -> Match | None:
    """The declared gateway that a function of the project, or of a package, is."""
    positional: tuple[str, ...] = ()
    if isinstance(callee, Function) and not isinstance(callee.node, ast.Lambda):
        names = [arg.arg for arg in parameters(callee.node)]
        positional = tuple(names[1:] if class_of(callee.node) is not None else names)
        path = f"{callee.module.name}.{function_name(callee.node)}"
    else:
        path = dotted(callee).replace("()", "")
    operation = gateways.function(path) if path else None
    if operation is None:
        return None
    return Match(Surface(gateways, None, callee), replace(operation, positional=positional), path, operation.gives)


def _offers(surface: Surface, operation: Operation) -> bool:
    return offered_by(surface, operation.clients)
