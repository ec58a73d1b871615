"""Flow of an answer: from the call through variables, helpers and returns to the places that use it.

A traced value is a position in the answer (an attribute path from its root), something taken from there, or one of
these wrapped in what a function put around it: an iteration, a tuple position, a key. `trace` has both.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from heapq import heappop, heappush

from llmlint.index.lengths import longest
from llmlint.index.narrowing import excludes_none, is_error, is_no_text
from llmlint.index.tree import parent
from llmlint.index.values import alternatives
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.flow.expressions import Expressions
from llmlint.sites.flow.trace import Trace, replace

MAX_STEPS = {"answer": 1500, "text": 1500, "held": 1500, "tool": 500, "derived": 1200, "path": 500}
BUDGETS = {"": "answer", "text": "text", "json": "derived", "path": "path"}


@dataclass(eq=False)
class Flow(Expressions):
    """Follows one call site's answer, nearest uses first. The uses are found once, on construction."""

    _seen: set[tuple[int, tuple[object, ...]]] = field(default_factory=set)
    _steps: Counter[str] = field(default_factory=Counter)
    _ahead: list[tuple[int, int, ast.expr, Trace]] = field(default_factory=list)

    def __post_init__(self) -> None:
        operation = self.site.match.operation
        streamed = operation.stream or _may_stream(self.site)
        start = Trace(stream=streamed and operation.call != "manager")
        if not streamed and "" in self.response.text:  # the answer is the text
            self.reads_text = True
            start = Trace(kind="text", optional=self.response.text_optional)
        if self.site.reference is None or self.site.via == "by-reference":
            self._follow(self.site.node, start)
        while self._ahead:
            _, _, node, trace = heappop(self._ahead)
            self._step(node, trace)

    def _follow(self, node: ast.expr, trace: Trace) -> None:
        """Continue later from an expression that holds the traced value: what is few calls away comes first."""
        if not trace.wraps:
            if is_error(node) or (trace.kind == "text" and is_no_text(node)):
                return
            if trace.optional and excludes_none(node):
                trace = replace(trace, optional=False)
            if trace.kind == "text" and isinstance(node, ast.Name) and (limit := longest(node)):
                trace = replace(trace, brief=limit)
        # What was made of the answer is followed to each place once, by whichever callers (they stand last in the
        # trace) it gets there first.
        key = (id(node), trace[:-1] if trace.derived else trace)
        if key in self._seen:
            return
        self._seen.add(key)
        heappush(self._ahead, (trace.calls, len(self._seen), node, trace))

    def _step(self, node: ast.expr, trace: Trace) -> None:
        """Outward through what surrounds the expression."""
        what = BUDGETS.get(trace.kind, "tool")
        if trace.derived and what != "path":
            what = "derived"
        if what == "text" and trace.wraps:
            what = "held"
        self._steps[what] += 1
        if self._steps[what] > MAX_STEPS[what]:
            self._lose(trace)
            return
        if trace.kind != "path":
            self.visited.add(id(node))
        above = parent(node)
        if isinstance(above, ast.keyword):
            call = parent(above)
            if isinstance(call, ast.Call) and above.arg is None:
                self._spread(call, trace)
            elif isinstance(call, ast.Call):
                self._argument(call, node, above.arg, trace)
            return
        handler = getattr(self, _handler(type(above).__name__), None)
        if handler is not None:
            handler(above, node, trace)


@cache
def _handler(kind: str) -> str:
    return f"_in_{kind.lower()}"


def _may_stream(site: CallSite) -> bool:
    setting = site.setting("stream")
    if setting.state is not State.PRESENT or setting.value is None:
        return False
    return any(getattr(option, "value", None) is True for option in alternatives(setting.value))
