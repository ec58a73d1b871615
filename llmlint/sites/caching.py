"""Caches: whether something keeps the answer of a call, at its function, its callers or for the whole program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.calls import exits
from llmlint.index.tree import (
    head_of,
    last_name,
    loops_around,
    named_function_of,
    nodes_in,
    parent,
    position_of,
    scope_of,
)
from llmlint.index.values import Function, alternatives, text_of
from llmlint.patterns import regex
from llmlint.sites.evidence import form_of
from llmlint.sites.flow import vectors
from llmlint.sites.kept_by_hand import kept_by_hand
from llmlint.sites.outward import ways_out
from llmlint.sites.records.logs import names_in, related_names

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.sites.callsite import CallSite

CACHE_NAME = regex(r"(?i)(?<!prompt_)(?<!no_)cache|memo(?:iz|is|_?table|ry_cache)|redis")
NO_ANSWER_CACHE = regex(
    r"(?i)cache_control|prompt_cache|kv_cache|cache_resource|use_cache_key|no_cache|cached_content|cachepoint|cache_clear"
    r"|(client|session|connection|tokenizer|encoder|encoding)s?_?cache|cached_(client|session|connection|tokenizer)"
)
STORING = regex(r"(?i)add|upsert|insert|index|store|ingest|save|load_docs|build|populate|write|sync|import|train")
INTO_INDEX = regex(r"^_*upsert_to_|^_*to_(\w+_)?(index|vector_?store)$")  # Pinecone's data sets are put into an index
INSERTING = regex(r"(?i)\b(insert|replace)\s+(or \w+\s+)?into\b|\bupdate\b.+\bset\b|\bmerge\b")
RUNNING_SQL = regex(r"(?i)exec|quer|sql")
STORING_CALL = regex(
    r"^(a|async_|bulk_|batch_|chunked_)?(add|upsert|insert|(merge_or_)?upload)(_(texts?|documents?|docs|embeddings?|vectors?|records?|rows|entities|points|chunks|nodes|data|many|one|all))?$"
    r"|^(save|write)$"
)


MAX_TO_STORE = 3
MAX_WAYS = 60


def cached(sites: Sites, site: CallSite) -> bool:
    """Whether a cache stands on any way to the call, or is switched on for the whole program."""
    if _cached_everywhere(sites, site):
        return True
    return any(_cached_at(sites, place) for place, _ in ways_out(site.project, site.node, 30))


def _cached_everywhere(sites: Sites, site: CallSite) -> bool:
    names = {match.surface.sdk.name for match in site.matches}
    if any(not entry.sdks or names & set(entry.sdks) for entry in sites.evidence.process("cache", site.module)):
        return True
    return site.decorated is not None and _kept(sites, site.decorated)


def _cached_at(sites: Sites, place: ast.AST) -> bool:
    """Whether a cache stands on the function of a place, or around it."""
    function = named_function_of(place)
    if function is None:
        return False
    if _kept(sites, function) or any(True for _ in sites.evidence.managers(place, "cache")):
        return True
    return _looks_up(function, place) or kept_by_hand(sites.project, function, place)


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
        if not isinstance(node, (ast.Compare, ast.Call)):
            return True
        if _comes_before(node, place) and not _gives_callee(_looked_into(node), function, place):
            if _of_call(function, place, put):
                return True
    return False


def looked_up_in(function: ast.FunctionDef | ast.AsyncFunctionDef, holder: str) -> bool:
    """Whether a function looks for an answer in what it fills under this spelling, and that outlives its run."""
    reads = (node for node in nodes_in(function) if isinstance(node, (ast.Compare, ast.Call)))
    asked = any(_looked_into(node) == holder for node in reads if isinstance(node, ast.Compare) or _reads(node))
    return asked and _outlives(function, holder)


def _reads(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in READING


def _looked_into(lookup: ast.Compare | ast.Call) -> str:
    """What a test or a call looks for something in."""
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
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            statement = parent(node)
            value = getattr(statement, "value", None)
            filled.setdefault(ast.unparse(node.value), []).extend([value] if value is not None else [])
    yield from ((node, filled[holder]) for holder, node in read if filled.get(holder) and _outlives(function, holder))


def _answered_early(function: ast.FunctionDef | ast.AsyncFunctionDef, lookup: ast.Call) -> bool:
    """Whether a function returns what it found where it found something: `if found is not None: return found`."""
    above = parent(lookup)
    above = parent(above) if isinstance(above, ast.Await) else above
    name = getattr(above.targets[0], "id", "") if isinstance(above, ast.Assign) else ""
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


def embedded_anew(sites: Sites, site: CallSite) -> bool:
    """Whether some way to an embedding has no cache and does not put it into a store, which then holds it."""
    if _cached_everywhere(sites, site):
        return False
    function = named_function_of(site.node)
    if function is not None and _ends_in_store(sites, function, site.node):
        return False
    return _neither(sites, site.node, 0, None, set())


def _neither(sites: Sites, call: ast.Call, depth: int, position: int | None, seen: set[int]) -> bool:
    """Whether some way outward from a call leads past all stores and caches."""
    function = named_function_of(call)
    seen.add(id(call))
    if depth <= MAX_TO_STORE and _stored_at(sites, call, function, depth, position):
        return False
    if function is None:
        return True
    if _cached_at(sites, call) or len(seen) > MAX_WAYS:
        return False
    callers = sites.project.callers(function)
    there = position if _returned(call) else vectors.position_returned(function, call)
    return not callers or any(
        _neither(sites, caller.call, depth + 1, there, seen) for caller in callers if id(caller.call) not in seen
    )


def put_into_store(sites: Sites, call: ast.Call) -> bool:
    """Whether the function around a call puts the vector that it gives into a store of the application."""
    function = named_function_of(call)
    around = function if function is not None else scope_of(call).module.tree
    return _into_store(call) or vectors.put_on_document(call) or _ends_in_store(sites, around, call)


def _stored_at(
    sites: Sites,
    call: ast.Call,
    function: ast.FunctionDef | ast.AsyncFunctionDef | None,
    depth: int,
    position: int | None,
) -> bool:
    """Whether the function around a call, or the module, puts what the call gives into a store."""
    if _into_store(call) or vectors.put_on_document(call) or (function is not None and _store_function(function)):
        return True
    if function is None:
        return _ends_in_store(sites, scope_of(call).module.tree, call)
    return depth > 0 and _ends_in_store(sites, function, call, position)


def _returned(call: ast.Call) -> bool:
    """Whether a function returns what a call returns as it is."""
    return isinstance(parent(call), ast.Return)


def _store_function(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the function's purpose is to put things into a store, by its name and by a storing call in it."""
    storing = any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and STORING_CALL.search(n.func.attr)
        for n in nodes_in(function)
    )
    return storing and bool(STORING.search(function.name))


def _into_store(call: ast.Call) -> bool:
    above = parent(call)
    while above is not None and not isinstance(above, ast.stmt):
        if isinstance(above, ast.Call) and _stores(above):
            return True
        above = parent(above)
    return False


def _ends_in_store(
    sites: Sites,
    function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Module,
    call: ast.Call,
    position: int | None = None,
) -> bool:
    """Whether what is made of the call's result in its function, or module, goes into a store and to no caller."""
    if _returned(call):
        return False
    made = vectors.holding(function, call, position)
    returns, yields = ([], []) if isinstance(function, ast.Module) else exits(function)
    if any(node.value is not None and names_in(node.value) & made for node in returns) or yields:
        return False
    if vectors.kept_as_record(function, made):
        return True
    calls = [node for node in nodes_in(function) if isinstance(node, ast.Call)]
    if any(_stores(node) and any(names_in(part) & made for part in _stored(node)) for node in calls):
        return True
    given = (node for node in calls if any(names_in(part) & made for part in node.args))
    return any(_stored_by_project(sites, node) or _inserts(sites, node) for node in given)


def _stored_by_project(sites: Sites, call: ast.Call) -> bool:
    """Whether a call runs a function of the project that is named for storing and inserts by SQL: `store_vector(v)`."""
    if not STORING.search(last_name(call.func)):
        return False
    options = alternatives(sites.project.evaluator.evaluate(call.func))
    bodies = [option.node for option in options if isinstance(option, Function)]
    return any(isinstance(node, ast.Call) and _inserts(sites, node) for body in bodies for node in nodes_in(body))


def _inserts(sites: Sites, call: ast.Call) -> bool:
    """Whether a call that executes a statement, or a function of the project that does, is given one that inserts."""
    texts = (text_of(sites.project.evaluator.evaluate(part)) for part in call.args)
    return bool(RUNNING_SQL.search(last_name(call.func))) and any(text and INSERTING.search(text) for text in texts)


def _stored(call: ast.Call) -> list[ast.expr]:
    """What a storing call puts there: its arguments, or the thing itself that is asked to go into an index."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    itself = isinstance(call.func, ast.Attribute) and INTO_INDEX.search(call.func.attr)
    return [*given, call.func.value] if itself and isinstance(call.func, ast.Attribute) else given


def _stores(call: ast.Call) -> bool:
    """Whether a call puts its arguments into a store: by its name, or by a statement of SQL that inserts."""
    name = last_name(call.func)
    if name in ("execute", "executemany") and call.args:
        return bool(INSERTING.search(ast.unparse(call.args[0])))
    return isinstance(call.func, ast.Attribute) and bool(STORING_CALL.search(name) or INTO_INDEX.search(name))
