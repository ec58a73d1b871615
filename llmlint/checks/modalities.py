"""Modalities: what an answer may consist of apart from text, as far as a request says it."""

from __future__ import annotations

from collections.abc import Iterator

from llmlint.index.values import Const, Sequence, Value
from llmlint.rulebook.families import load_family
from llmlint.rulebook.sdk_model import SettingTable
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.request.arguments import given

ASKED = ("response_modalities", "responseModalities", "modalities")
MEDIA = (*ASKED, "speech_config", "image_config", "audio")
BODIES = ("json", "data", "content")
HOLDERS = (
    "",
    "config.",
    "generation_config.",
    *(f"{body}{inner}" for body in BODIES for inner in (".", ".generationConfig.")),
)


def draws(site: CallSite) -> bool:
    """Whether something else than text may come of a call."""
    if any(map(load_family("drawing").holds, site.models)):
        return True
    return any(_texts(value) is not True for value in _asked(site, MEDIA))


def wordless(site: CallSite) -> bool:
    """Whether a call asks for answers without text: `response_modalities=["IMAGE"]`, or a model that draws."""
    models = site.models
    return (bool(models) and all(map(load_family("drawing").holds, models))) or any(
        _texts(value) is False for value in _asked(site, ASKED)
    )


def _asked(site: CallSite, names: tuple[str, ...]) -> Iterator[Value | None]:
    table = SettingTable("media", {name: tuple(f"{holder}{name}" for holder in HOLDERS) for name in names})
    ev, presets = site.project.evaluator, site.match.surface.preset
    for name in names:
        found = [given(ev, site.module, site.node, None, table, site.match.operation.positional, name)]
        found += [given(ev, one.module, one.call, one.frame, table, ("url", "data"), name) for one in presets]
        yield from (setting.value for setting in found if setting.state is State.PRESENT)


def _texts(value: Value | None) -> bool | None:
    """True where a list names text alone, False where it does not name it, None where it is not known or mixed."""
    if not isinstance(value, Sequence) or value.open is not None:
        return None
    named = [isinstance(item, Const) and str(item.value).lower() == "text" for item in value.items]
    if all(named):
        return True
    return None if any(named) or not all(isinstance(item, Const) for item in value.items) else False
