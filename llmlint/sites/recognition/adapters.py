"""Adapters: functions that are given a client, or a model, and hand it back as something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.index.values import (
    Const,
    Mapping,
    Result,
    Unknown,
    Value,
    alternatives,
)
from llmlint.rulebook.sdk import load_sdk, sdk_for_root
from llmlint.rulebook.sdk_model import Adapter, Sdk
from llmlint.rulebook.sdk_reader import WRAPPED

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


def adapter_for(dotted: str) -> Adapter | None:
    """The adapter that the function at this path is, in whichever SDK's file it is described."""
    name = sdk_for_root(dotted)
    if name is None:
        return None
    sdk = load_sdk(name)
    return next((a for a in sdk.adapters if {dotted, sdk.canonical(dotted)} & set(a.functions)), None)


def sdk_of(dotted: str) -> Sdk | None:
    """The SDK or framework that a path leads into, by its import root; None where none is known."""
    name = sdk_for_root(dotted)
    return load_sdk(name) if name is not None else None


def wrapped_by(ev: Evaluator, own: Adapter | None, value: Result) -> tuple[Value, ...]:
    """What an adapter is given to wrap: by position, by one of its names or in a `**`; empty where it is not seen."""
    position, names = (own.argument, own.names) if own is not None else (0, WRAPPED)
    call = value.call
    if call is None:
        return ()
    if len(call.args) > position:
        return alternatives(ev.evaluate(call.args[position], value.frame))
    named = next((k.value for k in call.keywords if k.arg in names), None)
    if named is not None:
        return alternatives(ev.evaluate(named, value.frame))
    spread = [ev.evaluate(k.value, value.frame) for k in call.keywords if k.arg is None] if own is not None else []
    for option in (option for given in spread for option in alternatives(given)):
        entries = option.entries if isinstance(option, Mapping) else {}
        for name in names:
            if name in entries:
                return alternatives(entries[name].value)
    return tuple(Unknown("it is spread from a mapping that is not known") for _ in spread[:1])


def prints(ev: Evaluator, own: Adapter, value: Result) -> bool:
    """Whether what an adapter makes shows each step on the terminal, as far as it cannot be told that it does not."""
    given = value.call.keywords if value.call is not None and own.prints else []
    switches = [ev.evaluate(keyword.value, value.frame) for keyword in given if keyword.arg == own.prints]
    options = [option for switch in switches for option in alternatives(switch)]
    return any(not (isinstance(option, Const) and not option.value) for option in options)
