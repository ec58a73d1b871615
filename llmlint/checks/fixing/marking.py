"""The fix that marks the end of a fixed system message, so that it is cached."""

from __future__ import annotations

import ast

from llmlint.checks.fixing.edits import replace_expression, source_of
from llmlint.checks.fixing.items import add_element, add_entry
from llmlint.diagnostics import Applicability, Fix
from llmlint.index.values import Mapping, Sequence, Value, alternatives, text_of
from llmlint.patterns import regex
from llmlint.sites.callsite import CallSite, State

MARKER = '{"type": "ephemeral"}'
CACHE_POINT = '{"cachePoint": {"type": "default"}}'
CACHING = regex(
    r"(\w+\.)?(anthropic\.claude-(3-7-sonnet|(sonnet|opus|haiku)-[45])|amazon\.nova-(micro|lite|pro|premier))"
)
TITLE = "Mark the end of the system message"


def marked(site: CallSite, smallest: int) -> Fix | None:
    """Cache the system message; none where it is not fixed text, larger than the smallest, and given in the call."""
    given = next((keyword for keyword in site.node.keywords if keyword.arg == "system"), None)
    value, tools = site.setting("system").value, site.setting("tools")
    if given is None or value is None or site.reference is not None or not _fixed(value, smallest):
        return None
    if tools.state is not State.ABSENT and not (isinstance(tools.value, Sequence) and tools.value.open is None):
        return None
    module, node = site.module, given.value
    blocks = node.elts if isinstance(node, ast.List) else []
    if site.match.surface.sdk.name == "bedrock":
        if not blocks or not site.models or not all(CACHING.match(model) for model in site.models):
            return None
        assert isinstance(node, ast.List)
        return Fix(Applicability.UNSAFE, TITLE, (add_element(module, node, CACHE_POINT),))
    if blocks and isinstance(blocks[-1], ast.Dict):
        return Fix(Applicability.UNSAFE, TITLE, (add_entry(module, blocks[-1], "cache_control", MARKER),))
    if any(text_of(option) is None for option in alternatives(value)):
        return None
    new = f'[{{"type": "text", "text": {source_of(module, node)}, "cache_control": {MARKER}}}]'
    return replace_expression(module, node, new, Applicability.UNSAFE, TITLE)


def _fixed(value: Value, smallest: int) -> bool:
    """Whether every system message that the call may send is fixed text of more tokens."""
    from llmlint.tokens import exceeds

    texts = [_text(option) for option in alternatives(value)]
    return all(text is not None and exceeds(text, smallest) is not None for text in texts)


def _text(value: Value) -> str | None:
    """The text of a message or of a list of blocks; None where some of it is not known."""
    text = text_of(value)
    if text is not None:
        return text
    if not isinstance(value, Sequence) or value.open is not None:
        return None
    found: list[str] = []
    for block in value.items:
        entry = block.entries.get("text") if isinstance(block, Mapping) and block.open is None else None
        part = text_of(entry.value) if entry is not None else None
        if part is None:
            return None
        found.append(part)
    return "\n".join(found)
