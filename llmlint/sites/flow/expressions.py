"""Expressions around a traced value: what passes it on as it is, takes a part of it, or wraps it up."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from llmlint.index.tree import last_name, nodes_in, parent
from llmlint.sites.flow import places
from llmlint.sites.flow.holders import ANY, KEYS
from llmlint.sites.flow.positions import (
    only_text,
    position,
)
from llmlint.sites.flow.statements import Statements
from llmlint.sites.flow.tags import tags_of
from llmlint.sites.flow.told_apart import told_apart
from llmlint.sites.flow.trace import Trace, replace


@dataclass(eq=False)
class Expressions(Statements):
    """The part of the flow that leads through expressions."""

    def _in_await(self, above: ast.Await, node: ast.expr, trace: Trace) -> None:
        self._follow(above, trace)

    def _in_ifexp(self, above: ast.IfExp, node: ast.expr, trace: Trace) -> None:
        if node is not above.test:
            self._follow(above, replace(trace, piece=True) if _cut_short(above, node) else trace)

    def _in_boolop(self, above: ast.BoolOp, node: ast.expr, trace: Trace) -> None:
        if isinstance(above.op, ast.Or):
            self._follow(above, replace(trace, optional=trace.optional and node is above.values[-1]))
        elif node is above.values[-1]:
            self._follow(above, trace)

    def _in_namedexpr(self, above: ast.NamedExpr, node: ast.expr, trace: Trace) -> None:
        self._assigned(above.target, above, trace)
        self._follow(above, trace)

    def _in_binop(self, above: ast.BinOp, node: ast.expr, trace: Trace) -> None:
        if trace.text and isinstance(above.op, ast.Add):
            self._deref(above, trace, "+")
            self._follow(above, places.moved(replace(trace, optional=False)))
        elif trace.text and isinstance(above.op, ast.Div):  # a path of files
            self._follow(above, replace(trace, kind="path", derived=True, optional=False))
        elif trace.text and isinstance(above.op, ast.Mod) and node is above.right:
            self._follow(above, self._within_text(trace))

    def _in_compare(self, above: ast.Compare, node: ast.expr, trace: Trace) -> None:
        if node in above.comparators and isinstance(above.ops[above.comparators.index(node)], (ast.In, ast.NotIn)):
            self._deref(above, trace, "in")
            self._looked_for(above.left, trace)

    def _looked_for(self, key: ast.expr, trace: Trace) -> None:
        """`"stop_reason" in event["delta"]`: a stop state is read by looking for it."""
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and not (trace.text or trace.wraps):
            here = trace.path[1:] if trace.path[:1] == ("chunk",) else trace.path
            if position((*here, key.value), self.response.finish) == "whole":
                self.reads_finish = True

    def _in_formattedvalue(self, above: ast.FormattedValue, node: ast.expr, trace: Trace) -> None:
        text = parent(above)
        if not isinstance(text, ast.JoinedStr) or (
            isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)
        ):
            return
        call = parent(text)
        if isinstance(call, ast.Call) and not trace.wraps and self._logged(call, text, trace):
            return
        if isinstance(call, ast.Call) and self._printed(call, node, trace):
            return
        if trace.text:
            derived = trace.derived or bool(trace.wraps) or not only_text(text)
            self._follow(text, replace(trace, derived=derived, optional=False, wraps=()))

    def _in_attribute(self, above: ast.Attribute, node: ast.expr, trace: Trace) -> None:
        if not isinstance(above.ctx, ast.Load):
            return
        call = parent(above)
        if isinstance(call, ast.Call) and call.func is above:
            self._method(call, above.attr, trace)
        else:
            self._descend(above, above.attr, trace)

    def _in_subscript(self, above: ast.Subscript, node: ast.expr, trace: Trace) -> None:
        if not isinstance(above.ctx, ast.Load):
            return
        if node is not above.value:
            if trace.kind == "name" and not trace.wraps:
                self._note("dispatch", above, trace, "a key")
            return
        key = above.slice.value if isinstance(above.slice, ast.Constant) else None
        if trace.wraps[:1] == ("*",) and isinstance(above.slice, ast.Slice):
            self._follow(above, places.moved(trace))
        elif trace.wraps:
            wanted = f"#{key}" if isinstance(key, int) else self._step_to(above.slice)
            if trace.wraps[0] in (wanted, ANY) or (trace.wraps[0] == "*" and not isinstance(key, str)):
                if not places.elsewhere(trace, above, above.value, above.slice):
                    self._unwrapped(above, above.value, trace)
        elif trace.text:
            self._deref(above, trace, "[…]")
            self._follow(above, replace(trace, optional=False, piece=True, brief=_kept(above.slice) or trace.brief))
        elif trace.raw:
            if isinstance(above.slice, ast.Slice):
                self._follow(above, trace)
        elif trace.derived and isinstance(above.slice, ast.Slice):  # `str(response)[:500]`
            self._follow(above, replace(trace, piece=True))
        else:
            if isinstance(key, int) and trace.stream and trace.path[-1:] == ("choices",) and trace.path[0] == "chunk":
                self._note("index", above, trace)
            self._descend(above, key if isinstance(key, str) else "*", trace)

    def _in_starred(self, above: ast.Starred, node: ast.expr, trace: Trace) -> None:
        self._follow(above, trace)

    def _in_tuple(self, above: ast.Tuple, node: ast.expr, trace: Trace) -> None:
        self._follow(above, replace(trace, wraps=(f"#{above.elts.index(node)}", *trace.wraps)))

    def _in_list(self, above: ast.List, node: ast.expr, trace: Trace) -> None:
        call = parent(above)
        if trace.text and not trace.wraps and isinstance(call, ast.Call) and call.args and call.args[0] is above:
            self._sunk(call, node, trace)
        tags = places.written_out(above.elts, node, len(trace.wraps) + 1)
        self._follow(above, replace(trace, wraps=("*", *trace.wraps), tags=(*tags, *trace.tags)))

    def _in_dict(self, above: ast.Dict, node: ast.expr, trace: Trace) -> None:
        for key, value in zip(above.keys, above.values, strict=True):
            if value is node and key is not None:
                step = self._step_to(key)
                wraps = (step, *trace.wraps)
                apart = told_apart(above, step[1:], len(wraps)) if step.startswith(".") else ()
                tags = (*tags_of(above, len(wraps)), *apart, *trace.tags)
                self._follow(above, replace(trace, wraps=wraps, tags=tags))

    def _in_listcomp(self, above: ast.ListComp, node: ast.expr, trace: Trace) -> None:
        self._follow(above, replace(trace, wraps=("*", *trace.wraps)))

    def _in_dictcomp(self, above: ast.DictComp, node: ast.expr, trace: Trace) -> None:
        if node is above.value:
            self._follow(above, replace(trace, wraps=(ANY, *trace.wraps)))
        elif node is above.key:
            self._follow(above, replace(trace, wraps=(KEYS, *trace.wraps)))

    _in_generatorexp = _in_listcomp
    _in_setcomp = _in_listcomp


def _kept(part: ast.expr) -> int:
    """How many characters a slice from the beginning keeps at most: `text[:50]`."""
    upper = part.upper if isinstance(part, ast.Slice) and part.lower is None and part.step is None else None
    return upper.value if isinstance(upper, ast.Constant) and type(upper.value) is int else 0


def _cut_short(choice: ast.IfExp, node: ast.expr) -> bool:
    """Whether the other choice is a cut of what is too long: `text[:80] if len(text) > 80 else text`."""
    other = choice.orelse if node is choice.body else choice.body
    cut = {
        ast.unparse(part.value)
        for part in nodes_in(other)
        if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Slice)
    }
    return any(
        isinstance(part, ast.Call) and last_name(part.func) == "len" and ast.unparse(part.args[0]) in cut
        for part in nodes_in(choice.test)
        if isinstance(part, ast.Call) and part.args
    )
