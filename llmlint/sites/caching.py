"""Caches: whether something keeps the answer of a call, at its function, its callers or for the whole program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import (
    assigned_to,
    head_of,
    last_name,
    loops_around,
    named_function_of,
    nodes_in,
    parent,
    position_of,
)
from llmlint.patterns import regex
from llmlint.sites.evidence import form_of
from llmlint.sites.gateway_caches import asked_of_gateway
from llmlint.sites.kept_by_hand import kept_by_hand
from llmlint.sites.missing_keys import may_be_missing
from llmlint.sites.outward import ways_out
from llmlint.sites.own_decorators import run_by_decorators
from llmlint.sites.records.logs import names_in, related_names

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.index.callers import Caller
    from llmlint.sites.callsite import CallSite

CACHE_NAME = regex(r"(?i)(?<!prompt_)(?<!no_)cache|memo(?:iz|is|_?table|ry_cache)|redis")
NO_ANSWER_CACHE = regex(
    r"(?i)cache_control|prompt_cache|kv_cache|cache_resource|use_cache_key|no_cache|cached_content|cachepoint|cache_clear"
    r"|(client|session|connection|tokenizer|encoder|encoding)s?_?cache|cached_(client|session|connection|tokenizer)"
)
MAX_WAYS = 60


def cached(sites: Sites, site: CallSite) -> bool:
    """Whether a cache stands on any way to the call, or is switched on for the whole program."""
    if cached_everywhere(sites, site):
        return True
    return any(
        cached_at(sites, place) or (path and _taken(sites, path[-1]))
        for place, path in ways_out(site.project, site.node, 30)
    )


def cached_everywhere(sites: Sites, site: CallSite) -> bool:
    """Whether a cache is switched on for the whole program, or stands on what the call itself decorates."""
    names = {match.surface.sdk.name for match in site.matches}
    if all(asked_of_gateway(sites, site, match) for match in site.matches):
        return True
    if any(not entry.sdks or names & set(entry.sdks) for entry in sites.evidence.process("cache", site.module)):
        return True
    return site.decorated is not None and _kept(sites, site.decorated)


def cached_at(sites: Sites, place: ast.AST) -> bool:
    """Whether a cache stands on the function of a place, or around it."""
    function = named_function_of(place)
    if function is None:
        return False
    if _kept(sites, function) or any(True for _ in sites.evidence.managers(place, "cache")):
        return True
    if _looks_up(function, place) or _fills_gap(function, place) or kept_by_hand(sites.project, function, place):
        return True
    return any(_run_on_a_miss(sites, call) for _, _, call in run_by_decorators(sites.project, function))


def _run_on_a_miss(sites: Sites, call: ast.Call) -> bool:
    """Whether what a decorator of the project makes of a function looks for the answer first."""
    around = named_function_of(call)
    return around is not None and (_looks_up(around, call) or kept_by_hand(sites.project, around, call))


def _taken(sites: Sites, caller: Caller) -> bool:
    """Whether a cache is given the function: `ask = memory.cache(_ask)`."""
    taken = sites.evidence.taking(caller, "cache")
    return any(form_of(function) not in entry.broken_on for function, entry in taken)


def _kept(sites: Sites, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a decorator keeps what the function returns."""
    form = form_of(function)
    return any(form not in entry.broken_on for entry, _ in sites.evidence.decorators(function, "cache"))


def _looks_up(function: ast.FunctionDef | ast.AsyncFunctionDef, place: ast.AST) -> bool:
    """Whether the function reads and fills something that is called a cache, or looks up before and fills after."""
    found: list[tuple[ast.AST, list[ast.expr]]] | None = function.__dict__.get("looks_up")
    if found is None:
        found = function.__dict__["looks_up"] = list(_lookups(function))
    for node, put in found:
        if isinstance(node, (ast.Name, ast.Attribute)):
            return True
        if _comes_before(node, place) and not _gives_callee(_looked_into(node), function, place):
            if _of_call(function, place, put):
                return True
    return False


def looked_up_in(function: ast.FunctionDef | ast.AsyncFunctionDef, holder: str) -> bool:
    """Whether a function looks for an answer in what it fills under this spelling, and that outlives its run."""
    asked = any(_looked_into(node) == holder for node in nodes_in(function) if _looks(node))
    return asked and _outlives(function, holder)


def _looks(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in READING
    return isinstance(node, ast.Compare) or (isinstance(node, ast.Subscript) and may_be_missing(node))


def _fills_gap(function: ast.FunctionDef | ast.AsyncFunctionDef, place: ast.AST) -> bool:
    """Whether a mapping asks for what it has not yet, and keeps it: `__missing__`, with `self[key] = …` in it."""
    stored = (n for n in nodes_in(function) if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store))
    values = [getattr(parent(n), "value", None) for n in stored if ast.unparse(n.value) == "self"]
    return function.name == "__missing__" and _of_call(function, place, [v for v in values if v is not None])


def _looked_into(lookup: ast.AST) -> str:
    """What a test, a call or a subscript looks for something in."""
    if isinstance(lookup, ast.Subscript):
        return ast.unparse(lookup.value)
    if not isinstance(lookup, (ast.Compare, ast.Call)):
        return ""
    if isinstance(lookup, ast.Compare):
        return ast.unparse(lookup.comparators[0]).removesuffix(".keys()")
    return ast.unparse(lookup.func.value) if isinstance(lookup.func, ast.Attribute) else ""


def _gives_callee(holder: str, function: ast.FunctionDef | ast.AsyncFunctionDef, place: ast.AST) -> bool:
    """Whether the holder keeps what is called there, such as a client for each key, and not what the call gives."""
    taken = re.compile(re.escape(holder) + r"(\[|\.(get|setdefault)\()")
    callee = place.func if isinstance(place, ast.Call) else None
    if callee is None:
        return False
    head = head_of(callee)
    bound = function.__dict__["inner"].bindings.get(head.id, []) if isinstance(head, ast.Name) else []
    sources = [callee, *(binding.value for binding in bound if binding.value is not None)]
    return any(taken.match(ast.unparse(source)) for source in sources)


def _of_call(function: ast.FunctionDef | ast.AsyncFunctionDef, place: ast.AST, put: list[ast.expr]) -> bool:
    """Whether something of what a call gives is put where its function looks up."""
    made = related_names(function, place) if isinstance(place, ast.Call) else set()
    return any(place in nodes_in(value) or names_in(value) & made for value in put)


def _comes_before(lookup: ast.AST, place: ast.AST) -> bool:
    """Whether a lookup is made before the call is, in the same turn or in an earlier one of a loop around both."""
    if position_of(lookup) < position_of(place):
        return True
    around = {id(loop) for loop in loops_around(place)}
    return any(id(loop) in around for loop in loops_around(lookup))


def _lookups(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[ast.AST, list[ast.expr]]]:
    """The names of caches in a function; also what looks up something that the function fills, and what with."""
    read: list[tuple[str, ast.AST]] = []
    filled: dict[str, list[ast.expr]] = {}
    for node in nodes_in(function):
        name = last_name(node) if not _switched_off(node) else ""
        if name and CACHE_NAME.search(name) and not NO_ANSWER_CACHE.search(name):
            yield node, []
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            read.append((_looked_into(node), node))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            holder = ast.unparse(node.func.value)
            if node.func.attr in READING or (READING_BY_NAME.match(node.func.attr) and _answered_early(function, node)):
                read.append((_looked_into(node), node))
            elif node.func.attr in FILLING or FILLING_BY_NAME.match(node.func.attr):
                filled.setdefault(holder, []).extend([*node.args, *(keyword.value for keyword in node.keywords)])
        elif isinstance(node, ast.Subscript) and may_be_missing(node):
            read.append((_looked_into(node), node))
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            statement = parent(node)
            value = getattr(statement, "value", None)
            filled.setdefault(ast.unparse(node.value), []).extend([value] if value is not None else [])
    yield from ((node, filled[holder]) for holder, node in read if filled.get(holder) and _outlives(function, holder))


def _answered_early(function: ast.FunctionDef | ast.AsyncFunctionDef, lookup: ast.Call) -> bool:
    """Whether a function returns what it found where it found something: `if found is not None: return found`."""
    found = assigned_to(lookup)
    name = found.id if found is not None else ""
    choices = (node for node in nodes_in(function) if isinstance(node, ast.If) and name in names_in(node.test))
    answers = (statement.value for choice in choices for statement in choice.body if isinstance(statement, ast.Return))
    return bool(name) and any(answer is not None and name in names_in(answer) for answer in answers)


def _switched_off(node: ast.AST) -> bool:
    """Whether nothing is put in the place of a cache: `litellm.cache = None`."""
    above = parent(node)
    stored = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    return stored and isinstance(above, ast.Assign) and getattr(above.value, "value", ...) in (None, False)


def _outlives(function: ast.FunctionDef | ast.AsyncFunctionDef, holder: str) -> bool:
    """Whether what a holder keeps is there at the function's next run: a local one where it was loaded."""
    if IN_PLACE.search(holder):  # the last of a list of messages is looked at and completed, and holds no answers
        return False
    bindings = function.__dict__["inner"].bindings.get(holder.partition("[")[0], [])
    return all(isinstance(b.value, ast.Call) and LOADING.search(last_name(b.value.func)) for b in bindings)


IN_PLACE = regex(r"\[-?\d+\]$")
LOADING = regex(r"(?i)(^|_)(load|read|open|restore)")
READING = frozenset({"get", "exists", "fetch", "lookup", "hget"})
READING_BY_NAME = regex(r"(get|lookup|look_up|find|fetch|load|read|recall)_")
FILLING_BY_NAME = regex(r"(set|put|add|save|store|insert|write|remember)_")
FILLING = frozenset({"set", "setex", "put", "setdefault", "hset", "store", "psetex"})
