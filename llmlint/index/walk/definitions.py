"""What opens a scope: functions, classes and comprehensions."""

from __future__ import annotations

import ast

from llmlint.index.scopes import Binding, Block, Scope
from llmlint.index.tree import position_of
from llmlint.index.walk.bindings import bind
from llmlint.index.walk.stack import Handler, Item, push, push_body


def _arguments(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
    outer: Scope,
    inner: Scope,
    block: Block,
    stack: list[Item],
) -> None:
    args = node.args
    for arg in [*args.posonlyargs, *args.args, *args.kwonlyargs]:
        inner.bind(Binding(arg.arg, "parameter", arg, block, None, (), position_of(arg), arg.annotation))
    for rest, kind in ((args.vararg, "varargs"), (args.kwarg, "kwargs")):
        if rest is not None:
            inner.bind(Binding(rest.arg, kind, rest, block, None, (), position_of(rest), rest.annotation))
    outer_block = node.__dict__.get("outer_block", block)
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    for arg in [a for a in every if a is not None]:
        arg.__dict__["up"] = node
        arg.__dict__["scope"] = outer
        push(arg.annotation, arg, outer, outer_block, stack)
    for default in [*args.defaults, *args.kw_defaults]:
        if default is not None:
            default.__dict__["scope"] = outer
            stack.append((default, node, outer, outer_block))


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, block: Block, stack: list[Item]) -> None:
    scope.bind(Binding(node.name, "function", node, block, None, (), position_of(node)))
    scope.module.functions.setdefault(node.name, []).append(node)
    inner = Scope("function", node, scope, scope.module)
    body = Block(None, node, "body")
    node.__dict__.update(inner=inner, outer_block=block, exits=([], []))
    _arguments(node, scope, inner, body, stack)
    for decorator in node.decorator_list:
        decorator.__dict__["scope"] = scope
        stack.append((decorator, node, scope, block))
    push(node.returns, node, scope, block, stack)
    _declared(node.body, inner)
    push_body(node.body, node, inner, body, stack)


def _declared(body: list[ast.stmt], scope: Scope) -> None:
    """Note `global` and `nonlocal` before anything is bound; they stand at the head of a function or its blocks."""
    for statement in body:
        if isinstance(statement, (ast.Global, ast.Nonlocal)):
            kind = "global" if isinstance(statement, ast.Global) else "nonlocal"
            scope.elsewhere.update(dict.fromkeys(statement.names, kind))
        elif isinstance(statement, (ast.If, ast.With, ast.Try, ast.For, ast.While)):
            _declared(statement.body, scope)


def _lambda(node: ast.Lambda, scope: Scope, block: Block, stack: list[Item]) -> None:
    inner = Scope("lambda", node, scope, scope.module)
    body = Block(None, node, "body")
    node.__dict__.update(inner=inner, outer_block=block)
    _arguments(node, scope, inner, body, stack)
    node.body.__dict__.update(scope=inner, block=body)
    stack.append((node.body, node, inner, body))


def _class(node: ast.ClassDef, scope: Scope, block: Block, stack: list[Item]) -> None:
    scope.bind(Binding(node.name, "class", node, block, None, (), position_of(node)))
    scope.module.classes.setdefault(node.name, []).append(node)
    inner = Scope("class", node, scope, scope.module)
    node.__dict__["inner"] = inner
    for part in [*node.decorator_list, *node.bases]:
        stack.append((part, node, scope, block))
    for keyword in node.keywords:
        stack.append((keyword, node, scope, block))
    push_body(node.body, node, inner, Block(block, node, "body"), stack)


def _comprehension(
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, scope: Scope, block: Block, stack: list[Item]
) -> None:
    inner = Scope("comprehension", node, scope, scope.module)
    node.__dict__["inner"] = inner
    for number, generator in enumerate(node.generators):
        generator.__dict__["up"] = node
        where = scope if number == 0 else inner
        generator.iter.__dict__["scope"] = where
        stack.append((generator.iter, generator, where, block))
        bind(generator.target, "item", generator.iter, (), generator.target, inner, block)
        for part in [generator.target, *generator.ifs]:
            part.__dict__["scope"] = inner
            stack.append((part, generator, inner, block))
    parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    for part in parts:
        part.__dict__["scope"] = inner
        stack.append((part, node, inner, block))


HANDLERS: dict[type, Handler] = {
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.Lambda: _lambda,
    ast.ClassDef: _class,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
}
