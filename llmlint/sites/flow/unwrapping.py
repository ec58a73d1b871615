"""Unwrapping: patterns for what only goes with a text: a fence around code, a model's thoughts, marks of sources."""

from __future__ import annotations

import ast
import re

from llmlint.index.tree import named_function_of, nodes_in, parent, scope_of
from llmlint.patterns import regex

THOUGHTS = frozenset({"think", "thinking", "thought", "thoughts", "reasoning"})
TAG = regex(r"</?\s*(?:\(\?:)?([A-Za-z][\w|]*)\)?\s*>")
FENCE = regex(r"\s*(?:\^|\\s\*|\(\?s\))*`{3}(?P<inside>(?:(?!`{3}).)*)`{3}(?:\\s\*|\$)*\s*", re.DOTALL)
MARK = regex(r"(?i)\\\[\(?(?:\\?\^|(?:doc|document|source|src|ref|cite|citation|footnote|fn)s?[ :_-]*)\(?\\d\+?\)?\\\]")
DATA = regex(r"(?i)json|ya?ml|xml|toml|csv")


def of_thoughts(pattern: str) -> bool:
    """Whether all tags that a pattern looks for stand around a model's thoughts, for which no request has a form."""
    named = {name for found in TAG.findall(pattern) for name in found.lower().split("|")}
    return bool(named) and named <= THOUGHTS


def of_source(pattern: str) -> bool:
    """Whether a pattern looks for the marks that name sources within prose: `[doc3]`, `[^2]`."""
    return MARK.fullmatch(pattern) is not None


def of_fence(pattern: str) -> bool:
    """Whether a pattern takes what stands in a code block, of data apart."""
    found = FENCE.fullmatch(pattern)
    return found is not None and not DATA.search(found["inside"])


def else_whole(call: ast.Call, text: ast.expr) -> bool:
    """Whether the whole text is used where the pattern does not match: `found.group(1) if found else text`."""
    function: ast.AST = named_function_of(call) or scope_of(call).module.tree
    spelled = _bare(text)
    inside = {id(node) for node in ast.walk(call)}
    end = (call.end_lineno or 0, call.end_col_offset or 0)
    for node in nodes_in(function):
        if not isinstance(node, (ast.Name, ast.Attribute)) or id(node) in inside or ast.unparse(node) != spelled:
            continue
        if (node.lineno, node.col_offset) > end and _stands_for_itself(node):
            return True
    return False


def _bare(text: ast.expr) -> str:
    """A text without what only trims it: `answer` of `answer.strip()`."""
    while isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute) and text.func.attr == "strip":
        text = text.func.value
    return ast.unparse(text)


def _stands_for_itself(node: ast.expr) -> bool:
    """Whether a text is returned, kept or set as it is, and not asked for a part of it."""
    above = parent(node)
    while isinstance(above, (ast.Attribute, ast.Call)) and getattr(above, "attr", "strip") == "strip":
        if isinstance(above, ast.Call) and (above.func is not node or above.args):
            return False
        node, above = above, parent(above)
    if isinstance(above, ast.IfExp):
        return above.test is not node
    return isinstance(above, (ast.Return, ast.Assign, ast.AnnAssign, ast.BoolOp))
