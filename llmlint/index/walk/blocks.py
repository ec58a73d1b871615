"""What opens a block: branches, loops, handlers and `with`."""

from __future__ import annotations

import ast

from llmlint.index.scopes import Binding, Block, Scope
from llmlint.index.tree import position_of
from llmlint.index.walk.bindings import bind
from llmlint.index.walk.stack import Handler, Item, push, push_body


def _branches(node: ast.AST, scope: Scope, block: Block, stack: list[Item], fields: tuple[str, ...]) -> None:
    for name in fields:
        body = getattr(node, name)
        if body:
            push_body(body, node, scope, Block(block, node, name), stack)


def _if(node: ast.If, scope: Scope, block: Block, stack: list[Item]) -> None:
    _branches(node, scope, block, stack, ("orelse", "body"))
    stack.append((node.test, node, scope, block))


def _while(node: ast.While, scope: Scope, block: Block, stack: list[Item]) -> None:
    _branches(node, scope, block, stack, ("orelse", "body"))
    stack.append((node.test, node, scope, block))


def _for(node: ast.For | ast.AsyncFor, scope: Scope, block: Block, stack: list[Item]) -> None:
    inside = Block(block, node, "body")
    bind(node.target, "item", node.iter, (), node, scope, inside)
    if node.orelse:
        push_body(node.orelse, node, scope, Block(block, node, "orelse"), stack)
    push_body(node.body, node, scope, inside, stack)
    stack.append((node.target, node, scope, inside))
    stack.append((node.iter, node, scope, block))


def _try(node: ast.Try, scope: Scope, block: Block, stack: list[Item]) -> None:
    if node.finalbody:
        push_body(node.finalbody, node, scope, block, stack)
    _branches(node, scope, block, stack, ("orelse",))
    for handler in reversed(node.handlers):
        handler.__dict__.update(up=node, scope=scope, block=block)
        inside = Block(block, handler, "body")
        if handler.name:
            scope.bind(Binding(handler.name, "exception", handler, inside, handler.type, (), position_of(handler)))
        push_body(handler.body, handler, scope, inside, stack)
        push(handler.type, handler, scope, block, stack)
    _branches(node, scope, block, stack, ("body",))


def _with(node: ast.With | ast.AsyncWith, scope: Scope, block: Block, stack: list[Item]) -> None:
    leaves, resumes = block.leaves, block.resumes
    push_body(node.body, node, scope, block, stack)
    block.leaves, block.resumes = leaves, resumes
    for item in reversed(node.items):
        item.__dict__["up"] = node
        if item.optional_vars is not None:
            bind(item.optional_vars, "enter", item.context_expr, (), item.optional_vars, scope, block)
            stack.append((item.optional_vars, item, scope, block))
        stack.append((item.context_expr, item, scope, block))


def _match(node: ast.Match, scope: Scope, block: Block, stack: list[Item]) -> None:
    for case in reversed(node.cases):
        case.__dict__["up"] = node
        inside = Block(block, case, "body")
        for part in ast.walk(case.pattern):
            name = getattr(part, "name", None) or getattr(part, "rest", None)
            if isinstance(name, str):
                scope.bind(Binding(name, "unknown", part, inside, None, (), position_of(part)))
        push_body(case.body, case, scope, inside, stack)
        push(case.guard, case, scope, inside, stack)
        stack.append((case.pattern, case, scope, inside))
    stack.append((node.subject, node, scope, block))


HANDLERS: dict[type, Handler] = {
    ast.If: _if,
    ast.While: _while,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.Try: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Match: _match,
}
if hasattr(ast, "TryStar"):
    HANDLERS[ast.TryStar] = _try
