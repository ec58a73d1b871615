"""Model objects: what an agent takes and does by itself with the model that it is given as an object."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from llmlint.index.values import Result, Symbol, alternatives, dotted
from llmlint.sites.request.arguments import given

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.sites.recognition.surface import Surface


def with_object(ev: Evaluator, surface: Surface) -> Surface:
    """The surface of an agent with the settings and defaults that go with the class of its model, where that is one."""
    client = surface.client
    if client is None or not client.with_model:
        return surface
    made = object_of(ev, surface)
    name = surface.sdk.canonical(dotted(made.callee)) if made is not None else ""
    for one in client.with_model:
        if name in one.classes:
            return replace(surface, client=replace(client, settings=one.settings, defaults=one.defaults))
    return surface


def object_of(ev: Evaluator, surface: Surface) -> Result | None:
    """The construction of the model that an agent is given as an object; None where it is another, or several."""
    client, root = surface.client, surface.root
    if client is None or not isinstance(root, Result) or root.call is None or root.module is None:
        return None
    setting = given(ev, root.module, root.call, root.frame, client.settings, client.positional, "model")
    options = list(alternatives(setting.value)) if setting.value is not None else []
    only = options[0] if len(options) == 1 else None
    return only if isinstance(only, Result) and isinstance(only.callee, Symbol) else None
