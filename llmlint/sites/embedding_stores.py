"""Stores of embeddings: whether the vectors that a call gives are kept in one, or are made anew for each query."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import (
    exits,
    last_name,
    named_function_of,
    nodes_in,
    parent,
    scope_of,
)
from llmlint.index.values import Function, alternatives, text_of
from llmlint.patterns import regex
from llmlint.sites.caching import MAX_WAYS, cached_at, cached_everywhere
from llmlint.sites.errors.passable import passable
from llmlint.sites.flow import vectors
from llmlint.sites.records.logs import names_in

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.index.callers import Caller
    from llmlint.sites.callsite import CallSite

STORING = regex(r"(?i)add|upsert|insert|index|store|ingest|save|load_docs|build|populate|write|sync|import|train")
INTO_INDEX = regex(r"^_*upsert_to_|^_*to_(\w+_)?(index|vector_?store)$")  # Pinecone's data sets are put into an index
INTO_FILE = regex(
    r"^to_(parquet|feather|pickle|csv|json|sql|hdf|excel|gbq|stata|orc|zarr)$"
)  # a table, with its columns
INSERTING = regex(r"(?i)\b(insert|replace)\s+(or \w+\s+)?into\b|\bupdate\b.+\bset\b|\bmerge\b")
RUNNING_SQL = regex(r"(?i)exec|quer|sql")
STORING_CALL = regex(
    r"^(a|async_|bulk_|batch_|chunked_)?(add|upsert|insert|(merge_or_)?upload)(_(texts?|documents?|docs|embeddings?|vectors?|records?|rows|entities|points|chunks|nodes|data|many|one|all))?$"
    r"|^(save|write|a?bulk_(create|update))$"
)
MAX_TO_STORE = 3


def embedded_anew(sites: Sites, site: CallSite) -> bool:
    """Whether some way to an embedding has no cache and does not put it into a store, which then holds it."""
    if cached_everywhere(sites, site):
        return False
    function = named_function_of(site.node)
    if function is not None and _ends_in_store(sites, function, site.node):
        return False
    return _neither(sites, site.node, (), None, set())


def _neither(sites: Sites, start: ast.Call, way: tuple[Caller, ...], position: int | None, seen: set[int]) -> bool:
    """Whether some way outward from the callers passed, or from a call at first, leads past all stores and caches."""
    call, depth = way[-1].call if way else start, len(way)
    function = named_function_of(call)
    seen.add(id(call))
    if depth <= MAX_TO_STORE and _stored_at(sites, call, function, depth, position):
        return False
    if function is None:
        return True
    if cached_at(sites, call) or len(seen) > MAX_WAYS:
        return False
    callers = sites.project.callers(function)
    there = position if _returned(call) else vectors.position_returned(function, call)
    return not callers or any(
        _neither(sites, start, (*way, caller), there, seen)
        for caller in callers
        if id(caller.call) not in seen and passable(start, (*way, caller))
    )


def put_into_store(sites: Sites, call: ast.Call) -> bool:
    """Whether the function around a call puts the vector that it gives into a store, be it returned as well or not."""
    function = named_function_of(call)
    around = function if function is not None else scope_of(call).module.tree
    return (
        _into_store(call)
        or vectors.put_on_document(call)
        or _put_away(sites, around, vectors.holding(around, call, None))
    )


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
    return _put_away(sites, function, made)


def _put_away(sites: Sites, function: ast.AST, made: set[str]) -> bool:
    """Whether a function, or module, puts what has one of these names into a store."""
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
    itself = isinstance(call.func, ast.Attribute) and (INTO_INDEX.search(call.func.attr) or _saves_itself(call))
    return [*given, call.func.value] if itself and isinstance(call.func, ast.Attribute) else given


def _saves_itself(call: ast.Call) -> bool:
    """Whether a table is written somewhere, and not just turned into text: `df.to_parquet(path)`."""
    return bool(INTO_FILE.search(last_name(call.func))) and bool(call.args or call.keywords)


def _stores(call: ast.Call) -> bool:
    """Whether a call puts its arguments into a store: by its name, or by a statement of SQL that inserts."""
    name = last_name(call.func)
    if name in ("execute", "executemany") and call.args:
        return bool(INSERTING.search(ast.unparse(call.args[0])))
    return isinstance(call.func, ast.Attribute) and bool(
        STORING_CALL.search(name) or INTO_INDEX.search(name) or _saves_itself(call)
    )
