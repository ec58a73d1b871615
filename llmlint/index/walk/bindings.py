"""What binds a name: assignments and imports."""

from __future__ import annotations

import ast

from llmlint.index.scopes import Binding, Block, Scope
from llmlint.index.tree import position_of
from llmlint.index.walk.stack import Handler, Item, push


def bind(
    target: ast.AST,
    kind: str,
    value: ast.expr | None,
    index: tuple[int, ...],
    node: ast.AST,
    scope: Scope,
    block: Block,
) -> None:
    """Bind the names of a target in a scope: `index` is its place in what is unpacked."""
    if isinstance(target, ast.Name):
        kind = "unpack" if index and kind == "value" else "unknown" if index and kind == "enter" else kind
        scope.bind(Binding(target.id, kind, node, block, value, index, position_of(node)))
    elif isinstance(target, (ast.Tuple, ast.List)):
        starred = any(isinstance(part, ast.Starred) for part in target.elts)
        for number, part in enumerate(target.elts):
            bind(part, "unknown" if starred else kind, value, (*index, number), node, scope, block)
    elif isinstance(target, ast.Starred):
        bind(target.value, "unknown", value, index, node, scope, block)


def _assign(node: ast.Assign, scope: Scope, block: Block, stack: list[Item]) -> None:
    for target in node.targets:
        bind(target, "value", node.value, (), node, scope, block)
        stack.append((target, node, scope, block))
    stack.append((node.value, node, scope, block))


def _annotated(node: ast.AnnAssign, scope: Scope, block: Block, stack: list[Item]) -> None:
    if isinstance(node.target, ast.Name):
        kind = "value" if node.value is not None else "annotation"
        binding = Binding(node.target.id, kind, node, block, node.value, (), position_of(node), node.annotation)
        scope.bind(binding)
    stack.append((node.target, node, scope, block))
    stack.append((node.annotation, node, scope, block))
    push(node.value, node, scope, block, stack)


def _augmented(node: ast.AugAssign, scope: Scope, block: Block, stack: list[Item]) -> None:
    if isinstance(node.target, ast.Name):
        scope.bind(Binding(node.target.id, "augmented", node, block, node.value, (), position_of(node)))
    stack.append((node.target, node, scope, block))
    stack.append((node.value, node, scope, block))


def _walrus(node: ast.NamedExpr, scope: Scope, block: Block, stack: list[Item]) -> None:
    bind(node.target, "value", node.value, (), node, scope, block)
    stack.append((node.target, node, scope, block))
    stack.append((node.value, node, scope, block))


def _import(node: ast.Import, scope: Scope, block: Block, stack: list[Item]) -> None:
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        scope.bind(Binding(name, "import", alias, block, None, (), position_of(node)))
        alias.__dict__["up"] = node
    scope.module.imports.append(node)


def _import_from(node: ast.ImportFrom, scope: Scope, block: Block, stack: list[Item]) -> None:
    for alias in node.names:
        alias.__dict__["up"] = node
        if alias.name == "*":
            scope.module.stars.append(node)
        else:
            scope.bind(Binding(alias.asname or alias.name, "from", alias, block, None, (), position_of(node)))
    scope.module.imports.append(node)


HANDLERS: dict[type, Handler] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.NamedExpr: _walrus,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
}
