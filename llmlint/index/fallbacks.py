"""Fallbacks: what `configuration.get(key, text)` gives where the configuration itself cannot be read."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.config import settings_files
from llmlint.index.tree import last_name
from llmlint.index.values import Env, Frame, Member, Unknown, Value, alternatives, dotted, text_of
from llmlint.patterns import regex

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

CONFIGURATION = regex(r"(?i)conf|cfg|setting|option|param|default|preference|\b(?:yaml|tomli|tomllib|toml|json)\.")


def usual(ev: Evaluator, callees: tuple[Value, ...], node: ast.Call, frame: Frame | None) -> list[Value]:
    """The text that `configuration.get(key, text)` gives where a configuration that cannot be read lacks the key."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "get" or len(node.args) != 2 or node.keywords:
        return []
    if not any(isinstance(option, Unknown) or (isinstance(option, Member) and dotted(option)) for option in callees):
        return []
    found = alternatives(ev.evaluate(node.args[1], frame))
    usable = [option for option in found if text_of(option) or isinstance(option, Env)]
    return [option for option in usable if not set_otherwise(ev, node, text_of(option))]


def set_otherwise(ev: Evaluator, lookup: ast.expr, fallback: str | None) -> bool:
    """Whether a settings file of the project holds the key of a lookup, with another text than the one behind it.

    An address is kept: what asks whether a request goes to a model can do with the usual one.
    """
    if fallback is None or "://" in fallback or not isinstance(lookup, ast.Call) or not lookup.args:
        return False
    key, holder = lookup.args[0], lookup.func.value if isinstance(lookup.func, ast.Attribute) else None
    if holder is None or last_name(lookup.func) != "get":
        return False
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
        return False
    if CONFIGURATION.search(f"{ast.unparse(holder)} {dotted(ev.evaluate(holder))}") is None:
        return False
    section = ""
    if isinstance(holder, ast.Subscript) and isinstance(holder.slice, ast.Constant):
        section = str(holder.slice.value)
    given = settings_files.written(ev.module_of(lookup).path, key.value, section)
    return bool(given) and fallback not in given
