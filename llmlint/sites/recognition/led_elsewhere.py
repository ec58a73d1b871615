"""Led elsewhere: callers of a helper that sends requests, which have it send one to something that is no model."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.handed_to import activation
from llmlint.index.tree import named_function_of, scope_of
from llmlint.index.values import Const, Template, Value, alternatives
from llmlint.sites.recognition.http import HOLE, HTTP, reaches
from llmlint.sites.recognition.match import match
from llmlint.sites.recognition.surface import Match
from llmlint.sites.request.arguments import given

if TYPE_CHECKING:
    from llmlint.index.callers import Caller


def led_elsewhere(node: ast.AST, caller: Caller) -> bool:
    """Whether a caller has the request that a function sends go to an address of no model: `self.ask("models")`."""
    function = named_function_of(node)
    sending = _sending(node) if function is not None and caller.reference is None else None
    if sending is None or function is None or not isinstance(node, ast.Call):
        return False
    module, operation = scope_of(node).module, sending.operation
    frame = activation(module.evaluator, function, caller)
    if frame is None:
        return False
    address = given(module.evaluator, module, node, frame, operation.settings, operation.positional, "base-url").value
    texts = list(_texts(address)) if address is not None else [""]
    return all(text and not reaches(sending, text) for text in texts)


def _sending(node: ast.AST) -> Match | None:
    """What sends a request by plain HTTP there; found once."""
    if "sending" not in node.__dict__:
        node.__dict__["sending"] = next(_sendings(node), None)
    found: Match | None = node.__dict__["sending"]
    return found


def _sendings(node: ast.AST) -> Iterator[Match]:
    evaluator = scope_of(node).module.evaluator
    for option in alternatives(evaluator.evaluate(node.func)) if isinstance(node, ast.Call) else ():
        found = match(evaluator, option)
        if found is not None and found.operation.kind == HTTP:
            yield found


def _texts(address: Value) -> Iterator[str]:
    """What an address can be, with `{}` for what is not known of it; empty where its end is not known."""
    for option in alternatives(address):
        if isinstance(option, Const) and isinstance(option.value, str):
            yield option.value
        elif isinstance(option, Template) and option.parts and option.parts[-1] is not None:
            yield "".join(HOLE if part is None else str(part.value) for part in option.parts)
        else:
            yield ""
