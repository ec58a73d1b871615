"""Parameters that an SDK's version or a model refuses."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from llmlint.checks.finding import Finding, Sites
from llmlint.checks.fixing.removing import leaving, removal
from llmlint.checks.refused import askers, incomplete, of_constructor, of_operation
from llmlint.diagnostics import Applicability, Note
from llmlint.index.values import Const, alternatives
from llmlint.patterns import regex
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.request.platform import model_ids

REASONING = regex(r"^(o[134](-mini|-pro)?|gpt-5(-mini|-nano)?)(-\d{4}-\d\d-\d\d)?$")
"""OpenAI's models that answer status 400 to a temperature or top_p other than 1."""
SAMPLING = ("temperature", "top-p")


def rejected_parameter(site: CallSite, sites: Sites) -> Iterator[Finding]:
    """Parameters that are proven to be sent and certain to be refused."""
    yield from of_constructor(site, sites)
    by_sdk = next(chain(of_operation(site), incomplete(site)), None)
    if by_sdk is not None:
        yield by_sdk
    else:
        yield from _by_model(site)


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
        if askers(site.node, name.replace("-", "_")):
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
