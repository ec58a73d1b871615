"""Orders that change from run to run: prompt text made by running through something without an order."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.finding import Finding
from llmlint.checks.fixing.ordering import in_order
from llmlint.index.narrowing import assigned
from llmlint.index.tree import ancestors, exits, named_function_of, nodes_in, scope_of
from llmlint.index.values import Function, alternatives, dotted
from llmlint.sites.callsite import CallSite
from llmlint.sites.records import logs
from llmlint.sites.request.ingredients import ingredients

UNORDERED = frozenset(
    {"builtins.set()", "builtins.frozenset()", "os.listdir()", "os.scandir()", "glob.glob()", "glob.iglob()"}
)
LISTINGS = ("glob", "rglob", "iterdir")
SORTING = ("sorted", "len", "min", "max", "sum", "any", "all", "set", "frozenset")
COPYING = ("list", "tuple")
GROWING = ("append", "extend")


def unstable_prompt_order(site: CallSite) -> Iterator[Finding]:
    """Prompt text made by running through something without an order."""
    if not site.answers:
        return
    parts = list(ingredients(site))
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    for node in (*parts, *_filling(site, names), *_behind(site, parts)):
        source = _iterated(node)
        if source is None or _sorted(node):
            continue
        name = _without_order(site, source)
        if name and (name == "a set" or not isinstance(node, ast.FormattedValue)):
            module = scope_of(node).module
            fields = {"source": ast.unparse(source)[:60], "call": site.spelled, "what": name}
            fix = in_order(module, node, source, name) if not isinstance(node, ast.FormattedValue) else None
            yield Finding(module, source, "default", fields, fix=fix, confidence=site.confidence)
            return


def _around(site: CallSite) -> ast.AST:
    return site.function if site.function is not None else scope_of(site.node).module.tree


def _filling(site: CallSite, names: set[str]) -> Iterator[ast.For]:
    """The loops that add to what goes into the prompt, item by item: `for path in paths: prompt += path.name`."""
    for loop in logs.parts_of(_around(site)).loops:
        if isinstance(loop, ast.For) and site.node not in nodes_in(loop):
            grown = {name for statement in loop.body for node in nodes_in(statement) for name in _grown(node)}
            if any(name in names and not _put_in_order(_around(site), name) for name in grown):
                yield loop


def _grown(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add) and isinstance(node.target, ast.Name):
        if any(isinstance(n, ast.JoinedStr) or isinstance(getattr(n, "value", 0), str) for n in nodes_in(node.value)):
            yield node.target.id
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in GROWING:
        if isinstance(node.func.value, ast.Name):
            yield node.func.value.id


def _put_in_order(around: ast.AST, name: str) -> bool:
    """Whether a function sorts what stands under a name, somewhere."""
    for call in logs.parts_of(around).calls:
        holder = call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr == "sort" else None
        given = call.args if getattr(call.func, "id", "") == "sorted" else []
        if any(getattr(one, "id", "") == name for one in (holder, *given)):
            return True
    return False


def _behind(site: CallSite, parts: list[ast.AST]) -> Iterator[ast.AST]:
    """What constants of the prompt are made by, and what functions of the project return that make some of it."""
    values = [value for part in parts if isinstance(part, ast.Name) and (value := assigned(part)) is not None]
    for call in (part for part in (*parts, *values) if isinstance(part, ast.Call)):
        for option in alternatives(site.project.evaluator.evaluate(call.func)):
            if isinstance(option, Function) and not isinstance(option.node, ast.Lambda):
                yield from (n for one in exits(option.node)[0] if one.value is not None for n in nodes_in(one.value))


def _iterated(node: ast.AST) -> ast.expr | None:
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
        return node.generators[0].iter
    if isinstance(node, ast.For):
        return node.iter
    if isinstance(node, ast.FormattedValue):
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join" and node.args:
        return node.args[0] if not isinstance(node.args[0], (ast.ListComp, ast.GeneratorExp)) else None
    return None


def _sorted(node: ast.AST) -> bool:
    return any(isinstance(a, ast.Call) and getattr(a.func, "id", "") in SORTING for a in list(ancestors(node))[:2])


def _without_order(site: CallSite, source: ast.expr) -> str:
    if _makes_set(source):
        return "a set"
    call = source if isinstance(source, ast.Call) else None
    if call is not None and getattr(call.func, "id", "") in COPYING and len(call.args) == 1:
        return _without_order(site, call.args[0])
    if call is not None and isinstance(call.func, ast.Attribute) and call.func.attr in LISTINGS:
        return "a directory listing"
    if isinstance(source, ast.Name):
        function = named_function_of(source)
        around = function if function is not None else scope_of(source).module.tree
        given = [node.value for node in logs.parts_of(around).assignments if logs.targets(node) == {source.id}]
        if given and all(_makes_set(value) for value in given) and not _put_in_order(around, source.id):
            return "a set"
    options = list(alternatives(site.project.evaluator.evaluate(source)))
    paths = {dotted(option) for option in options}
    if len(paths) == 1 and next(iter(paths)) in UNORDERED:
        return "a set" if "set" in next(iter(paths)) else "a directory listing"
    return ""


def _makes_set(value: ast.expr | None) -> bool:
    if isinstance(value, (ast.Set, ast.SetComp)):
        return True
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name):
        return False
    copied = value.args[0] if value.func.id in COPYING and len(value.args) == 1 else None
    return value.func.id in ("set", "frozenset") or _makes_set(copied)
