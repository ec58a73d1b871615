"""The fix that sets a limit on the tokens of an answer."""

from __future__ import annotations

import ast
import re

from llmlint.checks.edits import add_keyword
from llmlint.checks.nested import set_inside
from llmlint.diagnostics import Applicability, Fix
from llmlint.index.module import Module
from llmlint.index.values import Const, Result, Sequence, alternatives
from llmlint.rulebook.sdk_model import SettingTable
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.settings import given

THINKING = re.compile(
    r"o[134](-|$)|gpt-5(-mini|-nano)?(-\d{4}.*)?$|gemini-(2\.5-(pro|flash)|[3-9])(?!.*(-lite|-image))"
)
THINKING_SHARE = 8
"""Thinking counts as output, and takes several times what the answer does."""
NO_THOUGHT = ("none", "minimal", "disable", "disabled", 0, False)
MEDIA = ("response_modalities", "modalities", "speech_config", "image_config", "audio")
HOLDERS = ("", "config.", "generation_config.")
MEDIA_MODELS = re.compile(r"image|tts|audio|native|realtime|lyria|veo")


def limited(
    site: CallSite, module: Module, call: ast.Call, keyword: str, positional: tuple[str, ...], tokens: int
) -> Fix | None:
    """Give a call, or the constructor of its model, a cap.

    None where images or sound, which count as output too, may come of it, and where a request is written out as JSON:
    the spelling is that of the host.
    """
    if site.reference is not None or _draws(site) or (site.via == "http" and "." in keyword):
        return None
    cap = str(tokens * THINKING_SHARE if _thinks(site) else tokens)
    if "." not in keyword:
        return add_keyword(module, call, keyword, cap)
    path, _, key = keyword.rpartition(".")
    sdk = site.match.surface.sdk.name
    operations = set_inside(module, call, positional, path, {key: cap}, sdk, shared=True)
    return Fix(Applicability.UNSAFE, f"Set {keyword} to {cap}", operations) if operations else None


def _thinks(site: CallSite) -> bool:
    """Whether the model is known to think before it answers, and nothing turns that off."""
    if not any(THINKING.match(model.rpartition("/")[2]) for model in site.models):
        return False
    value = site.setting("reasoning").value
    for option in alternatives(value) if value is not None else ():
        if isinstance(option, Const) and option.value in NO_THOUGHT:
            return False
        if isinstance(option, Result) and option.call is not None and "thinking_budget=0" in ast.unparse(option.call):
            return False
    return True


def _draws(site: CallSite) -> bool:
    """Whether something else than text may come of it."""
    if any(MEDIA_MODELS.search(model) for model in site.models):
        return True
    table = SettingTable("media", {name: tuple(f"{holder}{name}" for holder in HOLDERS) for name in MEDIA})
    for name in MEDIA:
        found = given(
            site.project.evaluator, site.module, site.node, None, table, site.match.operation.positional, name
        )
        if found.state is State.PRESENT and not _is_text(found.value):
            return True
    return False


def _is_text(value: object) -> bool:
    if not isinstance(value, Sequence) or value.open is not None:
        return False
    return all(isinstance(item, Const) and str(item.value).lower() == "text" for item in value.items)
