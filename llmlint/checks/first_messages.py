"""First messages: what a request begins with, in whatever form a message may have."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.pieces import Piece, formatted
from llmlint.index.narrowing import assigned
from llmlint.index.values import Mapping, Result, Sequence, Value, alternatives, dotted, text_of
from llmlint.sites.callsite import CallSite

CLASSES = {"SystemMessage": "system", "HumanMessage": "user"}
FRAMEWORKS = ("langchain", "langchain_core", "langchain_classic")
FROM_MESSAGES = ("ChatPromptTemplate.from_messages", "ChatPromptTemplate")


def first_message(messages: Sequence) -> Iterator[tuple[str, Value]]:
    """The role and the content that the first of these messages may have."""
    for first in alternatives(messages.item(0)):
        for content in _contents(first):
            yield _role(first), content


def _role(message: Value) -> str:
    if isinstance(message, Mapping):
        entry = message.entries.get("role")
        return (text_of(entry.value) or "") if entry is not None else ""
    if isinstance(message, Sequence):
        return text_of(message.item(0)) or ""
    return CLASSES.get(dotted(message.callee).rpartition(".")[2], "") if isinstance(message, Result) else ""


def _contents(message: Value) -> Iterator[Value]:
    if isinstance(message, Mapping) and "content" in message.entries:
        yield from alternatives(message.entries["content"].value)
    elif isinstance(message, Sequence) and len(message.items) == 2 and text_of(message.item(0)) is not None:
        yield from alternatives(message.item(1))
    elif isinstance(message, Result) and _role(message) and message.call is not None and message.module is not None:
        given = [keyword.value for keyword in message.call.keywords if keyword.arg == "content"]
        for node in [*given, *message.call.args][:1]:
            yield from alternatives(message.module.evaluator.evaluate(node, message.frame))


def templates(site: CallSite) -> Iterator[list[Piece]]:
    """The system messages of the templates that a chain begins with, with what the call puts into their fields."""
    argument = site.node.args[0] if site.node.args else None
    given = assigned(argument) if isinstance(argument, ast.Name) else argument
    if not isinstance(given, ast.Dict):
        return
    pairs = zip(given.keys, given.values, strict=True)
    fields: dict[str | None, ast.expr] = {str(k.value): v for k, v in pairs if isinstance(k, ast.Constant)}
    ev = site.project.evaluator
    for template in {id(piped): piped for match in site.matches for piped in match.surface.piped}.values():
        for option in alternatives(template):
            call = option.call if isinstance(option, Result) else None
            path = dotted(option.callee) if isinstance(option, Result) else ""
            if call is None or not call.args or path.partition(".")[0] not in FRAMEWORKS:
                continue
            messages = (
                ev.evaluate(call.args[0], getattr(option, "frame", None)) if path.endswith(FROM_MESSAGES) else None
            )
            if isinstance(messages, Sequence) and messages.parts:
                for role, content in first_message(messages):
                    if role == "system" and (text := text_of(content)) is not None:
                        yield formatted(ev, text, fields)
