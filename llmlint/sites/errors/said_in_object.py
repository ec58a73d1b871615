"""Said in an object: a handler that answers with the kind of object that holds the text, but holds a sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name, named_function_of, nodes_in, up_to
from llmlint.sites.errors.error_words import sentence
from llmlint.sites.errors.nearest import Reached, nearest
from llmlint.sites.errors.same_place import tells_apart
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.sites.callsite import CallSite

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def said_in_objects(sites: Sites, site: CallSite) -> Iterator[tuple[Reached, ast.Return, str]]:
    """The handlers that end an error of a call so: where they stand, what they return, and the sentence in it."""
    for reached in nearest(sites.project, site, set()):
        function = named_function_of(reached.place)
        handler = reached.handler.node if reached.handler is not None else None
        if not isinstance(handler, ast.ExceptHandler) or function is None or not isinstance(reached.place, ast.Call):
            continue
        last = handler.body[-1]
        given = _made(last) if isinstance(last, ast.Return) else None
        text = _said(sites, given, handler, function, reached.place) if given is not None else None
        if isinstance(last, ast.Return) and text is not None:
            yield reached, last, text


def _said(
    sites: Sites, given: ast.Call, handler: ast.ExceptHandler, function: FunctionDef, place: ast.Call
) -> str | None:
    """The sentence in an object of the kind that the function gives where the call has succeeded."""
    answered = logs.related_names(function, place)
    for other in _successes(function, handler):
        if ast.unparse(other.func) != ast.unparse(given.func):
            continue
        usual = {keyword.arg: keyword.value for keyword in other.keywords}
        told = {keyword.arg: keyword.value for keyword in given.keywords}
        texts = [name for name, value in usual.items() if name is not None and logs.names_in(value) & answered]
        said = [name for name in texts if name in told and sentence(sites.project, told[name], handler.name)]
        rest = [k for k in given.keywords if k.arg not in said and not _same(k.value, usual.get(k.arg))]
        if len(said) == 1 and not given.args and not any(tells_apart(keyword) for keyword in rest):
            return sentence(sites.project, told[said[0]], handler.name)
    return None


def _same(value: ast.expr, usual: ast.expr | None) -> bool:
    return usual is not None and ast.unparse(value) == ast.unparse(usual)


def _successes(function: FunctionDef, handler: ast.ExceptHandler) -> Iterator[ast.Call]:
    """What a function makes and returns apart from its handlers."""
    for node in nodes_in(function):
        if isinstance(node, ast.Return) and named_function_of(node) is function:
            made = _made(node)
            if made is not None and not any(isinstance(above, ast.ExceptHandler) for above in up_to(node, function)):
                yield made


def _made(statement: ast.Return) -> ast.Call | None:
    """The object that is made and returned, alone or as the one element of a list."""
    value = statement.value
    if isinstance(value, (ast.List, ast.Tuple)) and len(value.elts) == 1:
        value = value.elts[0]
    return value if isinstance(value, ast.Call) and last_name(value.func) else None
