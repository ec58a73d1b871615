"""Descent: the way of a value further into the answer, one attribute, key or item at a time."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from llmlint.index.tree import parent
from llmlint.sites.flow import places
from llmlint.sites.flow.bodies import Bodies
from llmlint.sites.flow.endings import compared, names_stop
from llmlint.sites.flow.holders import KEYS
from llmlint.sites.flow.positions import (
    position,
    shared_delta,
)
from llmlint.sites.flow.trace import Trace, replace


@dataclass(eq=False)
class Descent(Bodies):
    """The part of the flow that tells what stands at a position of the answer."""

    def _iterated(self, trace: Trace) -> Trace:
        if trace.wraps:
            taken = trace.wraps[0] in ("*", KEYS)
            return (
                replace(trace, wraps=trace.wraps[1:], tags=places.within(trace))
                if taken
                else replace(trace, wraps=("?",))
            )
        if trace.text:
            return trace
        if trace.stream and not trace.path and self.response.stream_text == ("",):  # each piece is text
            self.reads_text = True
            return replace(trace, kind="text", stream=False)
        path = (*trace.path, "*")
        if not trace.path and (trace.stream or trace.raw or self._only_in_pieces(path)):
            return replace(trace, path=("chunk",))
        if position(path, self.response.text) == "whole":  # an iterator of pieces of text
            self.reads_text = True
            return replace(trace, path=(), kind="text", stream=False)
        return replace(trace, path=path)

    def _only_in_pieces(self, path: tuple[str, ...]) -> bool:
        """Whether an answer that is iterated over must be a stream, whatever is known of the setting."""
        response = self.response
        return bool(response.stream_text) and position(path, (*response.text, *response.finish)) == "off"

    def _descend(self, node: ast.expr, step: str, trace: Trace) -> bool:
        if trace.wraps:
            if trace.wraps[0] == f".{step}":
                holder = node.value if isinstance(node, ast.Attribute) else node
                self._unwrapped(node, holder, trace)
                return True
            return isinstance(node, ast.Attribute) and self._inside(node, step, trace)
        if trace.derived:
            self._follow(node, trace)
            return True
        if trace.text or trace.raw:
            return False
        path = (*trace.path, step)
        if self._is_body(node, path):
            self._follow(node, replace(trace, path=(), raw=True))
            return True
        streamed = path[0] == "chunk"
        here = path[1:] if streamed else path
        response = self.response
        patterns = response.stream_text if streamed else (*response.text, *response.stream_text)
        where = position(here, patterns)
        if where == "whole" and path == ("chunk", "delta"):
            where = shared_delta(node)
        if where == "arguments":
            self._follow(node, replace(trace, path=(), kind=where, stream=False))
            return True
        if where == "whole":
            self.reads_text = True
            optional = response.text_optional
            self._follow(node, replace(trace, path=(), kind="text", optional=optional, stream=False))
            return True
        if position(here, response.finish) == "whole" or (path == ("chunk", "type") and names_stop(parent(node))):
            self.reads_finish = True
            return True
        for kind, taken in (("arguments", response.tool_arguments), ("name", response.tool_names)):
            if position(here, taken) == "whole":
                self._follow(node, replace(trace, path=(), kind=kind, stream=False))
                return True
        if position(here, response.usage) == "whole":
            self.reads_usage = True
            self.reads_finish = self.reads_finish or compared(node)
        others = (*response.finish, *response.tool_arguments, *response.tool_names, *response.body)
        if where == "part" or position(here, others) == "part":
            self._follow(node, replace(trace, path=path))
            return True
        return False
