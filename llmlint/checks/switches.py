"""Debug switches of SDKs that are left on: they write whole requests and answers to the log."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.checks.finding import Finding, Sites
from llmlint.index.testcode import is_test
from llmlint.index.tree import ancestors, last_name, named_function_of, nodes_in, parent
from llmlint.index.values import alternatives, dotted
from llmlint.patterns import regex

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.rulebook.sdk_model import Sdk

ASKED = regex(r"(?i)debug|verbose|log")


def debug_switches(sites: Sites) -> Iterator[Finding]:
    """The first switch of each SDK that a program turns on whatever is asked of it, the others related."""
    for sdk in {site.match.surface.sdk.name: site.match.surface.sdk for site in sites.outside_tests}.values():
        switch = sdk.debug
        for name in sorted({*switch.lasts, *switch.environment}):
            for path in sites.project.files.mentioning(name):
                module = sites.project.module(path)
                if module is None or is_test(module) or module.source.cells is not None:
                    continue
                for node in _turned_on(sites, sdk, module, name):
                    if _always(sites, node):
                        fields = {"switch": ast.unparse(node), "call": sdk.name, "log": ast.unparse(node)}
                        yield Finding(module, node, "debug", fields)
                        break


def _turned_on(sites: Sites, sdk: Sdk, module: Module, name: str) -> Iterator[ast.stmt | ast.Call]:
    """Where a module turns on the switch that ends in this name."""
    evaluate = sites.project.evaluator.evaluate
    for store in module.attribute_stores.get(name, ()):
        statement = parent(store)
        if isinstance(statement, ast.Assign) and _on(statement.value):
            if any(
                f"{sdk.canonical(dotted(o))}.{name}" in sdk.debug.assignments
                for o in alternatives(evaluate(store.value))
            ):
                yield statement
    for call in module.calls.get(name, ()):
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        if (_on(given[0]) if given else name.startswith("_")) and any(
            sdk.canonical(dotted(option)) in sdk.debug.functions for option in alternatives(evaluate(call.func))
        ):
            yield call
    if name in sdk.debug.environment:
        for node in nodes_in(module.tree):
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if (
                isinstance(node, ast.Assign)
                and isinstance(target, ast.Subscript)
                and last_name(target.value) == "environ"
            ):
                if isinstance(target.slice, ast.Constant) and target.slice.value == name and _on(node.value):
                    yield node


def _on(value: ast.expr) -> bool:
    if not isinstance(value, ast.Constant):
        return False
    return value.value is True or (isinstance(value.value, str) and value.value.lower() == "debug")


def _always(sites: Sites, node: ast.AST, depth: int = 0) -> bool:
    """Whether a place is reached in any case: no test around it, nor around every known call of its function."""
    function = named_function_of(node)
    for above in ancestors(node):
        if above is function:
            break
        if isinstance(above, (ast.If, ast.IfExp, ast.ExceptHandler)) and "__main__" not in ast.unparse(above)[:60]:
            return False
    if function is None:
        return True
    if ASKED.search(function.name) or depth > 2:
        return False
    callers = sites.project.callers(function)
    return not callers or any(_always(sites, caller.call, depth + 1) for caller in callers)
