"""Own transport: a client whose requests go through something of the program's own, which may bring a timeout."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.values import Class, Result, Value, alternatives, dotted

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.module import Module
    from llmlint.sites.recognition.surface import Surface

LIMIT = "timeout"


def has_own_transport(ev: Evaluator, surface: Surface) -> bool:
    """Whether the module that builds a client assigns one of its methods anew, or mounts what sends its requests."""
    client, root = surface.client, surface.root
    if client is None or not isinstance(root, Result) or root.call is None or root.module is None:
        return False
    if any(_assigned(ev, root.module, root.call, method) for method in client.sends):
        return True
    return any(_mounted(ev, root.module, root.call, method, client.plain) for method in client.mounts)


def _assigned(ev: Evaluator, module: Module, built: ast.Call, method: str) -> bool:
    return any(_is(ev, store.value, built) for store in module.attribute_stores.get(method, ()))


def _mounted(ev: Evaluator, module: Module, built: ast.Call, method: str, plain: tuple[str, ...]) -> bool:
    for call in module.calls.get(method, ()):
        if isinstance(call.func, ast.Attribute) and _is(ev, call.func.value, built):
            given = [*call.args, *(keyword.value for keyword in call.keywords)][-1:]
            if any(_may_limit(option, plain) for one in given for option in alternatives(ev.evaluate(one))):
                return True
    return False


def _is(ev: Evaluator, node: ast.expr, built: ast.Call) -> bool:
    return any(isinstance(option, Result) and option.call is built for option in alternatives(ev.evaluate(node)))


def _may_limit(value: Value, plain: tuple[str, ...]) -> bool:
    """Whether what is mounted may set a limit: all but the library's own, and classes that say nothing of one."""
    owner = value.callee if isinstance(value, Result) else None
    if isinstance(owner, Class):
        return any(
            LIMIT in (getattr(node, "arg", None), getattr(node, "value", None), getattr(node, "attr", None))
            for node in ast.walk(owner.node)
            if isinstance(node, (ast.arg, ast.keyword, ast.Constant, ast.Attribute))
        )
    return owner is None or dotted(owner) not in plain
