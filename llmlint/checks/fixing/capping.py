"""The fix that sets a limit on the tokens of an answer."""

from __future__ import annotations

import ast
from collections.abc import Sequence as Several

from llmlint.checks.destination import knows_its_host, names_its_model
from llmlint.checks.fixing.edits import add_keyword
from llmlint.checks.fixing.nested import set_inside
from llmlint.checks.modalities import draws
from llmlint.checks.slowness import settings_of
from llmlint.checks.thinking import asks_for_thought, thinks
from llmlint.diagnostics import Applicability, Fix
from llmlint.index.module import Module
from llmlint.patterns import regex
from llmlint.sites.callsite import CallSite

THINKING_SHARE = 8
"""Thinking counts as output, and takes several times what the answer does."""

OWN = regex(
    r"\bMAX_(?:\w+_)?TOKENS\b|(?:self|settings|config|cfg|conf|args)\.(?:\w+\.)*\w*max_\w*tokens"
    r"|\b(?:max_(?:\w+_)?tokens|maxTokens|maxOutputTokens|num_predict)[\"']?\s*[=:]\s*(?!None\b)[A-Za-z_]"
)
"""A module's own setting for the longest answer: a constant, a parameter, an entry of its configuration."""
NUMBER = regex(r"\b(?:max_(?:\w+_)?tokens|maxTokens|maxOutputTokens|num_predict)[\"']?\s*[=:]\s*([\d_]+)")
SPEECH = regex(r"transcri|audio|speech")
IMAGES = regex(r"image.?generation")
RAISING = ("response_model",)
"""Keywords with which an answer that was cut off raises."""


def limited(
    sites: Several[CallSite], module: Module, call: ast.Call, keyword: str, positional: tuple[str, ...], tokens: int
) -> Fix | None:
    """Give a call, or the constructor of the model of several, a cap.

    None where images or sound, which count as output too, may come of it, where the model may think or is not known,
    where the host is not, where an answer that is cut off raises, where the module has a setting for the cap, and where
    a request is written out as JSON: the spelling is that of the host.
    """
    if not all(_is_certain(site, keyword) for site in sites):
        return None
    number = tokens * THINKING_SHARE if any(map(thinks, sites)) else tokens
    if _has_its_own(module, number):
        return None
    cap, site = str(number), sites[0]
    if "." not in keyword:
        return add_keyword(module, call, keyword, cap)
    path, _, key = keyword.rpartition(".")
    sdk = site.match.surface.sdk.name
    operations = set_inside(module, call, positional, path, {key: cap}, sdk, shared=True)
    return Fix(Applicability.UNSAFE, f"Set {keyword} to {cap}", operations) if operations else None


def _is_certain(site: CallSite, keyword: str) -> bool:
    """Whether a text of ordinary length is all that can come of the call."""
    if (
        site.reference is not None
        or site.kind == "agent"
        or draws(site)
        or (site.match.operation.response.body and "." in keyword)
    ):
        return False
    if not names_its_model(site) or not knows_its_host(site):
        return False
    if site.match.api.rpartition(".")[2] == "parse" or any(match.surface.adapted for match in site.matches):
        return False
    spelled = settings_of(site)
    if any(given.arg in RAISING for given in site.node.keywords) or IMAGES.search(spelled):
        return False
    around = ast.unparse(site.function) if site.function is not None else spelled
    return not SPEECH.search(around.lower()) and not asks_for_thought(site, spelled)


def _has_its_own(module: Module, cap: int) -> bool:
    """Whether the module has a setting for the cap, or gives another call a higher one."""
    if OWN.search(module.text) is not None:
        return True
    return any(int(number.strip("_") or 0) > cap for number in NUMBER.findall(module.text))
