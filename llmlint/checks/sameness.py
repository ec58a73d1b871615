"""Sameness: whether a request may come a second time as it was, and be answered as it was."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.checks.chain_memory import memory
from llmlint.checks.clocks import WITHIN_A_DAY, daily_format, moment
from llmlint.index.tree import ancestors, last_name, parent
from llmlint.sites.request.ingredients import ingredients
from llmlint.sites.request.live import looks_up

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.sites.callsite import CallSite

DAYS = ("date", "year", "month", "day", "weekday", "isoweekday", "isocalendar")
SOMETIMES = (ast.If, ast.IfExp, ast.ExceptHandler)


def answered_alike(site: CallSite) -> bool:
    """Whether the same input may come a second time, and is answered by the model alone."""
    acts = any(adapter.acts for match in site.matches for adapter in match.surface.adapted)
    return not acts and not looks_up(site) and not holds_moment(site) and memory(site) is None


def holds_moment(site: CallSite) -> bool:
    """Whether the prompt is made, in each case, of the time of the day or of a random value."""
    ev, around = site.project.evaluator, set(ancestors(site.node))
    for node in ingredients(site):
        if isinstance(node, ast.Call) and _of_moment(ev, node):
            if not any(isinstance(above, SOMETIMES) and above not in around for above in ancestors(node)):
                return True
    return False


def _of_moment(ev: Evaluator, call: ast.Call) -> bool:
    """Whether a call gives a moment or something random, of which more is left in the end than the day."""
    if moment(ev, call) != "each":
        return False
    top: ast.AST = call
    while True:
        above = parent(top)
        if isinstance(above, ast.Attribute) and above.attr in DAYS:
            return False
        if isinstance(above, ast.FormattedValue) and above.format_spec is not None:
            return not daily_format(ast.unparse(above.format_spec))
        if isinstance(above, ast.Call) and above.func is top and last_name(top) == "strftime":
            return not above.args or WITHIN_A_DAY.search(ast.unparse(above.args[-1])) is not None
        if not isinstance(above, (ast.Attribute, ast.BinOp)) and not (
            isinstance(above, ast.Call) and above.func is top
        ):
            return True
        top = above
