"""Retry objects: what runs a block or a function again: `for attempt in Retrying(…)`, `retrier(function)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.handed_to import handed_on
from llmlint.index.tree import FUNCTIONS, ancestors
from llmlint.index.values import Member, Result, Value, alternatives
from llmlint.records import entity
from llmlint.sites.errors.run_places import taken_at
from llmlint.sites.evidence import passed

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.rulebook.evidence_model import Argument, Evidence

DEPTH = 2
LOOPS = (ast.For, ast.AsyncFor)


@entity
class Applied:
    """A library's retry at a place: `node` is the loop or `call` that runs it again, `made` what built the object."""

    entry: Evidence
    node: ast.For | ast.AsyncFor | ast.Call
    call: ast.Call | None
    made: ast.Call | None

    def given(self, argument: Argument | None) -> ast.expr | None:
        """What it is given for an argument, where the object is built or where it is called."""
        return passed(self.made if argument.constructor else self.call, argument) if argument is not None else None

    @property
    def holder(self) -> ast.expr:
        """What most of its arguments stand in."""
        said = self.made or self.call
        return said if said is not None else self.node.iter if isinstance(self.node, LOOPS) else self.node


def around_place(sites: Sites, place: ast.AST, reference: ast.expr | None, depth: int = DEPTH) -> Iterator[Applied]:
    """What a library runs again, from a place outward to its function; `reference` is what a call there takes."""
    for call, handed in taken_at(place, reference):
        yield from _taking(sites, call, handed, depth)
    below = place
    for above in ancestors(place):
        if isinstance(above, FUNCTIONS) and not isinstance(above, ast.Lambda):
            return
        if isinstance(above, LOOPS) and below in above.body:
            yield from _loop(sites, above)
        below = above


def _loop(sites: Sites, loop: ast.For | ast.AsyncFor) -> Iterator[Applied]:
    target = loop.iter.func if isinstance(loop.iter, ast.Call) else loop.iter
    for option in alternatives(sites.project.evaluator.evaluate(target)):
        entry = sites.evidence.named(option, "retry", "loops")
        if entry is not None and entry.strength != "weak":
            call = loop.iter if isinstance(loop.iter, ast.Call) else _construction(option)
            yield Applied(entry, loop, call, call)


def _taking(sites: Sites, call: ast.Call, reference: ast.expr, depth: int) -> Iterator[Applied]:
    """What a call that is handed a function runs it again with, itself or in the function of the project that it is."""
    for option in alternatives(sites.project.evaluator.evaluate(call.func)):
        entry = sites.evidence.named(option, "retry", "calls")
        if entry is not None and entry.strength != "weak" and sites.evidence.satisfied(entry, call):
            yield Applied(entry, call, call, _construction(option))
        entry = sites.evidence.named(option, "retry", "decorators")
        if isinstance(option, Result) and entry is not None and entry.strength != "weak" and not entry.needs:
            yield Applied(entry, call, option.call, option.call)
    for place, handed in handed_on(sites.project, call, reference) if depth else ():
        yield from around_place(sites, place, handed, depth - 1)


def _construction(option: Value) -> ast.Call | None:
    """The call that built the object whose method this is."""
    found = None
    while isinstance(option, (Member, Result)):
        if isinstance(option, Result):
            found, option = option.call or found, option.callee
        else:
            option = option.base
    return found
