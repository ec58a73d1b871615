"""Bodies: answers that come as JSON, whole or line by line, and are decoded before anything is read from them."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from llmlint.index.tree import ancestors, last_name, scope_of
from llmlint.sites.flow import parsers
from llmlint.sites.flow.objects import Objects
from llmlint.sites.flow.positions import position
from llmlint.sites.flow.trace import Trace, replace
from llmlint.sites.records import logs

READING = frozenset({"read", "aread", "decode", "encode", "strip", "lstrip", "rstrip", "removeprefix", "replace"})
CUTTING = frozenset({"split", "splitlines", "partition", "rsplit"})
LINES = frozenset(
    {"iter_lines", "aiter_lines", "iter_content", "iter_chunks", "iter_chunked", "iter_any", "iter_bytes", "iter_text"}
    | {"aiter_bytes", "aiter_text", "iter_raw", "aiter_raw", "readlines"}
)


@dataclass(eq=False)
class Bodies(Objects):
    """The part of the flow that leads through what is not decoded yet."""

    def _is_body(self, node: ast.expr, path: tuple[str, ...]) -> bool:
        """Whether an answer has its body at this path: an attribute, or a key that the decoded data cannot have."""
        if position(path, self.response.body) != "whole":
            return False
        if isinstance(node, ast.Attribute) or path[-1].endswith("()"):
            return True
        return not any(pattern.partition(".")[0] == path[0] for pattern in self.response.text)

    def _in_body(self, call: ast.Call, name: str, trace: Trace) -> bool:
        """Whether a method reads a body, cuts a line of it, or decodes it."""
        if not self.response.body or trace.kind or trace.wraps or trace.derived:
            return False
        if name in LINES and not trace.path:
            self._follow(call, replace(trace, raw=True, stream=True))
            return True
        if not trace.raw:
            return False
        if name == "json":
            self._follow(call, replace(trace, raw=False))
        elif name in READING:
            self._follow(call, trace)
        elif name in CUTTING:
            self._follow(call, replace(trace, wraps=("*",)))
        return True

    def _decoded(self, call: ast.Call, trace: Trace) -> bool:
        """Whether a call decodes the body that is its argument, or the answer as a file of it."""
        if not self.response.body or trace.kind or trace.wraps or (trace.path and not trace.raw):
            return False
        if not parsers.decodes(self.ev, call):
            return False
        self._follow(call, replace(trace, raw=False))
        return True

    def _printed(self, call: ast.Call, node: ast.expr, trace: Trace) -> bool:
        """Whether a call prints the answer, where its stop state is seen.

        It is not in the object of a plain response, nor where only what made an error is printed.
        """
        if trace.kind or trace.wraps or trace.derived or not logs.is_print(self.site.project, call):
            return False
        told = not self.response.body or (not trace.raw and _is_data(node))
        if told and not any(isinstance(above, ast.ExceptHandler) for above in ancestors(call)):
            self._whole(call, trace)
        return True


def _is_data(node: ast.expr) -> bool:
    """Whether an expression, or all that its name is bound to, is the call that decodes a body."""
    if isinstance(node, ast.Call):
        return last_name(node.func) in ("json", "loads", "load")
    owner = scope_of(node).lookup(node.id) if isinstance(node, ast.Name) else None
    bound = [binding.value for binding in owner.bindings[node.id]] if owner and isinstance(node, ast.Name) else []
    return bool(bound) and all(isinstance(value, (ast.Call, ast.Await)) and _is_data(_inner(value)) for value in bound)


def _inner(value: ast.expr) -> ast.expr:
    return value.value if isinstance(value, ast.Await) else value
