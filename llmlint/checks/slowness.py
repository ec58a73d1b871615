"""Signs that a good answer may take longer than a plain chat does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from llmlint.checks.destination import has_open_address
from llmlint.checks.thinking import asks_for_thought, thinks
from llmlint.index.tree import class_of, scope_of
from llmlint.index.values import Const, Env, Template, Value, alternatives
from llmlint.patterns import regex
from llmlint.rulebook.families import load_family
from llmlint.sites.callsite import CallSite, State

PLAIN = frozenset({"chat", "responses", "completion", "chain", "embedding", "moderation", "rerank", "tokens"})
"""Kinds of calls that answer about as fast as a chat."""
LONG_ANSWER = 2_000
"""Tokens that take a model thirty seconds or so."""
TEXTS = frozenset(
    {"messages", "prompt", "input", "contents", "content", "system", "system_instruction", "instructions", "text"}
)
LOCAL = regex(
    r"localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker|192\.168\.|ollama|vllm|lm.?studio|llama.?cpp|localai|self.hosted",
    re.IGNORECASE,
)
TOOLS = regex(
    r"web.?search|sonar|-online\b|search-(preview|api)|google.?search|computer.?use|deep.?research|code.?(interpreter|execution)|image.?generation",
    re.IGNORECASE,
)


def slow_sign(site: CallSite) -> str:
    """Why the answer may take long, as the end of "there is no fix, because …"; empty where nothing says so."""
    if site.kind not in PLAIN:
        return f"`{site.spelled}` is not a plain chat call"
    spelled = settings_of(site)
    if _is_local(site, spelled):
        return "a self-hosted server may be slow, and loads the model first"
    if has_open_address(site):
        return "its address comes from outside and may be that of a self-hosted server"
    if site.kind == "embedding":
        return ""
    if thinks(site) or asks_for_thought(site, spelled):
        return "a reasoning model may take minutes"
    if any(map(load_family("media").holds, site.models)):
        return "it may make or read images or sound"
    if TOOLS.search(spelled) or any(TOOLS.search(model) for model in site.models):
        return "a tool that the provider runs may take minutes"
    if _is_long(site):
        return f"answers of more than {LONG_ANSWER:,} tokens take longer than that"
    return ""


def settings_of(site: CallSite) -> str:
    """What is written in the call and its client's construction but texts, names of the call's own spelled out."""
    calls = [site.node]
    for match in site.matches:
        surface = match.surface
        found = [surface.root, *(result for _, result in surface.derived), *surface.preset]
        calls += (call for each in found if (call := getattr(each, "call", None)) is not None)
    return "\n".join(text for call in calls for text in _written(call))


def _written(call: ast.Call) -> Iterator[str]:
    yield ast.unparse(call.func)
    for keyword in call.keywords:
        if keyword.arg in TEXTS:
            continue
        yield f"{keyword.arg}={ast.unparse(keyword.value)}"
        yield from _held(keyword.value)
    for argument in call.args:
        if isinstance(argument, (ast.Constant, ast.Name, ast.Attribute, ast.JoinedStr)):
            text = ast.unparse(argument)
            yield text if len(text) < 60 else ""


def _held(node: ast.expr) -> Iterator[str]:
    """What the name holds that an argument is."""
    owner = scope_of(node).lookup(node.id) if isinstance(node, ast.Name) else None
    if owner is not None and isinstance(node, ast.Name):
        yield from (ast.unparse(each.value) for each in owner.bindings[node.id] if each.value is not None)


def _is_local(site: CallSite, spelled: str) -> bool:
    owner = class_of(site.function) if site.function is not None else None
    names = (spelled, site.module.name, owner.name if owner is not None else "")
    if any(map(LOCAL.search, names)) or any(LOCAL.search(match.surface.sdk.name) for match in site.matches):
        return True
    value = site.setting("base-url").value
    return value is not None and any(map(LOCAL.search, _texts(value)))


def _texts(value: Value) -> Iterator[str]:
    """The parts of an address that are written in the code, and the names of environment variables that hold it."""
    for option in alternatives(value):
        if isinstance(option, Const):
            yield str(option.value)
        elif isinstance(option, Template):
            yield from (str(part.value) for part in option.parts if part is not None)
        elif isinstance(option, Env):
            yield option.name
            yield from _texts(option.default) if option.default is not None else ()


def _is_long(site: CallSite) -> bool:
    stream = site.setting("stream").value
    if isinstance(stream, Const) and stream.value is True:
        return False
    setting = site.setting("max-tokens")
    found = alternatives(setting.value) if setting.state is State.PRESENT and setting.value is not None else ()
    return any(isinstance(o, Const) and isinstance(o.value, (int, float)) and o.value > LONG_ANSWER for o in found)
