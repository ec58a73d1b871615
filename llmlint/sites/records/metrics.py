"""Metrics: events, counts and durations that a program keeps of its calls with tracers and meters of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name, named_function_of, parent
from llmlint.index.values import Function, alternatives
from llmlint.patterns import regex
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.project import Project

TRACER = regex(r"(?i)(^|_)(tracer|span|telemetry|tracking|tracker)$")
METER = regex(
    r"(?i)(^|_)(metrics?(_\w+)?|counter|gauge|meter|statsd|(health|error|metrics?|usage)_?reporter)$"
    r"|(^|_)hist(ogram)?(_|$)|_(duration|latency)$"
)
EVENTS = frozenset(
    {"add_event", "record_event", "track_event", "track", "emit", "event", "record", "record_error", "record_exception"}
    | {"set_status", "end_span", "finish_span"}
)
COUNTS = frozenset(
    {"observe", "record", "inc", "increment", "increment_counter", "incr", "count", "add", "timing", "report", "emit"}
    | {"histogram", "distribution", "gauge", "log", "track"}
)
COUNTING = regex(r"^a?(record|report|observe|track|inc|increment|log)_")  # `metrics.record_latency(…)`
BLOCKS = frozenset({"measure", "time", "timer", "timed", "span", "start_span", "trace", "start_as_current_span"})
REPORTING = regex(r"(?i)^_*a?(report|record|track|observe|emit)_")


def counted(project: Project, node: ast.expr, calls: Sequence[ast.Call]) -> bool:
    """Whether how a call went is told to a tracer or a meter: around it, or behind it by one of these calls."""
    if any(_is_block(block) for block in _entered(node)):
        return True
    behind = [call for call in calls if call.lineno > node.lineno]
    return any(_counts(call) or _reports(project, call) for call in behind)


def _counts(call: ast.Call) -> bool:
    """Whether a call adds an event to a trace, or a value to a metric, by the names of both."""
    func = call.func
    if not isinstance(func, ast.Attribute):
        return False
    holder = last_name(func.value.func if isinstance(func.value, ast.Call) else func.value)
    if func.attr in EVENTS and TRACER.search(holder):
        return True
    return bool(METER.search(holder)) and (func.attr in COUNTS or bool(COUNTING.match(func.attr)))


def _reports(project: Project, call: ast.Call) -> bool:
    """Whether a call is of a function of the project that is named for it and counts: `self._report_health(…)`."""
    if not REPORTING.match(last_name(call.func)):
        return False
    options = alternatives(project.evaluator.evaluate(call.func))
    bodies = [option.node for option in options if isinstance(option, Function)]
    return any(_counts(inner) for body in bodies for inner in logs.parts_of(body).calls)


def _entered(node: ast.AST) -> Iterator[ast.expr]:
    """What the `with` statements enter that stand around a node in its function."""
    below, above, function = node, parent(node), named_function_of(node)
    while above is not None and above is not function:
        if isinstance(above, (ast.With, ast.AsyncWith)) and not isinstance(below, ast.withitem):
            yield from (item.context_expr for item in above.items)
        below, above = above, parent(above)


def _is_block(entered: ast.expr) -> bool:
    if not isinstance(entered, ast.Call) or not isinstance(entered.func, ast.Attribute):
        return False
    holder = last_name(entered.func.value)
    return entered.func.attr in BLOCKS and bool(TRACER.search(holder) or METER.search(holder))
