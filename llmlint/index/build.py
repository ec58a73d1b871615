"""One walk over a module's tree that fills the tables of its index.

The walk keeps its own stack: neither a long sum nor deep nesting can exhaust the interpreter's.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from llmlint.index.module import Module
from llmlint.index.scopes import Binding, Block, Scope
from llmlint.index.tree import position_of

Item = tuple[ast.AST, ast.AST, Scope, Block]

MUTATORS = frozenset({"append", "extend", "insert", "update", "setdefault", "pop", "popitem", "clear", "remove", "add"})
LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


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
            _children(node, scope, block, stack)
        else:
            handler(node, scope, block, stack)


def _children(node: ast.AST, scope: Scope, block: Block, stack: list[Item]) -> None:
    for name in node._fields:
        value = getattr(node, name, None)
        if value.__class__ is list:
            for child in reversed(value):
                if isinstance(child, ast.AST):
                    stack.append((child, node, scope, block))
        elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
            stack.append((value, node, scope, block))


def _push(value: ast.AST | None, up: ast.AST, scope: Scope, block: Block, stack: list[Item]) -> None:
    if value is not None:
        stack.append((value, up, scope, block))


def _statements(body: list[ast.stmt], up: ast.AST, scope: Scope, block: Block, stack: list[Item]) -> None:
    if body and isinstance(body[-1], LEAVING):
        block.leaves = True
        block.resumes = isinstance(body[-1], (ast.Continue, ast.Break))
    for statement in reversed(body):
        statement.__dict__.update(scope=scope, block=block)
        stack.append((statement, up, scope, block))


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
        if name in MUTATORS and isinstance(func.value, ast.Name):
            scope.changes.setdefault(func.value.id, []).append(node)
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
    _push(node.value, node, scope, block, stack)
    owner = scope
    while owner.kind == "comprehension" and owner.parent is not None:
        owner = owner.parent
    exits = owner.node.__dict__.get("exits")
    if exits is not None:
        exits[not isinstance(node, ast.Return)].append(node)


def _subscript(node: ast.Subscript, scope: Scope, block: Block, stack: list[Item]) -> None:
    if not isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name):
        scope.changes.setdefault(node.value.id, []).append(node)
    stack.append((node.slice, node, scope, block))
    stack.append((node.value, node, scope, block))


def _target(
    target: ast.AST,
    kind: str,
    value: ast.expr | None,
    index: tuple[int, ...],
    node: ast.AST,
    scope: Scope,
    block: Block,
) -> None:
    if isinstance(target, ast.Name):
        kind = "unpack" if index and kind == "value" else "unknown" if index and kind == "enter" else kind
        scope.bind(Binding(target.id, kind, node, block, value, index, position_of(node)))
    elif isinstance(target, (ast.Tuple, ast.List)):
        starred = any(isinstance(part, ast.Starred) for part in target.elts)
        for number, part in enumerate(target.elts):
            _target(part, "unknown" if starred else kind, value, (*index, number), node, scope, block)
    elif isinstance(target, ast.Starred):
        _target(target.value, "unknown", value, index, node, scope, block)


def _assign(node: ast.Assign, scope: Scope, block: Block, stack: list[Item]) -> None:
    for target in node.targets:
        _target(target, "value", node.value, (), node, scope, block)
        stack.append((target, node, scope, block))
    stack.append((node.value, node, scope, block))


def _annotated(node: ast.AnnAssign, scope: Scope, block: Block, stack: list[Item]) -> None:
    if isinstance(node.target, ast.Name):
        kind = "value" if node.value is not None else "annotation"
        binding = Binding(node.target.id, kind, node, block, node.value, (), position_of(node), node.annotation)
        scope.bind(binding)
    stack.append((node.target, node, scope, block))
    stack.append((node.annotation, node, scope, block))
    _push(node.value, node, scope, block, stack)


def _augmented(node: ast.AugAssign, scope: Scope, block: Block, stack: list[Item]) -> None:
    if isinstance(node.target, ast.Name):
        scope.bind(Binding(node.target.id, "augmented", node, block, node.value, (), position_of(node)))
    stack.append((node.target, node, scope, block))
    stack.append((node.value, node, scope, block))


def _walrus(node: ast.NamedExpr, scope: Scope, block: Block, stack: list[Item]) -> None:
    _target(node.target, "value", node.value, (), node, scope, block)
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
        _push(arg.annotation, arg, outer, outer_block, stack)
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
    _push(node.returns, node, scope, block, stack)
    _declared(node.body, inner)
    _statements(node.body, node, inner, body, stack)


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
    _statements(node.body, node, inner, Block(block, node, "body"), stack)


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
        _target(generator.target, "item", generator.iter, (), generator.target, inner, block)
        for part in [generator.target, *generator.ifs]:
            part.__dict__["scope"] = inner
            stack.append((part, generator, inner, block))
    parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    for part in parts:
        part.__dict__["scope"] = inner
        stack.append((part, node, inner, block))


def _branches(node: ast.AST, scope: Scope, block: Block, stack: list[Item], fields: tuple[str, ...]) -> None:
    for name in fields:
        body = getattr(node, name)
        if body:
            _statements(body, node, scope, Block(block, node, name), stack)


def _if(node: ast.If, scope: Scope, block: Block, stack: list[Item]) -> None:
    _branches(node, scope, block, stack, ("orelse", "body"))
    stack.append((node.test, node, scope, block))


def _while(node: ast.While, scope: Scope, block: Block, stack: list[Item]) -> None:
    _branches(node, scope, block, stack, ("orelse", "body"))
    stack.append((node.test, node, scope, block))


def _for(node: ast.For | ast.AsyncFor, scope: Scope, block: Block, stack: list[Item]) -> None:
    inside = Block(block, node, "body")
    _target(node.target, "item", node.iter, (), node, scope, inside)
    if node.orelse:
        _statements(node.orelse, node, scope, Block(block, node, "orelse"), stack)
    _statements(node.body, node, scope, inside, stack)
    stack.append((node.target, node, scope, inside))
    stack.append((node.iter, node, scope, block))


def _try(node: ast.Try, scope: Scope, block: Block, stack: list[Item]) -> None:
    if node.finalbody:
        _statements(node.finalbody, node, scope, block, stack)
    _branches(node, scope, block, stack, ("orelse",))
    for handler in reversed(node.handlers):
        handler.__dict__.update(up=node, scope=scope, block=block)
        inside = Block(block, handler, "body")
        if handler.name:
            scope.bind(Binding(handler.name, "exception", handler, inside, handler.type, (), position_of(handler)))
        _statements(handler.body, handler, scope, inside, stack)
        _push(handler.type, handler, scope, block, stack)
    _branches(node, scope, block, stack, ("body",))


def _with(node: ast.With | ast.AsyncWith, scope: Scope, block: Block, stack: list[Item]) -> None:
    leaves, resumes = block.leaves, block.resumes
    _statements(node.body, node, scope, block, stack)
    block.leaves, block.resumes = leaves, resumes
    for item in reversed(node.items):
        item.__dict__["up"] = node
        if item.optional_vars is not None:
            _target(item.optional_vars, "enter", item.context_expr, (), item.optional_vars, scope, block)
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
        _statements(case.body, case, scope, inside, stack)
        _push(case.guard, case, scope, inside, stack)
        stack.append((case.pattern, case, scope, inside))
    stack.append((node.subject, node, scope, block))


_HANDLERS: dict[type, Callable[..., None]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.Return: _exit,
    ast.Yield: _exit,
    ast.YieldFrom: _exit,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.NamedExpr: _walrus,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.Lambda: _lambda,
    ast.ClassDef: _class,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
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
    _HANDLERS[ast.TryStar] = _try
