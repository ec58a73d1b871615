"""Parameters that an SDK's version or a model refuses."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.finding import Finding
from llmlint.checks.fixing.edits import remove_keyword, rename_keyword
from llmlint.checks.fixing.orphans import orphan
from llmlint.config import pins
from llmlint.diagnostics import Applicability, Fix, Note
from llmlint.index.tree import ancestors
from llmlint.index.values import Const, Function, alternatives
from llmlint.patterns import regex
from llmlint.rulebook.sdk_model import SettingTable
from llmlint.sites.callsite import CallSite, Setting, State
from llmlint.sites.recognition.surface import Match
from llmlint.sites.request.arguments import given
from llmlint.sites.request.platform import model_ids

REASONING = regex(r"^(o[134](-mini|-pro)?|gpt-5(-mini|-nano)?)(-\d{4}-\d\d-\d\d)?$")
"""OpenAI's models that answer status 400 to a temperature or top_p other than 1."""
SAMPLING = ("temperature", "top-p")
SDK_ASKED = regex(r"(?i)version|signature|hasattr|getattr|inspect")


def rejected_parameter(site: CallSite) -> Iterator[Finding]:
    """Parameters that are proven to be sent and certain to be refused."""
    match = site.match
    package = match.surface.sdk.distribution
    for retired in match.surface.sdk.retired_parameters:
        if not retired.removed or not set(retired.paths) & {*match.operation.paths, *match.operation.functions}:
            continue
        limit = pins.newest_allowed(site.module.path, package)
        if limit is not None and limit < pins.parse(retired.removed):
            continue
        for parameter in retired.parameters:
            setting = sent(site, match, parameter)
            if setting.state is State.PRESENT and not _asked_of_sdk(site, parameter):
                fields = {"call": site.spelled, "parameter": parameter, "sdk": package, "version": retired.removed}
                fields["use"] = f"; it is `{retired.replacement}` now" if retired.replacement else ""
                why = "nothing limits the version" if limit is None else "the project allows a later version"
                proof = (Note(f"sent here; {why}", setting.where),) if setting.where is not None else ()
                fields["leaving"] = leaving(site, parameter) if not retired.replacement else ""
                oldest = pins.oldest_allowed(site.module.path, package)
                fails = retired.never or (oldest is not None and oldest >= pins.parse(retired.removed))
                applicability = Applicability.SAFE if fails else Applicability.UNSAFE
                fix = removal(site, parameter, applicability) if not retired.replacement else None
                if retired.replacement and site.reference is None:
                    fix = rename_keyword(site.module, site.node, parameter, retired.replacement, applicability)
                yield Finding(site.module, site.node, "sdk", fields, proof, fix=fix, confidence=site.confidence)
                return
    yield from _by_model(site)


def _asked_for(site: CallSite, parameter: str) -> bool:
    """Whether a test around the call asks if it may be sent: `if self.supports_temperature(): …`."""
    return bool(_askers(site, parameter))


def _askers(site: CallSite, parameter: str) -> list[ast.expr]:
    """What the tests around the call run that has the parameter in its name."""
    tests = [above.test for above in ancestors(site.node) if isinstance(above, (ast.If, ast.IfExp))]
    asked = [node.func for test in tests for node in ast.walk(test) if isinstance(node, ast.Call)]
    return [function for function in asked if parameter in ast.unparse(function).lower()]


def _asked_of_sdk(site: CallSite, parameter: str) -> bool:
    """Whether a test may ask the SDK if it takes the parameter: not where it is seen to look at the model alone."""
    for asker in _askers(site, parameter):
        for option in alternatives(site.project.evaluator.evaluate(asker)):
            if not isinstance(option, Function) or SDK_ASKED.search(ast.unparse(option.node)):
                return True
    return False


def sent(site: CallSite, match: Match, parameter: str) -> Setting:
    """Whether a call sends a parameter, which is spelled as the SDK spells it."""
    table = SettingTable("parameter", {"parameter": (parameter,)})
    ev = site.project.evaluator
    if site.reference is not None:
        return Setting(State.ABSENT)
    for keyword in site.node.keywords:
        if keyword.arg == parameter:  # whatever its value: None is refused as well
            return Setting(
                State.PRESENT, ev.evaluate(keyword.value), "", site.module.location(keyword.value), parameter
            )
    return given(ev, site.module, site.node, None, table, match.operation.positional, "parameter")


def _by_model(site: CallSite) -> Iterator[Finding]:
    """Sampling parameters for models that take none, on the platforms' own hosts."""
    ids = list(model_ids(site))
    model = site.setting("model").value
    if not ids or model is None or len(ids) != len(list(alternatives(model))) or site.match.surface.sdk.chain:
        return
    platform = ids[0].models.platform
    if platform == "openai":
        refused = all(REASONING.match(one.id) for one in ids)
    else:
        refused = all(one.id in one.models.no_sampling for one in ids)
    if not refused or site.match.surface.sdk.translates:
        return
    for name in SAMPLING:
        if _asked_for(site, name.replace("-", "_")):
            continue
        setting = site.setting(name)
        value = setting.value if setting.state is State.PRESENT else None
        if isinstance(value, Const) and isinstance(value.value, (int, float)) and value.value != 1:
            fields = {"call": site.spelled, "parameter": setting.parameter or name, "model": ids[0].id}
            proof = (Note("sent here", setting.where),) if setting.where is not None else ()
            fields["leaving"] = leaving(site, fields["parameter"])
            fix = removal(site, fields["parameter"], Applicability.SAFE)
            yield Finding(site.module, site.node, "model", fields, proof, fix=fix, confidence=site.confidence)
            return


def refuses_sampling(site: CallSite) -> bool:
    """Whether the model is known to take no temperature, whoever asks it: what is sent changes nothing."""
    if site.models:
        return all(REASONING.match(model.lower().rpartition("/")[2]) for model in site.models)
    return False


def removal(site: CallSite, parameter: str, applicability: Applicability) -> Fix | None:
    """Take a parameter out of the call; none where an option would be left that sets nothing any more."""
    if site.reference is not None or orphan(site.module, site.node, parameter):
        return None
    return remove_keyword(site.module, site.node, parameter, applicability)


def leaving(site: CallSite, parameter: str) -> str:
    """What to say of an option that would be left so: a clause for the help, or nothing."""
    left = orphan(site.module, site.node, parameter) if site.reference is None else ""
    return f"; nothing else in this file reads `{left}`, so decide what becomes of that, too" if left else ""
