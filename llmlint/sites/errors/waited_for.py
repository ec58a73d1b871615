"""Waited for: whether what a call hands on is waited for within a limit: by a helper of the project, or as a future."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.handed_to import handed_on
from llmlint.index.tree import ancestors, parent, scope_of
from llmlint.index.values import alternatives, dotted, is_none
from llmlint.sites.evidence import passed

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.rulebook.evidence_model import Evidence

DEPTH = 2


def taken_within(sites: Sites, call: ast.Call, handed: ast.expr, depth: int = DEPTH) -> bool:
    """Whether what takes an argument runs it, or waits for it, within a limit."""
    if any(True for _ in sites.evidence.managers(handed, "timeout")) or _as_future(sites, call):
        return True
    for place, again in handed_on(sites.project, call, handed):
        if again is None and any(True for _ in sites.evidence.managers(place, "timeout")):
            return True
        if again is not None and depth and taken_within(sites, place, again, depth - 1):
            return True
    return False


def _as_future(sites: Sites, call: ast.Call) -> bool:
    """Whether the result of what a pool was handed is asked for with a limit: `pool.submit(f).result(timeout=5)`."""
    for waiting in _asked_for(call):
        for option in alternatives(sites.project.evaluator.evaluate(waiting.func)):
            entry = sites.evidence.named(option, "timeout", "calls")
            limit = passed(waiting, entry.limit) if entry is not None and entry.limit is not None else None
            if entry is None or limit is None or is_none(sites.project.evaluator.evaluate(limit)):
                continue
            if not _defeated(sites, entry, waiting):
                return True
    return False


def _asked_for(call: ast.Call) -> Iterator[ast.Call]:
    """The calls of methods of what a call gives, at once or by the name that it gets."""
    statement = parent(call)
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    loads = scope_of(call).loads.get(target.id, []) if isinstance(target, ast.Name) else []
    for holder in (call, *loads):
        method = parent(holder)
        above = parent(method) if isinstance(method, ast.Attribute) else None
        if isinstance(above, ast.Call) and above.func is method:
            yield above


def _defeated(sites: Sites, entry: Evidence, waiting: ast.Call) -> bool:
    """Whether the end is waited for all the same: in the `with` block of the pool."""
    around = (item for above in ancestors(waiting) if isinstance(above, ast.With) for item in above.items)
    made = (item.context_expr.func for item in around if isinstance(item.context_expr, ast.Call))
    return any(
        dotted(option) in entry.defeated_by
        for func in made
        for option in alternatives(sites.project.evaluator.evaluate(func))
    )
