"""Names, attributes and calls, and what a function gives back."""

from __future__ import annotations

import ast

from llmlint.index.scopes import Block, Scope
from llmlint.index.walk.stack import Handler, Item, push

MUTATORS = frozenset({"append", "extend", "insert", "update", "setdefault", "pop", "popitem", "clear", "remove", "add"})


def _name(node: ast.Name, scope: Scope, block: Block, stack: list[Item]) -> None:
    if isinstance(node.ctx, ast.Load):
        scope.loads.setdefault(node.id, []).append(node)
    elif isinstance(node.ctx, ast.Del):
        scope.changes.setdefault(node.id, []).append(node)


def _constant(node: ast.Constant, scope: Scope, block: Block, stack: list[Item]) -> None:
    return


def _attribute(node: ast.Attribute, scope: Scope, block: Block, stack: list[Item]) -> None:
    module = scope.module
    table = module.attribute_loads if isinstance(node.ctx, ast.Load) else module.attribute_stores
    table.setdefault(node.attr, []).append(node)
    node.__dict__["scope"] = scope
    stack.append((node.value, node, scope, block))


def _call(node: ast.Call, scope: Scope, block: Block, stack: list[Item]) -> None:
    func = node.func
    if isinstance(func, ast.Attribute):
        name = func.attr
        if name in MUTATORS:
            _change(func.value, node, scope)
    else:
        name = func.id if isinstance(func, ast.Name) else "()"
    scope.module.calls.setdefault(name, []).append(node)
    node.__dict__["scope"] = scope
    for keyword in reversed(node.keywords):
        keyword.__dict__["up"] = node
        stack.append((keyword.value, keyword, scope, block))
    for argument in reversed(node.args):
        stack.append((argument, node, scope, block))
    stack.append((func, node, scope, block))


def _exit(node: ast.Return | ast.Yield | ast.YieldFrom, scope: Scope, block: Block, stack: list[Item]) -> None:
    push(node.value, node, scope, block, stack)
    owner = scope
    while owner.kind == "comprehension" and owner.parent is not None:
        owner = owner.parent
    exits = owner.node.__dict__.get("exits")
    if exits is not None:
        exits[not isinstance(node, ast.Return)].append(node)


def _subscript(node: ast.Subscript, scope: Scope, block: Block, stack: list[Item]) -> None:
    if not isinstance(node.ctx, ast.Load):
        _change(node.value, node, scope)
    stack.append((node.slice, node, scope, block))
    stack.append((node.value, node, scope, block))


def _change(holder: ast.expr, change: ast.AST, scope: Scope) -> None:
    """Note what alters a container, or a mapping that it holds: `config["limits"]["tokens"] = 500`.

    Of those within it, only what is done to known keys: the rest says little and costs the evaluator much.
    """
    if isinstance(holder, ast.Subscript) and not _is_plain(change):
        return
    while isinstance(holder, ast.Subscript) and isinstance(holder.slice, ast.Constant):
        holder = holder.value
    if isinstance(holder, ast.Name):
        scope.changes.setdefault(holder.id, []).append(change)


def _is_plain(change: ast.AST) -> bool:
    """Whether a change is to a known key, or an update."""
    if isinstance(change, ast.Subscript):
        return isinstance(change.slice, ast.Constant)
    return isinstance(change, ast.Call) and isinstance(change.func, ast.Attribute) and change.func.attr == "update"


HANDLERS: dict[type, Handler] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Return: _exit,
    ast.Yield: _exit,
    ast.YieldFrom: _exit,
    ast.Subscript: _subscript,
}
