"""Upward steps in an indexed tree: the walk leaves on nodes their parents, on statements scope and block."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeVar

from llmlint.index.scopes import Block, Scope

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Node = TypeVar("Node", bound=ast.AST)
_holding: dict[type[ast.AST], tuple[str, ...]] = {ast.Name: (), ast.Constant: ()}  # the fields that can hold nodes
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def parent(node: ast.AST) -> ast.AST | None:
    """The node above, or None for a module."""
    above: ast.AST | None = node.__dict__.get("up")
    return above


def ancestors(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes above, innermost first."""
    above: ast.AST | None = node.__dict__.get("up")
    while above is not None:
        yield above
        above = above.__dict__.get("up")


def up_to(node: ast.AST, top: ast.AST) -> Iterator[ast.AST]:
    """The nodes between a node and one above it, both left out, innermost first."""
    for above in ancestors(node):
        if above is top:
            return
        yield above


def loops_around(node: ast.AST) -> Iterator[ast.For | ast.AsyncFor | ast.While]:
    """The loops whose turns run the node again, innermost first, within its function: not what a `for` runs through."""
    below = node
    for above in ancestors(node):
        if isinstance(above, FUNCTIONS):
            return
        if isinstance(above, ast.While) or (isinstance(above, (ast.For, ast.AsyncFor)) and below is not above.iter):
            yield above
        below = above


def exits(function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[list[ast.Return], list[ast.expr]]:
    """The `return` and the `yield` expressions of a function's own body, in no particular order."""
    found: tuple[list[ast.Return], list[ast.expr]] = function.__dict__["exits"]
    return found


def branches_around(node: ast.AST) -> Iterator[tuple[ast.If, bool]]:
    """The `if`s around a node within its function, innermost first, and whether it stands where the test holds."""
    below = node
    for above in ancestors(node):
        if isinstance(above, FUNCTIONS):
            return
        if isinstance(above, ast.If) and below is not above.test:
            yield above, any(below is statement for statement in above.body)
        below = above


def scope_of(node: ast.AST) -> Scope:
    """The scope in which the node is evaluated."""
    found: ast.AST | None = node
    while found is not None:
        scope: Scope | None = found.__dict__.get("scope")
        if scope is not None:
            return scope
        found = found.__dict__.get("up")
    raise LookupError("node of a tree that was not indexed")


def nodes_in(node: ast.AST) -> list[ast.AST]:
    """The node and all below it in the order of `ast.walk`, contexts apart, found once."""
    found: list[ast.AST] | None = node.__dict__.get("nodes")
    if found is None:
        found = node.__dict__["nodes"] = [node]
        for each in found:  # which grows; four times as fast as `ast.walk`
            kind = each.__class__
            fields = _holding.get(kind)
            if fields is None:
                fields = _holding[kind] = tuple(field for field in kind._fields if field != "ctx")
            for field in fields:
                value = getattr(each, field, None)
                if value.__class__ is list:
                    found += [child for child in value if isinstance(child, ast.AST)]
                elif isinstance(value, ast.AST):
                    found.append(value)
    return found


def nodes_of(node: ast.AST, kind: type[Node] | tuple[type[Node], ...]) -> list[Node]:
    """Those of one kind, or of several, among the node and all below it, in the same order, found once."""
    known: dict[object, list[Node]] = node.__dict__.setdefault("nodes of", {})
    found = known.get(kind)
    if found is None:
        found = known[kind] = [each for each in nodes_in(node) if isinstance(each, kind)]
    return found


def reads_locals(node: ast.expr) -> bool:
    """Whether what an expression means can depend on the activation of a function: it names more than globals."""
    found: bool | None = node.__dict__.get("local")
    if found is None:
        found = node.__dict__["local"] = any(isinstance(n, ast.Name) and _is_local(n) for n in nodes_in(node))
    return found


def _is_local(name: ast.Name) -> bool:
    owner = scope_of(name).lookup(name.id)
    return name.id == "super" if owner is None else owner.parent is not None


def block_of(node: ast.AST) -> Block:
    """The innermost block around the node."""
    found: ast.AST | None = node
    while found is not None:
        block: Block | None = found.__dict__.get("block")
        if block is not None:
            return block
        found = found.__dict__.get("up")
    raise LookupError("node of a tree that was not indexed")


def position_of(node: ast.AST) -> tuple[int, int]:
    """Where the node begins: its line and column, zeros for a module."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def statement_of(node: ast.AST) -> ast.stmt | None:
    """The innermost statement that holds the node."""
    found: ast.AST | None = node
    while found is not None and not isinstance(found, ast.stmt):
        found = found.__dict__.get("up")
    return found


def earlier(node: ast.AST) -> list[ast.stmt]:
    """The statements of the same body before a statement, in order; none for anything else."""
    body, place = _body_of(node)
    return body[:place]


def later(node: ast.AST) -> list[ast.stmt]:
    """The statements of the same body behind a statement, in order; none for anything else."""
    body, place = _body_of(node)
    return body[place + 1 :]


def _body_of(node: ast.AST) -> tuple[list[ast.stmt], int]:
    above = parent(node) if isinstance(node, ast.stmt) else None
    for name in ("body", "orelse", "finalbody"):
        body = getattr(above, name, None)
        if isinstance(body, list):
            for place, statement in enumerate(body):
                if statement is node:
                    return body, place
    return [], 0


def function_of(node: ast.AST) -> FunctionNode | None:
    """The innermost function or lambda whose body (not decorators or defaults) holds the node."""
    scope: Scope | None = scope_of(node)
    while scope is not None:
        if isinstance(scope.node, FUNCTIONS):
            return scope.node
        scope = scope.parent
    return None


def named_function_of(node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The innermost `def` around the node, lambdas passed over."""
    scope: Scope | None = scope_of(node)
    while scope is not None:
        if isinstance(scope.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return scope.node
        scope = scope.parent
    return None


def class_of(function: ast.AST) -> ast.ClassDef | None:
    """The class whose body defines this function directly."""
    scope = scope_of(function)
    return scope.node if isinstance(scope.node, ast.ClassDef) else None


def parameters(function: FunctionNode) -> list[ast.arg]:
    """Parameters that take one value, in order: positional-only, ordinary, keyword-only."""
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def default_of(function: FunctionNode, name: str) -> ast.expr | None:
    """The default expression of a parameter, or None where it has none."""
    args = function.args
    positional = [*args.posonlyargs, *args.args]
    for arg, default in zip(reversed(positional), reversed(args.defaults), strict=False):
        if arg.arg == name:
            return default
    for arg, keyword_default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        if arg.arg == name:
            return keyword_default
    return None


def decorated(function: ast.AST, *names: str) -> bool:
    """Whether one of the decorators ends in one of the names."""
    for decorator in getattr(function, "decorator_list", ()):
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if last_name(target) in names:
            return True
    return False


def taker_of(node: ast.AST) -> ast.Call | None:
    """The call that takes an expression as an argument, by position or by keyword; None where none does."""
    above = parent(node)
    taker = parent(above) if isinstance(above, ast.keyword) else above
    return taker if isinstance(taker, ast.Call) and taker.func is not node else None


def assigned_to(node: ast.expr) -> ast.Name | None:
    """The name that the value of an expression is assigned to, awaited or not; None where it is no plain name."""
    above = parent(node)
    while isinstance(above, ast.Await):
        above = parent(above)
    target = above.targets[0] if isinstance(above, ast.Assign) else None
    return target if isinstance(target, ast.Name) else None


def last_name(node: ast.AST) -> str:
    """`c` of `a.b.c`, a plain name itself, and the empty string for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def head_of(node: ast.expr) -> ast.Name | None:
    """The name that a chain of attributes and items begins with: `self` of `self.talks[key].messages`."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node if isinstance(node, ast.Name) else None


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` for a chain of plain names, else None."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    parts.append(node.id)
    return ".".join(reversed(parts))
