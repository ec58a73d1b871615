"""Whether the fields of a Pydantic class are of types that every provider's schemas know."""

from __future__ import annotations

import ast

from llmlint.index.tree import nodes_in, parent, scope_of
from llmlint.index.values import Class, Symbol, alternatives

PLAIN = frozenset({"str", "int", "float", "bool", "None", "list", "List", "Optional", "Union", "Literal"})
LISTS = frozenset({"list", "List"})
BESIDE_FIELDS = ("model_config", "Config")


def plainly_typed(owner: ast.ClassDef, around: tuple[ast.ClassDef, ...] = ()) -> bool:
    """Text, numbers, lists and classes of these; no open dict, tuple, set or type from elsewhere, and no recursion."""
    if owner in around:
        return False
    module = scope_of(owner).module
    for base in module.evaluator.project.mro(Class(module, owner)):
        if isinstance(base, Symbol):
            continue
        for statement in base.node.body:
            if isinstance(statement, ast.AnnAssign) and getattr(statement.target, "id", "") not in BESIDE_FIELDS:
                if not all(_is_plain(node, (*around, owner)) for node in nodes_in(statement.annotation)):
                    return False
    return True


def _is_plain(node: ast.AST, around: tuple[ast.ClassDef, ...]) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _in_literal(node)
    if isinstance(node, ast.Attribute):
        return node.attr in PLAIN
    if not isinstance(node, ast.Name):
        return True
    above = parent(node)
    if isinstance(above, ast.Attribute):
        return True
    if node.id in PLAIN:
        return node.id not in LISTS or (isinstance(above, ast.Subscript) and above.value is node)
    module = scope_of(node).module
    options = list(alternatives(module.evaluator.evaluate(node)))
    if len(options) != 1 or not isinstance(options[0], Class):
        return False
    order = module.evaluator.project.mro(options[0])
    paths = [base.path for base in order if isinstance(base, Symbol)]
    if any(path.startswith("enum.") for path in paths):
        return True
    return any(path.startswith("pydantic.") for path in paths) and plainly_typed(options[0].node, around)


def _in_literal(node: ast.AST) -> bool:
    above = parent(node)
    while isinstance(above, ast.Tuple):
        above = parent(above)
    return isinstance(above, ast.Subscript) and ast.unparse(above.value).endswith("Literal")
