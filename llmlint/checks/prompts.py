"""Prompts that ask for a form, waste tokens, or change their order."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.encoded_files import SHRINKING, encodes_file, sets_detail
from llmlint.checks.finding import Finding, Places, Sites, site_notes
from llmlint.checks.fixing.edits import remove_keyword
from llmlint.checks.fixing.items import add_entry
from llmlint.checks.fixing.shaping import stricter
from llmlint.diagnostics import Applicability, Fix, Note, Severity
from llmlint.index.tree import scope_of
from llmlint.index.values import Const, Mapping, Sequence, Value, alternatives, dotted
from llmlint.patterns import regex
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.request.ingredients import ingredients
from llmlint.sites.request.platform import provider, written_ids
from llmlint.sites.request.prompts import static_prompt

DEMANDS = regex(
    r"(?i)\b(respond|reply|answer|return|output|format)\w*\b[^.\n]{0,60}\bJSON\b"
    r"|\bJSON (object|array|list|format|only)\b"
    r"|\b(only|exactly|just)\b[^.\n]{0,30}\b(yes or no|true or false)\b"
)
HEEDING = frozenset({"openai", "azure"})


def json_asked_in_prompt(site: CallSite, sites: Sites) -> Iterator[Finding]:
    """A prompt that demands JSON in words, with nothing in the request that obliges the model."""
    if not site.answers or site.kind == "agent" or site.gives("constraint") or _reported(site, sites):
        return
    if site.setting("constraint").state is not State.ABSENT or site.setting("tool-choice").state is not State.ABSENT:
        return
    paths = site.match.operation.settings.paths("constraint")
    for prompt in static_prompt(site) if paths else ():
        found = DEMANDS.search(prompt.text)
        if found is not None:
            words = " ".join(found[0].split())
            fields = {
                "words": words if len(words) <= 60 else words[:59] + "…",
                "call": site.spelled,
                "keyword": paths[0],
            }
            where = prompt.origin.module.location(prompt.origin.node)
            proof = (Note("the prompt is written here", where),)
            yield Finding(site.module, site.node, "default", fields, proof, confidence=site.confidence)
            return


def _reported(site: CallSite, sites: Sites) -> bool:
    """Whether `missing-response-format` has something to say on this call."""
    return any(use.parser is not None and use.parser.structured for use in sites.flow(site).uses("parse"))


def weak_json_mode(site: CallSite, sites: Sites) -> Iterator[Finding]:
    """JSON mode where a schema could be given; an error where no message says "JSON", which providers refuse."""
    constraint = site.setting("constraint").value
    if not isinstance(constraint, Mapping) or not site.answers:
        return
    kind = constraint.entries.get("type")
    if kind is None or getattr(kind.value, "value", None) != "json_object":
        return
    fields = {"call": site.spelled}
    own = site.match.surface.sdk.name == "openai" and site.setting("base-url").state is State.ABSENT
    if own and _never_says_json(site):
        yield Finding(site.module, site.node, "unsaid", fields, severity=Severity.ERROR, confidence=site.confidence)
    elif own and _reported(site, sites):
        uses = [use for use in sites.flow(site).uses("parse") if use.kind == "text"]
        yield Finding(site.module, site.node, fields=fields, fix=stricter(site, uses), confidence=site.confidence)


def _never_says_json(site: CallSite) -> bool:
    """Whether all text of all messages is known, and none of it says JSON."""
    texts: list[str] = []
    for name in ("system", "prompt", "tools"):
        setting = site.setting(name)
        if setting.state is State.ABSENT:
            continue
        if setting.value is None or not _complete(setting.value, texts, 0):
            return False
    return bool(texts) and not any("json" in text.lower() for text in texts)


def _complete(value: Value, texts: list[str], depth: int) -> bool:
    if isinstance(value, Const):
        texts.append(str(value.value))
        return True
    if depth > 6:
        return False
    if isinstance(value, Sequence) and value.open is None:
        return all(_complete(item, texts, depth + 1) for item in value.items)
    if isinstance(value, Mapping) and value.open is None:
        return all(_complete(entry.value, texts, depth + 1) for entry in value.entries.values())
    return False


def pretty_json_in_prompt(sites: Sites) -> Iterator[Finding]:
    """`json.dumps(indent=…)` in an expression that becomes prompt text, each once."""
    found: Places[tuple[ast.Call, int]] = Places()
    for site in sites.outside_tests:
        dumped = next(_indented(site), None) if site.answers else None
        if dumped is not None:
            found.add(dumped[0], site, dumped)
    for (node, spaces), origins in found:
        module = scope_of(node).module
        fields = {"indent": str(spaces), "call": origins[0].spelled}
        fix = remove_keyword(module, node, "indent", Applicability.UNSAFE)
        yield Finding(
            module, node, "default", fields, related=site_notes(origins), fix=fix, confidence=origins[0].confidence
        )


def _indented(site: CallSite) -> Iterator[tuple[ast.Call, int]]:
    """The calls of `json.dumps` in a prompt that indent, and by how many spaces."""
    ev = site.project.evaluator
    for node in ingredients(site):
        if not isinstance(node, ast.Call) or not any(keyword.arg == "indent" for keyword in node.keywords):
            continue
        indent = next(keyword.value for keyword in node.keywords if keyword.arg == "indent")
        spaces = getattr(ev.evaluate(indent), "value", None)
        path = next((dotted(option) for option in alternatives(ev.evaluate(node.func))), "")
        if path == "json.dumps" and isinstance(spaces, int) and spaces > 0:
            yield node, spaces


def raw_vision_payload(site: CallSite) -> Iterator[Finding]:
    """An image sent as the bytes of its file, with no word on how closely it should be looked at."""
    if site.kind not in ("chat", "responses") or site.match.surface.sdk.name not in ("openai", "litellm"):
        return
    nodes = list(ingredients(site))
    image = next((node for node in nodes if isinstance(node, ast.Dict) and _is_image(node)), None)
    encoded = any(isinstance(n, ast.Call) and (_encodes(n) or encodes_file(site.project, n)) for n in nodes)
    around = site.function if site.function is not None else scope_of(site.node).module.tree
    if image is None or not encoded or SHRINKING.search(ast.unparse(around)) or sets_detail(around):
        return
    module = scope_of(image).module
    fix, help_, heard = None, "", _heeds_detail(site)
    if heard:
        help_ = ', and set `"detail": "low"` where that is enough'
        operation = add_entry(module, _detailed(image), "detail", '"low"')
        fix = Fix(Applicability.UNSAFE, 'Set "detail": "low"', (operation,)) if _takes_detail(image) else None
    fields = {"call": site.spelled, "detail": help_}
    related, message = site_notes([site]), "default" if heard else "elsewhere"
    yield Finding(module, image, message, fields, related=related, fix=fix, confidence=site.confidence)


def _encodes(call: ast.Call) -> bool:
    return getattr(call.func, "attr", "") == "b64encode"


def _heeds_detail(site: CallSite) -> bool:
    """Whether the level of detail is known to have an effect: on OpenAI's hosts, and where litellm translates."""
    if site.match.surface.sdk.translates:
        named = {id_.partition("/")[0] for _, id_ in written_ids(site) if "/" in id_}
        return named <= HEEDING and site.setting("base-url").state is not State.PRESENT
    return all(provider(site, match) in HEEDING for match in site.matches)


def _detailed(image: ast.Dict) -> ast.Dict:
    """The dict that says how closely to look: that of the address in chat, the part itself in the Responses API."""
    return next((value for value in image.values if isinstance(value, ast.Dict)), image)


def _takes_detail(image: ast.Dict) -> bool:
    kinds = {getattr(value, "value", None) for value in image.values}
    return "input_image" in kinds or _detailed(image) is not image


def _is_image(node: ast.Dict) -> bool:
    """An image part, or the dict with its address, that says nothing on the detail."""
    keys = {
        key.value: value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)
    }
    inner = keys.get("image_url")
    if inner is None or "detail" in keys:
        return False
    return not isinstance(inner, ast.Dict) or "detail" not in {getattr(key, "value", "") for key in inner.keys}
