"""Said in rows: sentences about a failure that a handler puts into the list, table or rows that hold the texts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import named_function_of, nodes_in, parent, scope_of
from llmlint.sites.errors.error_words import asks_for, sentence
from llmlint.sites.errors.giving_up import following
from llmlint.sites.errors.kept_instead import only_gives, set_in
from llmlint.sites.errors.same_place import DISTINCT

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites

ADDING = frozenset({"append", "add", "insert", "appendleft"})
KEEPING = ADDING | {"save", "insert_one", "upsert", "store", "persist", "writerow"}
LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Yield, ast.YieldFrom, ast.If)
STORES = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.NamedExpr)


def said_in_rows(sites: Sites, block: ast.Try, visited: set[int]) -> Iterator[tuple[ast.AST, str]]:
    """What the handlers of a `try` put where the text goes otherwise, and the sentence; `visited` holds the text."""
    texts = [row for statement in block.body for row in _rows(statement) if _holds(row[1], visited)]
    named = {name for statement in block.body for name in set_in(statement, visited)}
    for handler in block.handlers:
        inside = [node for statement in handler.body for node in nodes_in(statement)]
        if any(isinstance(node, LEAVING) for node in inside):
            continue
        for node, given in _placed(handler, texts):
            if sum(isinstance(one, STORES) for one in inside) == isinstance(node, ast.Assign):
                text = sentence(sites.project, given, handler.name)
                if text is not None and not _asked(sites, block, text):
                    yield node, text
        assign = only_gives(handler)
        target = assign.targets[0] if assign is not None else None
        if assign is not None and isinstance(target, ast.Name) and target.id in named:
            text = sentence(sites.project, assign.value, handler.name)
            if text is not None and _goes_into_row(block, target.id) and not _asked(sites, block, text):
                yield assign, text


def _rows(statement: ast.AST) -> Iterator[tuple[str, ast.expr, ast.AST]]:
    """What is put into lists and tables: how these are spelled, and the value."""
    for node in nodes_in(statement):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ADDING:
            if node.args:
                yield ast.unparse(node.func.value), node.args[-1], node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            yield ast.unparse(node.targets[0]), node.value, node


def _holds(value: ast.expr, visited: set[int]) -> bool:
    value = value.value if isinstance(value, ast.Await) else value
    if isinstance(value, ast.Dict):
        return _telling(value) is None and any(id(one) in visited for one in value.values)
    return id(value) in visited and not isinstance(value, ast.JoinedStr)


def _placed(
    handler: ast.ExceptHandler, texts: list[tuple[str, ast.expr, ast.AST]]
) -> Iterator[tuple[ast.AST, ast.expr]]:
    """What a handler puts into the same list, alone or under a key of a row that is made as those of the texts are."""
    for holder, value, node in (row for statement in handler.body for row in _rows(statement)):
        for other in (usual for spelled, usual, _ in texts if spelled == holder):
            if isinstance(value, ast.Dict) and isinstance(other, ast.Dict):
                if _telling(value) is None and [*map(_key, value.keys)] == [*map(_key, other.keys)]:
                    changed = [
                        one
                        for one, usual in zip(value.values, other.values, strict=True)
                        if ast.unparse(one) != ast.unparse(usual)
                    ]
                    if len(changed) == 1:
                        yield node, changed[0]
            elif not isinstance(value, ast.Dict) and not isinstance(other, ast.Dict):
                yield node, value


def _goes_into_row(block: ast.Try, name: str) -> bool:
    """Whether what a name holds after the `try` is put into a row or a list in any case, with nothing that tells."""
    for statement in _next(block):
        if any(isinstance(node, ast.Name) and node.id == name for node in nodes_in(statement)):
            call = statement.value if isinstance(statement, ast.Expr) else None
            call = call.value if isinstance(call, ast.Await) else call
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                return False
            return call.func.attr in KEEPING and any(_names(one, name) for one in call.args)
        if isinstance(statement, (ast.If, ast.Return, ast.Raise, ast.Continue)):
            return False
    return False


def _next(block: ast.Try) -> list[ast.stmt]:
    """The statements behind a block in the same turn of the loop around it, or to the end of the function."""
    loop = next((above for above in _above(block) if isinstance(above, (ast.For, ast.AsyncFor, ast.While))), None)
    return following(block, loop)


def _above(node: ast.AST) -> Iterator[ast.AST]:
    above = parent(node)
    while above is not None and not isinstance(above, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield above
        above = parent(above)


def _names(given: ast.expr, name: str) -> bool:
    if isinstance(given, ast.Dict):
        return _telling(given) is None and any(_names(one, name) for one in given.values)
    if isinstance(given, (ast.Tuple, ast.List)):
        return any(_names(one, name) for one in given.elts)
    return isinstance(given, ast.Name) and given.id == name


def _telling(row: ast.Dict) -> str | None:
    """The key that may tell a failure, or that makes a turn of a conversation of the row."""
    keys = [_key(key) for key in row.keys]
    return next((key for key in keys if not key or key == "role" or DISTINCT.match(key)), None)


def _key(node: ast.expr | None) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _asked(sites: Sites, block: ast.Try, text: str) -> bool:
    """Whether the function around asks for the sentence, or for what its callers get."""
    function = named_function_of(block)
    owner: ast.AST = function if function is not None else scope_of(block).module.tree
    around = [owner]
    if function is not None:
        callers = (named_function_of(caller.call) for caller in sites.project.callers(function))
        around += [caller for caller in callers if caller is not None]
    return any(asks_for(sites.project, node, text) for one in around for node in nodes_in(one))
