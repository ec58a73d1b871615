"""Turns of a loop that have nothing to do with each other, and wait for each other all the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.finding import Finding, Sites, site_notes
from llmlint.index.testcode import is_test
from llmlint.index.tree import FUNCTIONS, last_name, named_function_of, nodes_in, position_of, scope_of, up_to
from llmlint.index.values import alternatives
from llmlint.patterns import regex
from llmlint.sites.callsite import CallSite
from llmlint.sites.context import is_script
from llmlint.sites.records import logs

WAITING = regex(r"(?i)sleep|limiter|acquire|rate_?limit|throttle|\bwait\b")
CHANGING = frozenset({"append", "extend", "insert", "add", "update", "pop", "setdefault", "remove", "clear", "put"})
Listing = ast.ListComp | ast.SetComp | ast.DictComp
Loop = ast.For | Listing


def sequential_independent_calls(site: CallSite, sites: Sites) -> Iterator[Finding]:
    """A call, or one of a function around it, in a loop whose turns have nothing to do with each other."""
    if site.reference is not None or site.kind == "agent":
        return
    loop = _loop(site.node) if site.context != "script" else None
    if loop is not None:
        if not _kept(site, loop) and _independent(loop, site.node):
            fields = {"call": site.spelled, "loop": _spelled(loop)}
            yield Finding(site.module, site.node, fields=fields, confidence=site.confidence)
        return
    for place in _asking(site, sites):
        around = _loop(place)
        if around is not None and _independent(around, place):
            fields = {"call": ast.unparse(place.func), "loop": _spelled(around)}
            module = scope_of(place).module
            yield Finding(module, place, fields=fields, related=site_notes([site]), confidence=site.confidence)


def _asking(site: CallSite, sites: Sites) -> Iterator[ast.Call]:
    """The calls of a function that makes this one call and changes nothing: each is a turn of its own."""
    function = site.function
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or site.context == "tests":
        return
    if not site.answers and site.kind != "embedding":
        return
    if sum(other.function is function for other in sites.sites) > 1 or _changes(function):
        return
    if WAITING.search(ast.unparse(function)):
        return
    known = {id(decorator) for _, decorator in sites.evidence.decorators(function, "retry")}
    if any(id(decorator) not in known for decorator in function.decorator_list):
        return
    for caller in sites.project.callers(function):
        started = isinstance(function, ast.AsyncFunctionDef) and not _awaited(caller.call)
        if caller.reference is not None or started or last_name(caller.call.func) != function.name:
            continue
        called = alternatives(sites.project.evaluator.evaluate(caller.call.func))
        if [getattr(option, "node", None) for option in called] != [function]:
            continue  # another function that may be meant may remember what was asked before
        if not is_test(caller.module) and not is_script(sites.project, caller.module):
            yield caller.call


def _awaited(call: ast.Call) -> bool:
    return any(isinstance(above, ast.Await) for above in up_to(call, scope_of(call).node))


def _changes(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function changes something that is there at its next run."""
    bound = function.__dict__["inner"].bindings
    own = {name for name, found in bound.items() if all(binding.kind != "parameter" for binding in found)}
    for node in nodes_in(function):
        changed: ast.expr | None = None
        if isinstance(node, (ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom)):
            return True
        if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, (ast.Store, ast.Del)):
            changed = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
            changed = node.func.value
        if changed is not None and not (logs.names_in(changed) and logs.names_in(changed) <= own):
            return True
    return False


def _independent(loop: Loop, call: ast.Call) -> bool:
    """Whether what is asked in a turn depends on the turn, and not on what came of others."""
    if WAITING.search(ast.unparse(loop)) or _told_of_each(loop):
        return False
    target = {name for each in _targets(loop) for name in logs.names_in(each)}
    bound = {n.id for n in ast.walk(loop) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} - target
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    used = frozenset(name for argument in given for name in logs.names_in(argument))
    answers = logs.related_names(loop, call)
    carried = (_sources(loop, call, used) - target) & answers or any(_grows(node, used) for node in ast.walk(loop))
    leaves = any(isinstance(node, (ast.Break, ast.Return)) for node in ast.walk(loop))
    return not carried and not leaves and bool(used & (target | bound))


def _sources(loop: Loop, call: ast.Call, used: frozenset[str]) -> set[str]:
    """What the names used come from, where each turn sets them anew before the call: `prompt = f"{row}"`."""
    before: dict[str, list[ast.expr]] = {}
    for statement in loop.body if isinstance(loop, ast.For) else ():
        if isinstance(statement, ast.Assign) and call not in nodes_in(statement) and statement.targets:
            name = statement.targets[0]
            if (
                isinstance(name, ast.Name)
                and len(statement.targets) == 1
                and position_of(statement) < position_of(call)
            ):
                before.setdefault(name.id, []).append(statement.value)
    stores = (n for n in ast.walk(loop) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    count: dict[str, int] = {}
    for store in stores:
        count[store.id] = count.get(store.id, 0) + 1
    anew = {name: values for name, values in before.items() if count.get(name) == len(values)}
    found: set[str] = set()
    ahead = list(used)
    while ahead:
        source = ahead.pop()
        values = anew.pop(source, [])
        inner = {each for value in values for each in logs.names_in(value)}
        ahead += inner - found - {source}
        if not values or source in inner:
            found.add(source)
    return found


def _told_of_each(loop: Loop) -> bool:
    """Whether the loop tells its source how far it is, which takes one item after another: `consumer.commit()`."""
    sources = {ast.unparse(loop.iter)} if isinstance(loop, ast.For) else set()
    effects = (node.value for node in ast.walk(loop) if isinstance(node, ast.Expr))
    told = (call.func for call in effects if isinstance(call, ast.Call))
    return any(isinstance(func, ast.Attribute) and ast.unparse(func.value) in sources for func in told)


def _kept(site: CallSite, loop: Loop) -> bool:
    """Whether the call is a coroutine that is put aside in the loop, to be awaited with the others."""
    client = site.match.surface.client
    if not (site.match.operation.is_async or (client is not None and client.is_async)):
        return False
    return not any(isinstance(above, ast.Await) or _runs(above) for above in up_to(site.node, loop))


def _runs(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in ("run", "run_until_complete", "async_to_sync")


def _loop(node: ast.AST) -> Loop | None:
    """The loop over data right around a call that is no stream read piece by piece."""
    function = named_function_of(node)
    below: ast.AST = node
    for above in up_to(node, function if function is not None else scope_of(node).module.tree):
        if isinstance(above, (ast.AsyncFor, ast.While, ast.GeneratorExp, *FUNCTIONS)):
            return None
        inside = isinstance(above, ast.For) and isinstance(below, ast.stmt) and below in above.body
        if inside or (isinstance(above, Listing) and not isinstance(below, ast.comprehension)):
            assert isinstance(above, (ast.For, ast.ListComp, ast.SetComp, ast.DictComp))
            return None if any(map(_counts, _iterated(above))) else above
        below = above
    return None


def _counts(source: ast.expr) -> bool:
    return isinstance(source, ast.Call) and getattr(source.func, "id", "") == "range"


def _iterated(loop: Loop) -> list[ast.expr]:
    return [loop.iter] if isinstance(loop, ast.For) else [each.iter for each in loop.generators]


def _targets(loop: Loop) -> list[ast.expr]:
    return [loop.target] if isinstance(loop, ast.For) else [each.target for each in loop.generators]


def _spelled(loop: Loop) -> str:
    return f"for {ast.unparse(_targets(loop)[0])}"


def _grows(node: ast.AST, used: frozenset[str]) -> bool:
    func = node.func if isinstance(node, ast.Call) else None
    return (
        isinstance(func, ast.Attribute) and func.attr in ("append", "extend") and bool(logs.names_in(func.value) & used)
    )
