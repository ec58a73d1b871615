"""One walk over a module's tree that fills the tables of its index."""

from __future__ import annotations

import ast

from llmlint.index.module import Module
from llmlint.index.scopes import Block, Scope
from llmlint.index.walk import bindings, blocks, definitions, expressions
from llmlint.index.walk.stack import Item, push_children

_HANDLERS = {**expressions.HANDLERS, **bindings.HANDLERS, **definitions.HANDLERS, **blocks.HANDLERS}


def build(tree: ast.Module, module: Module) -> None:
    """Index `tree` into `module`: parents, scopes, bindings, calls, attribute loads and stores."""
    top = Block(None, tree, "body")
    module.scope = Scope("module", tree, None, module)
    tree.__dict__.update(scope=module.scope, block=top)
    stack: list[Item] = [(child, tree, module.scope, top) for child in reversed(tree.body)]
    while stack:
        node, up, scope, block = stack.pop()
        node.__dict__["up"] = up
        handler = _HANDLERS.get(type(node))
        if handler is None:
            push_children(node, scope, block, stack)
        else:
            handler(node, scope, block, stack)
