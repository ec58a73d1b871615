"""Factories: functions of an SDK that make one client or another, as an argument says."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.values import (
    Frame,
    Mapping,
    Result,
    Value,
    alternatives,
    dotted,
    text_of,
)
from llmlint.rulebook.sdk_model import Client, Sdk

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


CHOOSING = ("service_name", "model")
PROVIDER = "model_provider"
"""A keyword that says what the text alone leaves open, or would say otherwise."""


def from_factory(ev: Evaluator, sdk: Sdk, path: str, value: Result) -> Client | None:
    """The client that the call of a factory makes, told by what it is given; None where that is not known."""
    call = value.call
    if call is None or not sdk.factories.get(sdk.canonical(path)):
        return None
    chosen = _choice(ev, call, value.frame)
    found = [text_of(option) or dotted(option) for option in alternatives(chosen)] if chosen is not None else []
    told = next((given.value for given in call.keywords if given.arg == PROVIDER), None)
    if told is not None and not (isinstance(told, ast.Constant) and told.value is None):
        said = map(text_of, alternatives(ev.evaluate(told, value.frame)))
        found = [f"{text}:" for text in said if text]
    return next((client for text in found if text and (client := sdk.built_by(path, text)) is not None), None)


def _choice(ev: Evaluator, call: ast.Call, frame: Frame | None) -> Value | None:
    """The argument that tells a factory what to make: the first, or one of these keywords, perhaps in a `**`."""
    if call.args:
        return ev.evaluate(call.args[0], frame)
    for given in call.keywords:
        if given.arg in CHOOSING:
            return ev.evaluate(given.value, frame)
        if given.arg is None:
            for option in alternatives(ev.evaluate(given.value, frame)):
                entries = option.entries if isinstance(option, Mapping) else {}
                named = next((name for name in CHOOSING if name in entries), None)
                if named is not None:
                    return entries[named].value
    return None
