"""Factories: functions that look at a model's name and build one of several clients for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.conditions import decide
from llmlint.index.tree import (
    ancestors,
    class_of,
    earlier,
    last_name,
    named_function_of,
    nodes_in,
    parameters,
    parent,
    scope_of,
    up_to,
)
from llmlint.index.values import Class, Const, Origin, alternatives, const
from llmlint.patterns import regex
from llmlint.sites.callsite import CallSite
from llmlint.sites.request.platform import ModelId, written_ids

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

MADE_FOR = {
    "image": regex(r"dall-e|image|imagen"),
    "embedding": regex(r"embed"),
    "completion": regex(r"instruct|davinci|babbage|curie"),
    "audio": regex(r"tts|whisper|transcribe"),
}
"""What the names of models say that do one thing only, by the kind of call."""
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def may_be_for_another(site: CallSite, one: ModelId) -> bool:
    """Whether a factory may build the client of another class for an id, as one of several ids that it is given.

    Only an id that the tests around the constructor are seen to let in, that is the class's own, or whose name says
    that it does what this call asks for and most models do not, is not.
    """
    holder = class_of(site.function) if site.function is not None else None
    if holder is None or one.origin is None or _is_made_for(site.kind, one.id):
        return False
    if len({id_ for _, id_ in written_ids(site)}) < 2:
        return False
    ev = site.project.evaluator
    built = list(_constructions(site, Class(site.module, holder)))
    if not built or _is_own(one.origin, Class(site.module, holder), [call for call, _ in built]):
        return False
    return not any(_lets_in(ev, call, factory, one) for call, factory in built)


def _is_made_for(kind: str, id_: str) -> bool:
    return kind in MADE_FOR and MADE_FOR[kind].search(id_) is not None


def _is_own(origin: Origin, owner: Class, built: list[ast.Call]) -> bool:
    """Whether an id is written for a class: in it, as a constant that it reads, or in a module of which others build
    its objects."""
    node, statement = origin.node, parent(origin.node)
    if any(isinstance(above, ast.ClassDef) for above in ancestors(node)):
        return True
    if origin.module is not owner.module:
        return False
    names = {t.id for t in statement.targets if isinstance(t, ast.Name)} if isinstance(statement, ast.Assign) else ()
    if any(owner.node in ancestors(load) for name in names for load in origin.module.name_loads(name)):
        return True
    return all(scope_of(call).module is not owner.module for call in built)


def _constructions(site: CallSite, owner: Class) -> Iterator[tuple[ast.Call, FunctionDef | None]]:
    """The calls that build an object of a class or of one below it, with the functions around them."""
    project = site.project
    for one in (owner, *project.subclasses(owner)):
        method = project.method(one, "__init__")
        for caller in project.callers(method.node) if method is not None else ():
            if one.node in _classes(project.evaluator, caller.call):
                yield caller.call, named_function_of(caller.call)


def _classes(ev: Evaluator, call: ast.Call) -> list[ast.ClassDef]:
    return [option.node for option in alternatives(ev.evaluate(call.func)) if isinstance(option, Class)]


def _lets_in(ev: Evaluator, call: ast.Call, factory: FunctionDef | None, one: ModelId) -> bool:
    """Whether the function around a constructor builds nothing else, or is certain to build this for the id."""
    tests = list(_tests(call, factory)) if factory is not None else []
    if factory is None or not tests or not _builds_others(ev, call, factory):
        return True
    names = _names(call) & {argument.arg for argument in parameters(factory)}
    if any(way and _is_type_test(test, names) for test, way in tests):
        return True  # what has another type is known not to come here
    for name in sorted(names):
        given = alternatives(ev.evaluate(_load(call, name)))
        if any(isinstance(option, Const) and option.value == one.id for option in given):
            frame = ev.activations.without_arguments(factory, None, fixed=((name, const(one.id)),))
            return all(decide(ev, test, frame) is way for test, way in tests)
    return False


def _is_type_test(test: ast.expr, names: set[str]) -> bool:
    if not isinstance(test, ast.Call) or last_name(test.func) != "isinstance" or not test.args:
        return False
    return isinstance(test.args[0], ast.Name) and test.args[0].id in names


def _load(call: ast.Call, name: str) -> ast.expr:
    return next(node for node in nodes_in(call) if isinstance(node, ast.Name) and node.id == name)


def _names(call: ast.Call) -> set[str]:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return {value.id for value in given if isinstance(value, ast.Name)}


def _tests(call: ast.Call, factory: FunctionDef) -> Iterator[tuple[ast.expr, bool]]:
    """The tests that decide whether a function comes to a call, with the way that they have to go."""
    below: ast.AST = call
    for above in up_to(call, factory):
        if isinstance(above, ast.If) and below is not above.test:
            yield above.test, below in above.body
        if isinstance(above, ast.IfExp) and below is not above.test:
            yield above.test, below is above.body
        if isinstance(above, ast.match_case):
            yield ast.Constant(None), True
        below = above
        yield from _left_before(above)


def _left_before(statement: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
    """The tests before a statement of the same block that return elsewhere."""
    for before in earlier(statement):
        if isinstance(before, ast.If) and isinstance(before.body[-1], (ast.Return, ast.Raise)):
            yield before.test, False


def _builds_others(ev: Evaluator, call: ast.Call, factory: FunctionDef) -> bool:
    """Whether a function gives what it gives a constructor to those of other classes, too."""
    own, names = _classes(ev, call), _names(call)
    for node in nodes_in(factory):
        if isinstance(node, ast.Call) and node is not call and _names(node) & names:
            if any(other not in own for other in _classes(ev, node)):
                return True
    return False
