"""Kept failures: what a handler gives in place of an answer, put into a cache that the program keeps by hand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from llmlint.index.tree import exits, named_function_of, nodes_in, parent, position_of, up_to
from llmlint.sites.caching import FILLING, looked_up_in
from llmlint.sites.errors.default_answers import answer_of
from llmlint.sites.errors.fillers import filled_in, is_filler
from llmlint.sites.errors.handlers import Handler
from llmlint.sites.errors.nearest import nearest
from llmlint.sites.errors.taken_results import tests
from llmlint.sites.outward import FunctionDef, deciding
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.sites.callsite import CallSite

LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)
MAX_DEPTH = 3


class KeptFailure(NamedTuple):
    """The place whose failure a handler answers, and the statement that puts what it gives into a cache."""

    place: ast.Call
    handler: Handler
    store: ast.stmt

    @property
    def cache(self) -> str:
        """How the cache is spelled."""
        call = self.store.value if isinstance(self.store, ast.Expr) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            return ast.unparse(call.func.value)
        return ast.unparse(self.store).partition("[")[0]


def kept_failures(sites: Sites, site: CallSite) -> Iterator[KeptFailure]:
    """The handlers around a call, or around callers, whose default goes into a cache as an answer does."""
    for place, _, handler, _ in nearest(sites.project, site, set()):
        function = named_function_of(place)
        if handler is None or function is None or not isinstance(place, ast.Call):
            continue
        for store in _in_function(function, handler, place) or _in_callers(sites, function, handler):
            yield KeptFailure(place, handler, store)


def _in_function(function: FunctionDef, handler: Handler, place: ast.Call) -> list[ast.stmt]:
    """What keeps a default that the handler puts under the name of the answer, in the same function."""
    block = parent(handler.node)
    inside = [node for statement in handler.body for node in nodes_in(statement)]
    if not isinstance(block, ast.Try) or any(isinstance(node, LEAVING) for node in inside):
        return []
    given = {t.id for node in inside for t in _targets(node) if isinstance(node, ast.Assign) and _default(node.value)}
    given &= logs.related_names(function, place)
    end = (block.end_lineno or 0, block.end_col_offset or 0)
    stores = (store for store in _stores(function, given) if position_of(store) > end)
    return [store for store in stores if not _guarded(store, function, given)]


def _in_callers(sites: Sites, function: FunctionDef, handler: Handler) -> list[ast.stmt]:
    """What keeps the default that a function returns for a failure, in its callers and theirs."""
    gives = any(node.value is not None for node in exits(function)[0])
    if not gives or answer_of(sites, handler, function) is None:
        return []
    zeros = isinstance(handler.node, ast.ExceptHandler) and _fills(handler.node)
    found: list[ast.stmt] = []
    level = [function]
    for _ in range(MAX_DEPTH):
        above: list[FunctionDef] = []
        for caller in (caller for below in level for caller in deciding(sites.project.callers(below))):
            outer = named_function_of(caller.call)
            if outer is None or (not zeros and tests(caller.call)):
                continue
            names = logs.related_names(outer, caller.call)
            found += [store for store in _stores(outer, names) if zeros or not _guarded(store, outer, names)]
            if isinstance(parent(caller.call), ast.Return):
                above.append(outer)
        level = above
    return found


def _fills(handler: ast.ExceptHandler) -> bool:
    """Whether a handler gives zeros, which no test for emptiness tells from an answer."""
    last = handler.body[-1]
    returned = last.value if isinstance(last, ast.Return) else None
    return filled_in(handler) is not None or (returned is not None and is_filler(returned))


def _stores(function: FunctionDef, names: set[str]) -> Iterator[ast.stmt]:
    """The statements of a function that put something named so, as it is, into a cache that it looks into."""
    for node in nodes_in(function):
        put = node.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
        if isinstance(node, ast.stmt) and put is not None and isinstance(put.func, ast.Attribute):
            given = put.args[1:] if put.func.attr in FILLING and named_function_of(node) is function else []
            if any(isinstance(one, ast.Name) and one.id in names for one in given):
                if looked_up_in(function, ast.unparse(put.func.value)):
                    yield node
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            target = node.targets[0]
            as_it_is = isinstance(node.value, ast.Name) and node.value.id in names
            if as_it_is and named_function_of(node) is function:
                if looked_up_in(function, ast.unparse(target.value)):
                    yield node


def _guarded(store: ast.AST, function: FunctionDef, names: set[str]) -> bool:
    """Whether a test of what is kept stands around the statement that keeps it."""
    ifs = (above for above in up_to(store, function) if isinstance(above, ast.If))
    return any(logs.names_in(test.test) & names for test in ifs)


def _targets(node: ast.AST) -> Iterator[ast.Name]:
    for target in node.targets if isinstance(node, ast.Assign) else ():
        if isinstance(target, ast.Name):
            yield target


def _default(value: ast.expr) -> bool:
    """Whether a value is written down: a constant, a sentence, nothing, zeros."""
    if isinstance(value, (ast.List, ast.Dict, ast.Tuple)):
        return not ast.unparse(value).strip("[](){}")
    return isinstance(value, (ast.Constant, ast.JoinedStr)) or is_filler(value)
