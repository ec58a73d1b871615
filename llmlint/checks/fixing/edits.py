"""Fixes that checks offer, as operations on the tree."""

from __future__ import annotations

import ast

from llmlint.checks.fixing.spreads import is_free
from llmlint.diagnostics import Applicability, Fix, Operation
from llmlint.index.module import Module
from llmlint.index.scopes import Binding, Scope
from llmlint.index.tree import parent


def add_keyword(module: Module, call: ast.Call, keyword: str, value: str) -> Fix | None:
    """Give a call one more keyword: unsafe, because the call behaves differently afterwards.

    None where the call may get it already, by a synonym or by what is spread over its keywords.
    """
    if not is_free(module, call, keyword):
        return None
    return Fix(Applicability.UNSAFE, f"Add {keyword}={value}", (adding_keyword(module, call, keyword, value),))


def replace_none(module: Module, call: ast.Call, keyword: str, value: str) -> Fix | None:
    """Give a keyword that is spelled None a value: unsafe, because the call behaves differently afterwards."""
    given = next((k.value for k in call.keywords if k.arg == keyword), None)
    if not isinstance(given, ast.Constant) or given.value is not None:
        return None
    arguments = (("keyword", keyword), ("old", "None"), ("value", value))
    operation = Operation("replace-value", module.location(call), arguments)
    return Fix(Applicability.UNSAFE, f"Set {keyword}={value}", (operation,))


def rename_keyword(
    module: Module, call: ast.Call, keyword: str, to: str, applicability: Applicability = Applicability.SAFE
) -> Fix | None:
    """Spell a keyword differently: safe where the present spelling is certain to fail."""
    names = {given.arg for given in call.keywords}
    if keyword not in names or to in names:
        return None
    operation = Operation("rename-keyword", module.location(call), (("keyword", keyword), ("to", to)))
    return Fix(applicability, f"Rename {keyword} to {to}", (operation,))


def remove_keyword(module: Module, call: ast.Call, keyword: str, applicability: Applicability) -> Fix | None:
    """Take a keyword out of a call; none where its value may do something when it is worked out."""
    value = next((given.value for given in call.keywords if given.arg == keyword), None)
    if value is None or any(isinstance(node, (ast.Call, ast.Await, ast.NamedExpr)) for node in ast.walk(value)):
        return None
    operation = Operation("remove-keyword", module.location(call), (("keyword", keyword),))
    return Fix(applicability, f"Remove {keyword}", (operation,))


def replace_expression(
    module: Module,
    node: ast.expr,
    new: str,
    applicability: Applicability,
    title: str,
    imports: tuple[Operation, ...] = (),
) -> Fix:
    """Put another expression in the place of one, given as source; `imports` are what `import_name` said it needs."""
    return Fix(applicability, title, (*imports, replacing_expression(module, node, new)))


def adding_keyword(module: Module, call: ast.Call, keyword: str, value: str) -> Operation:
    """The operation of `add_keyword` alone, for fixes of several."""
    return Operation("add-keyword", module.location(call), (("keyword", keyword), ("value", value)))


def replacing_expression(module: Module, node: ast.expr, new: str) -> Operation:
    """The operation of `replace_expression` alone, for fixes of several."""
    return Operation("replace-expression", module.location(node), (("old", source_of(module, node)), ("new", new)))


def skip_unless(module: Module, statement: ast.stmt, condition: str) -> Fix | None:
    """Begin a new pass of the loop where the condition does not hold at a statement of its body.

    Safe only where nothing that a successful pass does is left out by that.
    """
    loop = parent(statement)
    if not isinstance(loop, (ast.For, ast.AsyncFor, ast.While)) or statement not in loop.body:
        return None
    arguments = (("before", str(loop.body.index(statement))), ("test", f"not {condition}"))
    operation = Operation("insert-guard", module.location(loop), arguments)
    return Fix(Applicability.SAFE, f"Skip chunks without `{condition}`", (operation,))


def import_name(module: Module, dotted: str, name: str = "") -> tuple[str, tuple[Operation, ...]] | None:
    """How to spell `dotted` (or `name` from it) in the module, and what imports it; None where the name is taken."""
    for found, bindings in module.scope.bindings.items():
        for binding in bindings:
            if _brings(binding, dotted, name) and len(bindings) == 1 and binding.block.parent is None:
                return (found, ()) if _is_free(module, found, but=module.scope) else None
    spelled = name or dotted
    if "." in spelled or not _is_free(module, spelled):
        return None
    where = module.location(module.imports[0]) if module.imports else None
    if where is None:
        return None
    return spelled, (Operation("add-import", where, (("module", dotted), ("name", name))),)


def _brings(binding: Binding, dotted: str, name: str) -> bool:
    alias, statement = binding.node, parent(binding.node)
    if not isinstance(alias, ast.alias):
        return False
    if isinstance(statement, ast.ImportFrom):
        return bool(name) and statement.level == 0 and statement.module == dotted and alias.name == name
    return not name and alias.name == dotted and (alias.asname is not None or "." not in dotted)


def _is_free(module: Module, name: str, but: Scope | None = None) -> bool:
    """Whether no scope of the module, except one, gives the name a meaning."""
    return not any(name in scope.bindings for scope in module.scopes if scope is not but)


def source_of(module: Module, node: ast.expr) -> str:
    """An expression as it is spelled."""
    return module.spelled(node) or ast.unparse(node)
