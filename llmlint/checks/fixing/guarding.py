"""The fix that reads content that may be None as an empty text."""

from __future__ import annotations

import ast

from llmlint.checks.fixing.edits import replacing_expression, source_of
from llmlint.diagnostics import Applicability, Fix, Operation
from llmlint.index.module import Module
from llmlint.index.scopes import Binding
from llmlint.index.tree import FUNCTIONS, ancestors, parent, scope_of
from llmlint.sites.flow.trace import Use

SEARCHES = ("search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split")
PLACES = (ast.Name, ast.Attribute, ast.Subscript)
READ_ELSEWHERE = (ast.Compare, ast.Return, ast.Yield, ast.Dict, ast.Tuple, ast.List, ast.Assign, ast.keyword)
LOOSER_THAN_OR = (ast.IfExp, ast.Lambda, ast.NamedExpr)


def or_empty(uses: list[Use]) -> Fix | None:
    """`content.strip()` → `(content or "").strip()`, at every use; none where an empty text would be no better.

    Nor is there one where a handler stands around it, which would then not hear of it. Several uses of one name get it
    where the name is bound, unless None may mean something there.
    """
    modules = {use.module for use in uses}
    contents = [content for use in uses if (content := _content(use)) is not None]
    if len(modules) != 1 or len(contents) != len(uses) or any(_is_enclosed(use.node) for use in uses):
        return None
    (module,) = modules
    found = [_binding(content) for content in contents]
    bound = {binding.value if binding and _is_text(binding, contents) else None for binding in found}
    at_binding = len(bound) == 1 and len(uses) > 1 and None not in bound
    if not at_binding and any(_read_later(content, contents) for content in contents):
        return None
    places = list(bound) if at_binding else contents
    operations = [_operation(module, place) for place in places if place is not None]
    return Fix(Applicability.UNSAFE, 'Treat None as an empty text: `… or ""`', tuple(dict.fromkeys(operations)))


def _is_enclosed(node: ast.AST) -> bool:
    """Whether a handler stands around the place, here, or the quotes of a text with holes, where no others fit in."""
    below = node
    for above in ancestors(node):
        if isinstance(above, ast.JoinedStr):
            return True
        if isinstance(above, FUNCTIONS):
            return False
        if isinstance(above, ast.Try) and above.handlers and below in above.body:
            return True
        below = above
    return False


def _content(use: Use) -> ast.expr | None:
    """The expression that may be None; None where an empty text fails at that place as well."""
    node = use.node
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and use.how == f".{node.func.attr}()":
            return node.func.value if hasattr(str, node.func.attr) else None
        if use.how == "len()":
            return node.args[0]
        return _searched(node)
    if isinstance(node, ast.Subscript):
        return node.value if isinstance(node.slice, ast.Slice) else None
    if isinstance(node, ast.Compare) and len(node.comparators) == 1:
        return node.comparators[0]
    if isinstance(node, ast.BinOp):
        fixed = (ast.Constant, ast.JoinedStr)
        others = [side for side in (node.left, node.right) if not isinstance(side, fixed)]
        return others[0] if len(others) == 1 and isinstance(others[0], PLACES) else None
    return node if use.how == "+=" and isinstance(node, ast.expr) else None


def _searched(call: ast.Call) -> ast.expr | None:
    """The text that a regular expression is looked for in: the last argument that can be one."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in SEARCHES:
        return None
    replacing = func.attr.startswith("sub")
    place = (1 if replacing else 0) + (
        1 if isinstance(func.value, ast.Name) and func.value.id in ("re", "regex") else 0
    )
    return call.args[place] if place < len(call.args) else None


def _binding(content: ast.expr) -> Binding | None:
    """The one assignment that gives a name its value."""
    owner = scope_of(content).lookup(content.id) if isinstance(content, ast.Name) else None
    bindings = owner.bindings[content.id] if owner is not None and isinstance(content, ast.Name) else []
    return bindings[0] if len(bindings) == 1 and bindings[0].kind == "value" and bindings[0].value is not None else None


def _read_later(content: ast.expr, contents: list[ast.expr]) -> bool:
    """Whether a call further down is handed what a name holds: it would be the next to get None."""
    if not isinstance(content, ast.Name):
        return False
    owner = scope_of(content)
    later = [load for load in owner.loads.get(content.id, ()) if load.lineno > content.lineno and load not in contents]
    return any(isinstance(above := parent(load), ast.Call) and load in above.args for load in later)


def _is_text(binding: Binding, contents: list[ast.expr]) -> bool:
    """Whether nobody asks if the name is None, and nobody gets it who could."""
    owner = scope_of(binding.node).lookup(binding.name)
    for load in owner.module.name_loads(binding.name) if owner is not None else ():
        above = parent(load)
        if scope_of(load).lookup(load.id) is not owner or load in contents:
            continue
        if isinstance(above, READ_ELSEWHERE):
            return False
        if isinstance(above, ast.Call) and load in above.args and getattr(above.func, "id", "") not in ("len", "print"):
            return False
    return True


def _operation(module: Module, content: ast.expr) -> Operation:
    old = source_of(module, content)
    new = f'({old}) or ""' if isinstance(content, LOOSER_THAN_OR) else f'{old} or ""'
    if _is_operand(content) and not _in_brackets(module, content):
        new = f"({new})"
    return replacing_expression(module, content, new)


def _is_operand(content: ast.expr) -> bool:
    return isinstance(parent(content), (ast.Attribute, ast.Subscript, ast.BinOp, ast.Compare))


def _in_brackets(module: Module, content: ast.expr) -> bool:
    """Whether the expression stands in brackets of its own."""
    above = parent(content)
    if not isinstance(above, ast.expr):
        return False
    whole, own = source_of(module, above), source_of(module, content)
    before, _, after = whole.partition(own)
    return before.rstrip().endswith("(") and after.lstrip().startswith(")")
