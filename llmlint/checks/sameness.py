"""Sameness: whether a request comes a second time as it was, and is meant to be answered as it was."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.checks.clocks import WITHIN_A_DAY, daily_format, moment
from llmlint.index.tree import ancestors, last_name, loops_around, named_function_of, nodes_in, parent
from llmlint.sites.errors.same_request import in_handler, same_request
from llmlint.sites.outward import ways_out
from llmlint.sites.own_decorators import run_by_decorators
from llmlint.sites.records.logs import names_in, related_names
from llmlint.sites.request.ingredients import ingredients
from llmlint.sites.request.live import looks_up

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.index.evaluate import Evaluator
    from llmlint.sites.callsite import CallSite

DAYS = ("date", "year", "month", "day", "weekday", "isoweekday", "isocalendar")
SOMETIMES = (ast.If, ast.IfExp, ast.ExceptHandler)
MAX_WAYS = 20
MAX_CALLERS = 3


def answered_alike(sites: Sites, site: CallSite) -> bool:
    """Whether the same input is sent again and again and has one answer, as far as can be seen."""
    return not looks_up(site) and not holds_moment(site) and not _asked_until_it_fits(sites, site)


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
            return not daily_format(above.format_spec)
        if isinstance(above, ast.Call) and above.func is top and last_name(top) == "strftime":
            return not above.args or WITHIN_A_DAY.search(ast.unparse(above.args[-1])) is not None
        if not isinstance(above, (ast.Attribute, ast.BinOp)) and not (
            isinstance(above, ast.Call) and above.func is top
        ):
            return True
        top = above


def _asked_until_it_fits(sites: Sites, site: CallSite) -> bool:
    """Whether a decorator runs a caller again, as it was, where it does not like what that made of the answer."""
    for place, path in ways_out(site.project, site.node, MAX_WAYS):
        function = named_function_of(place)
        if function is None or len(path) > MAX_CALLERS:
            continue
        if path and any(any(_again(call)) for _, _, call in run_by_decorators(site.project, function)):
            return True
    return False


def _again(call: ast.Call) -> Iterator[bool]:
    """One for each loop around a call that is left when its answer passes a test, and has not changed the request."""
    function = named_function_of(call)
    loop = next(iter(loops_around(call)), None)
    if function is None or loop is None or isinstance(loop, ast.AsyncFor) or not same_request(loop, call):
        return
    answer = related_names(function, call)
    for node in nodes_in(loop):
        if isinstance(node, ast.If) and names_in(node.test) & answer and not in_handler(node, loop):
            ends = (part for branch in (node.body, node.orelse) for statement in branch for part in nodes_in(statement))
            if any(isinstance(part, (ast.Return, ast.Break)) for part in ends):
                yield True
