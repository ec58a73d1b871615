"""The platform that a call reaches, and the id of the model there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import class_of
from llmlint.index.values import (
    Const,
    Env,
    Function,
    Origin,
    Result,
    Symbol,
    Template,
    Unknown,
    Value,
    alternatives,
    is_none,
    text_of,
    usual,
)
from llmlint.records import record
from llmlint.sites.callsite import CallSite, Setting, State
from llmlint.sites.request.address_variables import set_in_code
from llmlint.sites.request.module_settings import SOMETIMES, assigned
from llmlint.sites.request.settings import of_match

if TYPE_CHECKING:
    from llmlint.rulebook.models import Models
    from llmlint.rulebook.sdk_model import Sdk
    from llmlint.sites.recognition.surface import Match

PREFIXES = {
    "openai": "openai",
    "anthropic": "anthropic",
    "gemini": "google",
    "vertex_ai": "vertex",
    "bedrock": "bedrock",
    "groq": "groq",
    "mistral": "mistral",
    "deepseek": "deepseek",
    "cohere": "cohere",
    "cohere_chat": "cohere",
}
"""Prefixes by which litellm routes a model."""
ROUTED = ("openai", "anthropic")
"""Platforms that litellm knows by the id alone."""
MODULES = {"openai": "openai", "anthropic": "anthropic", "google-generativeai": "google", "openai-agents": "openai"}
"""SDKs whose functions need no client: the platform that they reach."""
ROUTER = "litellm"
SAME = {"aws": "bedrock"}


@record
class ModelId:
    """An id that can reach a call: `id` is what the platform of `models` calls it, `origin` where it is written.

    `match` is the client through which it does.
    """

    id: str
    models: Models
    origin: Origin | None
    match: Match


def model_ids(site: CallSite) -> Iterator[ModelId]:
    """The ids of models on platforms with known dates, as far as host and id are known."""
    several = len({_kind(match) for match in site.matches}) > 1
    for match in site.matches if several else site.matches[:1]:
        if _told_by_any(site, match) or (match.surface.client is not None and match.surface.client.own_names):
            continue
        own = list(_texts(of_match(site, match, "model").value)) if several else None
        told = {id_ for _, id_ in own} if own is not None else None
        for value, id_ in list(written_ids(site)) or own or ():
            found = _on_platform(site, match, id_) if told is None or id_ in told else None
            if found is not None:
                site.project.tables[found[1].platform] = found[1]
                yield ModelId(_as_listed(*found), found[1], value.origin, match)
    if not several and len(site.matches) > 1:
        yield from _at_other_hosts(site)


def _at_other_hosts(site: CallSite) -> Iterator[ModelId]:
    """The ids that only the host of another client than the first has had: where one of several is chosen by model."""
    from llmlint.rulebook.models import load_models

    hosts: dict[str, Match] = {}
    for match in site.matches:
        hosts.setdefault(provider(site, match), match)
    tables = [models for name in hosts if (models := load_models(SAME.get(name, name))) is not None] if hosts else []
    if "" in hosts or len(hosts) < 2 or _told_by_any(site, site.match):
        return
    for value, id_ in written_ids(site):
        having = [models for models in tables if id_ in models.shutdown or id_ in models.snapshots]
        for match in list(hosts.values())[1:] if len(having) == 1 else ():
            found = _on_platform(site, match, id_)
            if found is not None and found[1] is having[0] and found[0] in found[1].shutdown:
                site.project.tables[found[1].platform] = found[1]
                yield ModelId(found[0], found[1], value.origin, match)


def _told_by_any(site: CallSite, match: Match) -> bool:
    """Whether the client's model comes from a method that several classes implement: which of them, nothing tells."""
    root, client = match.surface.root, match.surface.client
    if not isinstance(root, Result) or root.call is None or client is None:
        return False
    names = client.settings.paths("model")
    given = next((k.value for k in root.call.keywords if k.arg in names), None)
    if not isinstance(given, ast.Call):
        return False
    options = alternatives(site.project.evaluator.evaluate(given.func, root.frame))
    return len({class_of(option.node) for option in options if isinstance(option, Function)}) > 1


def _kind(match: Match) -> tuple[str, str]:
    """What tells clients of different platforms apart."""
    client = match.surface.client
    return match.surface.sdk.name, client.provider if client is not None else ""


def _as_listed(id_: str, models: Models) -> str:
    """The id as the platform's list spells it: one that differs in its letters' case alone is no other model."""
    lowered = id_.lower()
    return lowered if lowered != id_ and id_ not in models.shutdown and lowered in models.shutdown else id_


def written_ids(site: CallSite) -> Iterator[tuple[Const, str]]:
    """What can be given to a call for its model, as it is written; defaults of environment variables are among it.

    An id that is left out on some paths reaches the call on the others.
    """
    yield from _texts(site.setting("model").value)


def _texts(value: Value | None) -> Iterator[tuple[Const, str]]:
    for option in alternatives(value) if value is not None else ():
        values: list[Value] = [option]
        if isinstance(option, Env) and option.default is not None:
            values = list(alternatives(option.default))
        for each in values:
            id_ = text_of(each)
            if id_ is not None and isinstance(each, Const):
                yield each, id_


def _on_platform(site: CallSite, match: Match, id_: str) -> tuple[str, Models] | None:
    from llmlint.rulebook.models import load_models

    if _routed(match):
        prefix, slash, rest = id_.partition("/")
        if slash:
            models = load_models(PREFIXES[prefix]) if prefix in PREFIXES else None
            return (rest, models) if models is not None and _is_own_host(site, match, PREFIXES[prefix]) else None
        for platform in ROUTED:
            models = load_models(platform)
            if models is not None and (id_ in models.shutdown or id_ in models.snapshots or id_ in models.previews):
                return (id_, models) if _is_own_host(site, match, platform) else None
        return None
    name = provider(site, match)
    models = load_models(SAME.get(name, name)) if name else None
    bare = _named(match, id_).removeprefix("models/")
    if models is not None and not id_.startswith("models/") and _environment_decides(site, match, name):
        elsewhere = load_models("vertex")
        if elsewhere is not None and id_ in elsewhere.shutdown and id_ in models.shutdown:
            models = max(models, elsewhere, key=lambda one: one.shutdown[id_])
    return (bare, models) if models is not None else None


def _routed(match: Match) -> bool:
    """Whether the id says which platform it is on, as litellm has it."""
    client = match.surface.client
    return match.surface.sdk.routes or (client is not None and (client.routes or client.provider == ROUTER))


def _named(match: Match, id_: str) -> str:
    """The id without the provider that a factory is told with it: `openai:gpt-5`."""
    client = match.surface.client
    told, colon, rest = id_.partition(":")
    return rest if colon and client is not None and f"{told}:*" in client.arguments else id_


def _environment_decides(site: CallSite, match: Match, name: str) -> bool:
    """Whether a variable can send the request to Google Cloud: the client takes that as an argument and got no key."""
    client = match.surface.client
    takes = client is not None and bool(client.settings.paths("vertex"))
    return name == "google" and takes and site.setting("api-key").state is not State.PRESENT


def _flag(value: Value | None) -> bool | None:
    return value.value if isinstance(value, Const) and isinstance(value.value, bool) else None


def provider(site: CallSite, match: Match) -> str:
    """The provider whose host the request goes to; empty where that is not known."""
    if match.provider:
        return match.provider
    client, sdk = match.surface.client, match.surface.sdk
    own = (client.provider if client is not None else "") or MODULES.get(sdk.name, "")
    cloud = site.setting("vertex")
    if cloud.state is not State.ABSENT:  # the same client, with the models of Google Cloud
        given = _flag(cloud.value)
        if given is None:
            return ""
        own = "vertex" if given else own
    url = site.setting("base-url") if len(site.matches) == 1 else of_match(site, match, "base-url")
    if _may_be_left_out(site, sdk, url):
        return _unless_sent_elsewhere(site, own)
    if url.state is State.UNKNOWN or url.value is None:
        return ""
    return _one_host(url.value)


def _one_host(url: Value) -> str:
    options = [each for option in alternatives(url) for each in alternatives(usual(option))]
    said = [option for option in options if not _unseen(option)]  # what unseen callers or settings may give besides
    hosts = {_behind(option) for option in said}
    return hosts.pop() if len(hosts) == 1 else ""


def _unless_sent_elsewhere(site: CallSite, own: str) -> str:
    """The provider of requests without an address: the SDK's own, unless the program names another host to it."""
    from llmlint.rulebook.endpoints import load_endpoints

    variables = load_endpoints().address_variables.get(own, ())
    for module, value in set_in_code(site.project, variables, site.module) if variables else ():
        if _one_host(module.evaluator.evaluate(value)) != own:
            return ""
    return own


def _is_own_host(site: CallSite, match: Match, platform: str) -> bool:
    """Whether litellm sends a request to the host that the prefix of the model stands for."""
    left_out = _may_be_left_out(site, match.surface.sdk, site.setting("base-url"))
    return left_out and _unless_sent_elsewhere(site, platform) == platform


def _may_be_left_out(site: CallSite, sdk: Sdk, url: Setting) -> bool:
    return url.state is State.ABSENT or url.why.endswith(SOMETIMES) or _none_too(site, sdk, url)


def _unseen(url: Value) -> bool:
    """Whether nothing is known of an address, or nothing of how it begins."""
    return isinstance(url, Unknown) or (isinstance(url, Template) and bool(url.parts) and url.parts[0] is None)


def _none_too(site: CallSite, sdk: Sdk, url: Setting) -> bool:
    """Whether an address can be None, beside what else it can be: so can be that of a variable that may not be set.

    So is the SDK module's own (`openai.base_url`), unless the project always sets it.
    """
    options = alternatives(url.value) if url.value is not None else ()
    if any(is_none(option) or _unset(option) for option in options):
        return True
    own = {f"{sdk.module_root}.{name}" for name in sdk.module_settings.paths("base-url")} if sdk.module_root else set()
    if not any(isinstance(option, Symbol) and option.path in own for option in options):
        return False
    module = assigned(site.project.evaluator, sdk, "base-url", site.module)
    return module.state is State.ABSENT or module.why.endswith(SOMETIMES) or _none_too(site, sdk, module)


def _unset(value: Value) -> bool:
    return isinstance(value, Env) and value.default is None and not value.required


def _behind(url: Value) -> str:
    """The provider behind an address; empty where unknown."""
    from llmlint.rulebook.endpoints import load_endpoints

    address = text_of(url)
    host = address.partition("://")[2].partition("/")[0] if address is not None else ""
    return load_endpoints().provider(host) or ""
