"""Led elsewhere: callers of a helper that sends requests, which have it send one to something that is no model."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.handed_to import activation
from llmlint.index.tree import named_function_of, scope_of
from llmlint.index.values import Const, Frame, Template, Value, alternatives
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
    frame = activation(scope_of(node).module.evaluator, function, caller)
    if frame is None:
        return False
    told = _addresses(node, sending, frame)
    if not told or any(not text or reaches(sending, text) for text in told):
        return False
    return any(not text or reaches(sending, text) for text in _addresses(node, sending, None))


def _addresses(node: ast.Call, sending: Match, frame: Frame | None) -> list[str]:
    """What the address of a request can be, in an activation of its function or in all of them."""
    module, operation = scope_of(node).module, sending.operation
    address = given(module.evaluator, module, node, frame, operation.settings, operation.positional, "base-url").value
    return list(_texts(address)) if address is not None else []


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
