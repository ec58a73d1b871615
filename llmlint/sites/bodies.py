"""Bodies: answers that come as JSON, whole or line by line, and are decoded before anything is read from them."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from llmlint.sites import parsers
from llmlint.sites.objects import Objects
from llmlint.sites.positions import position
from llmlint.sites.trace import Trace, replace

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
