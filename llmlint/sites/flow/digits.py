"""Digits: texts that a regular expression has cut out and that hold a number, whatever the model answered."""

from __future__ import annotations

import ast

from llmlint.index.evaluate import Evaluator
from llmlint.index.narrowing import assigned, has_some
from llmlint.index.scopes import Binding
from llmlint.index.tree import last_name, scope_of
from llmlint.index.values import text_of
from llmlint.patterns import regex
from llmlint.sites.flow.parsers import REGEX_METHODS, patterns

MAX_DEPTH = 3
GROUPS = regex(r"\((?!\?)([^()]*)\)")
OTHERS = regex(r"(\\D|\[\^(0-9|\\d)\])\+?")
NUMERIC = regex(r"(?:(?:\\d|\\\.|\\-|[-0-9]|\[[-0-9\\d.]+\])(?:[+*?]|\{\d+(?:,\d*)?\})?)+")


def only_digits(ev: Evaluator, node: ast.expr, depth: int = 0) -> bool:
    """Whether an expression is a group of a match, `found.group(1)` or `found.groups()[0]`, that has digits alone."""
    while isinstance(node, (ast.Call, ast.Subscript, ast.Attribute)):
        node = node.func if isinstance(node, ast.Call) else node.value
    owner = scope_of(node).lookup(node.id) if isinstance(node, ast.Name) else None
    if owner is None or not isinstance(node, ast.Name) or depth > MAX_DEPTH:
        return False
    bindings = [binding for binding in owner.bindings[node.id] if binding.kind != "augmented"]
    return bool(bindings) and all(_of(ev, binding, depth + 1) for binding in bindings)


def _of(ev: Evaluator, binding: Binding, depth: int) -> bool:
    if binding.kind == "item":  # `for group in found.groups()`
        return binding.value is not None and only_digits(ev, binding.value, depth)
    return _numeric(ev, binding.value)


def kept_digits(ev: Evaluator, node: ast.expr) -> bool:
    """Whether an expression is what digits a text has, and there are some: `int(digits) if digits else 0`."""
    value = assigned(node) if isinstance(node, ast.Name) else node
    if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
        last = text_of(ev.evaluate(value.values[-1]))
        return last is not None and last.isdecimal() and all(_picks_digits(ev, one) for one in value.values[:-1])
    return value is not None and _picks_digits(ev, value) and has_some(node)


def _picks_digits(ev: Evaluator, node: ast.expr) -> bool:
    """`"".join(sign for sign in text if sign.isdigit())`, `re.sub(r"\\D", "", text)`."""
    if not isinstance(node, ast.Call) or not node.args:
        return False
    if last_name(node.func) == "sub" and len(node.args) > 2:
        pattern, instead = (text_of(ev.evaluate(argument)) for argument in node.args[:2])
        return pattern is not None and OTHERS.fullmatch(pattern) is not None and instead == ""
    picked = node.args[0]
    if last_name(node.func) != "join" or not isinstance(picked, (ast.GeneratorExp, ast.ListComp)):
        return False
    tests = [test for part in picked.generators for test in part.ifs if isinstance(test, ast.Call)]
    return isinstance(picked.elt, ast.Name) and any(
        last_name(test.func) in ("isdigit", "isdecimal")
        and isinstance(test.func, ast.Attribute)
        and ast.unparse(test.func.value) == picked.elt.id
        for test in tests
    )


def _numeric(ev: Evaluator, search: ast.expr | None) -> bool:
    """Whether all that a search captures are digits."""
    if not isinstance(search, ast.Call) or last_name(search.func) not in REGEX_METHODS or not search.args:
        return False
    compiled = list(patterns(ev, search.func.value)) if isinstance(search.func, ast.Attribute) else []
    found = compiled if any(compiled) else list(patterns(ev, search.args[0]))
    captured = [group for pattern in found if pattern is not None for group in GROUPS.findall(pattern)]
    return None not in found and bool(captured) and all(NUMERIC.fullmatch(group) for group in captured)
