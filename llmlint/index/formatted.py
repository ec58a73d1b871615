"""Texts with replacement fields, and what is put into them: `str.format`, and the templates of frameworks."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index import text
from llmlint.index.values import (
    Const,
    Frame,
    Member,
    Result,
    Template,
    Union,
    Value,
    alternatives,
    dotted,
    text_of,
    union,
)

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

TEMPLATES = ("PromptTemplate", "PromptTemplate.from_template", "ChatPromptTemplate.from_template")
FRAMEWORKS = ("langchain", "langchain_core", "llama_index")
SUBSTITUTING = ("substitute", "safe_substitute")
FIELDS = ("template", "template_str")


def filled(ev: Evaluator, base: Const | Template, node: ast.Call, frame: Frame | None) -> Value:
    """`base.format(…)`: what stands in a field, where that is text, and a hole for every other."""
    given = {one.arg: ev.evaluate(one.value, frame) for one in node.keywords if one.arg is not None}
    for number, argument in enumerate(node.args):
        if isinstance(argument, ast.Starred):
            break
        given[str(number)] = ev.evaluate(argument, frame)
    return text.made_by(_put(base, {name: value for name, value in given.items() if _is_text(value)}), node)


def _is_text(value: Value) -> bool:
    return any(isinstance(option, Template) or text_of(option) is not None for option in alternatives(value))


def _put(base: Const | Template, given: dict[str, Value]) -> Value:
    """The text with these in its fields; where one may be several texts, each; of more of them, none."""
    several = [name for name, value in given.items() if isinstance(value, Union)]
    if len(several) == 1:
        options = alternatives(given[several[0]])
        return union([_put(base, {**given, several[0]: option}) for option in options])
    known = {name: value for name, value in given.items() if name not in several}
    return text.format_holes(base, known)


def of_template(ev: Evaluator, callee: Member, node: ast.Call, frame: Frame | None) -> Value | None:
    """The text that a template gives: `template.format(…)`, `template.substitute(…)`, or None where it is none."""
    if callee.name in SUBSTITUTING:
        found = [text.made_by(text.dollar_holes(one), node) for one in _written_with_dollars(ev, callee.base)]
        return union(found) if found else None
    found = [filled(ev, one, node, frame) for one in _written(ev, callee.base)] if callee.name == "format" else []
    return union(found) if found else None


def _written_with_dollars(ev: Evaluator, template: Value) -> list[Value]:
    """The texts that an object of the standard library's template may have been built with."""
    if not isinstance(template, Result) or template.call is None or dotted(template.callee) != "string.Template":
        return []
    call = template.call
    given = call.args[0] if call.args else next((one.value for one in call.keywords if one.arg == "template"), None)
    return [o for o in alternatives(ev.evaluate(given, template.frame)) if _is_text(o)] if given is not None else []


def _written(ev: Evaluator, template: Value) -> list[Const | Template]:
    """The text that a template was built with, and what was put into it since."""
    if not isinstance(template, Result) or template.call is None:
        return []
    if isinstance(template.callee, Member) and template.callee.name == "partial_format":
        inner = _written(ev, template.callee.base)
        parts = [filled(ev, one, template.call, template.frame) for one in inner]
        options = [option for part in parts for option in alternatives(part)]
        return [option for option in options if isinstance(option, (Const, Template))]
    path = dotted(template.callee)
    if path.partition(".")[0] not in FRAMEWORKS or not path.endswith(TEMPLATES):
        return []
    call, module = template.call, template.module
    given = next((one.value for one in call.keywords if one.arg in FIELDS), call.args[0] if call.args else None)
    value = ev.evaluate(given, template.frame) if given is not None and module is not None else None
    options = list(alternatives(value)) if value is not None else []
    return [option for option in options if isinstance(option, (Const, Template)) and _is_text(option)]
