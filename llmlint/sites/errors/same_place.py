"""The same place: what a handler gives where the text stands in the objects that its function gives otherwise."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.calls import parameter_of
from llmlint.index.tree import exits, scope_of
from llmlint.index.values import Function, alternatives
from llmlint.patterns import regex

if TYPE_CHECKING:
    from llmlint.index.project import Project

DISTINCT = regex(
    r"(?i)^(error|errors|err|status|status_code|success|ok|failed|is_error|exception|error_?code|error_message|warnings?)$"
)
DONE = regex(r"(?i)(^|_)(\w{2,}ed|sent|made|found|written)(_|$)")
ENDING = regex(r"(?i)finish|stop|done|role")
LEAVES = (ast.Attribute, ast.BinOp, ast.Call, ast.Constant, ast.JoinedStr, ast.Name, ast.Subscript)


def inside(project: Project, given: ast.expr, wraps: tuple[str, ...], usual: ast.expr | None = None) -> ast.expr | None:
    """The part of an answer that stands where the text stands; None where a field tells the two apart.

    `wraps` is what was put around the text, outermost first; `usual` is what is given where nothing fails, if known.
    """
    if wraps[:1] == ("*",) and not isinstance(given, (ast.List, ast.Tuple)):
        wraps = wraps[1:]  # of what a generator yields
    if not wraps:
        return given if isinstance(given, LEAVES) else None
    step, rest = wraps[0], wraps[1:]
    if isinstance(given, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in given.keys]
        if any(isinstance(key, str) and DISTINCT.match(key) for key in keys) or any(map(_tells, given.values)):
            return None
        if isinstance(usual, ast.Dict) and _switched(given, usual):
            return None
        for key, value in zip(keys, given.values, strict=True):
            if isinstance(key, str) and step == f".{key}":
                return inside(project, value, rest)
    if isinstance(given, ast.Call):
        if any(map(tells_apart, given.keywords)):
            return None
        for keyword in given.keywords:
            if step == f".{keyword.arg}":
                return inside(project, keyword.value, rest)
        return _made(project, given, wraps)
    if isinstance(given, ast.Tuple) and step.startswith("#") and step[1:].isdigit():
        others = [part for number, part in enumerate(given.elts) if number != int(step[1:])]
        beside = usual.elts if isinstance(usual, ast.Tuple) and len(usual.elts) == len(given.elts) else given.elts
        as_usual = [part for part, other in zip(given.elts, beside, strict=True) if _may_be(other, part)]
        if any(isinstance(part, ast.Constant) and part not in as_usual for part in others):
            return None
        if int(step[1:]) >= len(given.elts):
            return None
        return inside(project, given.elts[int(step[1:])], rest)
    return None


def _switched(given: ast.Dict, usual: ast.Dict) -> bool:
    """Whether a key that says what was done holds True or False that is found out otherwise: `"saved": False`.

    A verdict of the model, `"relevant": False`, is as good as an answer.
    """
    flags = {
        key.value: value.value
        for key, value in zip(given.keys, given.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(value, ast.Constant)
        if isinstance(value.value, bool) and DONE.search(key.value) and not ENDING.search(key.value)
    }
    for key, value in zip(usual.keys, usual.values, strict=True):
        flag = flags.get(key.value) if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
        if flag is not None and getattr(value, "value", None) is not flag and not _may_be(value, ast.Constant(flag)):
            return True
    return False


def _may_be(usual: ast.expr, constant: ast.expr) -> bool:
    """Whether what stands there otherwise says if a word is in a text, which may be the same True or False."""
    if not isinstance(constant, ast.Constant) or not isinstance(constant.value, bool):
        return False
    if isinstance(usual, ast.Name):
        scope = scope_of(usual).lookup(usual.id)
        bound = scope.bindings.get(usual.id, ()) if scope is not None and not DISTINCT.match(usual.id) else ()
        return any(_seeks(binding.value) for binding in bound)
    return _seeks(usual)


def _seeks(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In)


def _made(project: Project, call: ast.Call, wraps: tuple[str, ...]) -> ast.expr | None:
    """The same for what a function of the project makes of its arguments: `error_event(f"Error: {error}")`."""
    options = list(alternatives(project.evaluator.evaluate(call.func)))
    maker = options[0] if len(options) == 1 and isinstance(options[0], Function) else None
    if maker is None or isinstance(maker.node, ast.Lambda):
        return None
    returns, yields = exits(maker.node)
    made = returns[0].value if len(returns) == 1 and not yields else None
    part = inside(project, made, wraps) if isinstance(made, ast.Dict) else None
    if not isinstance(part, ast.Name):
        return part
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return next((argument for argument in given if parameter_of(maker, call, argument) == part.id), None)


def other_fields(given: ast.expr | None) -> frozenset[str]:
    """The keys of an answer that hold constants, those apart that say why or that an answer has come to its end."""
    if not isinstance(given, ast.Dict):
        return frozenset()
    pairs = zip(given.keys, given.values, strict=True)
    names = (getattr(key, "value", None) for key, value in pairs if isinstance(value, ast.Constant))
    return frozenset(name for name in names if isinstance(name, str) and not ENDING.search(name))


def tells_apart(field: ast.keyword) -> bool:
    """Whether a field of an object tells a failure from an answer, by its name or by what it is set to."""
    return field.arg is not None and (bool(DISTINCT.match(field.arg)) or _tells(field.value))


def _tells(node: ast.expr) -> bool:
    """Whether a caller can tell by a field: `Action.SKIP`, a member of an enumeration, or `"error"`."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(DISTINCT.match(node.value))
    return isinstance(node, ast.Attribute) and node.attr.isupper() and isinstance(node.value, ast.Name)
