"""Defaults that a command line or a web framework fills in: `typer.Option("gpt-5")`, `@click.option("--model", …)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import FunctionNode, last_name
from llmlint.index.values import Const, Result, Symbol, Value, alternatives

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

DESCRIBING = {
    "typer": ("Option", "Argument"),
    "fastapi": ("Query", "Body", "Form", "Header", "Cookie"),
}
DECORATORS = ("click", "rich_click", "asyncclick")


def described(ev: Evaluator, value: Value) -> Value | None:
    """What a parameter is when nothing is given for it, where its default describes it and says that."""
    if not isinstance(value, Result) or not isinstance(value.callee, Symbol) or value.call is None:
        return None
    path = value.callee.path
    if path.rpartition(".")[2] not in DESCRIBING.get(path.partition(".")[0], ()):
        return None
    return _text(ev, value.call.args[0] if value.call.args else _keyword(value.call, "default"))


def of_decorator(ev: Evaluator, function: FunctionNode, name: str) -> Value | None:
    """The default that a decorator of click gives a parameter."""
    for decorator in getattr(function, "decorator_list", ()):
        if not isinstance(decorator, ast.Call) or last_name(decorator.func) != "option":
            continue
        if not any(
            isinstance(option, Symbol) and option.path.partition(".")[0] in DECORATORS
            for option in alternatives(ev.evaluate(decorator.func))
        ):
            continue
        spelled = [part.value for part in decorator.args if isinstance(part, ast.Constant)]
        if name in _names([text for text in spelled if isinstance(text, str)]):
            return _text(ev, _keyword(decorator, "default"))
    return None


def _names(spelled: list[str]) -> list[str]:
    """The parameter that an option is for: one named as such, else the longest spelling."""
    plain = [text for text in spelled if text.isidentifier()]
    return plain or [max(spelled, key=len).lstrip("-").replace("-", "_")] if spelled else []


def _text(ev: Evaluator, given: ast.expr | None) -> Value | None:
    value = ev.evaluate(given) if given is not None else None
    return value if isinstance(value, Const) and isinstance(value.value, str) else None


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
