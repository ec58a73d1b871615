"""Shortened on the way: lists that are held whole, and of which the provider or a step of the chain leaves out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.growing_lists import TRIMMING
from llmlint.index.tree import class_of, named_function_of, scope_of
from llmlint.index.values import Result, alternatives, text_of
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.records import logs

WHOLE = "disabled"  # what `truncation` is by default
STEPS = 6


def shortened_on_the_way(site: CallSite) -> bool:
    """Whether a call asks for the oldest turns to be left out, or goes through a chain with a step that does it."""
    setting = site.setting("truncation")
    if setting.state is not State.ABSENT:
        texts = [text_of(option) for option in alternatives(setting.value)] if setting.value is not None else []
        if texts != [WHOLE]:
            return True
    func = site.reference or site.node.func
    return isinstance(func, ast.Attribute) and any(map(_speaks_of_it, _steps(site, func.value, STEPS)))


def _speaks_of_it(step: ast.expr) -> bool:
    return TRIMMING.search(ast.unparse(step)) is not None


def _steps(site: CallSite, chain: ast.expr, depth: int) -> Iterator[ast.expr]:
    """The operands of a chain, `trimmer | model`, and the calls that build them."""
    if isinstance(chain, ast.BinOp) and isinstance(chain.op, ast.BitOr):
        for side in (chain.left, chain.right):
            yield side
            yield from _steps(site, side, depth)
    elif isinstance(chain, ast.Call):
        if isinstance(chain.func, ast.Attribute):  # `(trimmer | model).with_retry()`
            yield from _steps(site, chain.func.value, depth)
        for given in chain.args if depth else ():
            yield from _steps(site, given, depth - 1)
    elif isinstance(chain, (ast.Name, ast.Attribute)) and depth:
        for value in _assigned(site, chain):
            if isinstance(value, ast.BinOp):
                yield from _steps(site, value, depth - 1)
            elif isinstance(value, ast.Call):
                yield from _steps(site, value, depth - 1)
                yield value.func
        for option in alternatives(site.project.evaluator.evaluate(chain)):
            if isinstance(option, Result) and option.call is not None:
                yield option.call.func


def _assigned(site: CallSite, holder: ast.Name | ast.Attribute) -> Iterator[ast.expr]:
    """What is assigned to a name, or to an attribute of the object of the function around."""
    if isinstance(holder, ast.Name):
        scope = scope_of(holder).lookup(holder.id)
        bound = scope.bindings.get(holder.id, ()) if scope is not None else ()
        yield from (one.value for one in bound if one.value is not None and one.kind == "value")
        return
    function = named_function_of(holder)
    owner = class_of(function) if function is not None else None
    spelled = ast.unparse(holder)
    for node in logs.parts_of(owner).assignments if owner is not None else ():
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is not None and any(ast.unparse(target) == spelled for target in targets):
            yield node.value
