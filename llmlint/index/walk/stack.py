"""The stack of the walk: neither a long sum nor deep nesting can exhaust that of the interpreter."""

from __future__ import annotations

import ast
from collections.abc import Callable

from llmlint.index.scopes import Block, Scope

Item = tuple[ast.AST, ast.AST, Scope, Block]
Handler = Callable[..., None]

LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def push_children(node: ast.AST, scope: Scope, block: Block, stack: list[Item]) -> None:
    """Put all children of a node on the stack, the first on top."""
    for name in node._fields:
        value = getattr(node, name, None)
        if value.__class__ is list:
            for child in reversed(value):
                if isinstance(child, ast.AST):
                    stack.append((child, node, scope, block))
        elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
            stack.append((value, node, scope, block))


def push(value: ast.AST | None, up: ast.AST, scope: Scope, block: Block, stack: list[Item]) -> None:
    """Put a node on the stack, if there is one."""
    if value is not None:
        stack.append((value, up, scope, block))


def push_body(body: list[ast.stmt], up: ast.AST, scope: Scope, block: Block, stack: list[Item]) -> None:
    """Put the statements of a body on the stack, and note how control leaves it."""
    if body and isinstance(body[-1], LEAVING):
        block.leaves = True
        block.resumes = isinstance(body[-1], (ast.Continue, ast.Break))
    for statement in reversed(body):
        statement.__dict__.update(scope=scope, block=block)
        stack.append((statement, up, scope, block))
