"""Kept instead: where a handler puts a sentence about a failure under the name of the text, and that is stored."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import ancestors, named_function_of, nodes_in, nodes_of, position_of, scope_of
from llmlint.sites.errors.error_words import sentence

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.sites.flow.trace import Use

LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break, ast.Yield, ast.YieldFrom)


def kept_sentences(sites: Sites, visited: set[int], use: Use) -> Iterator[tuple[ast.Assign, str]]:
    """The assignments of handlers whose sentence is stored in place of the text, with the sentence."""
    function = named_function_of(use.node)
    names = {name.id for name in nodes_of(use.node, ast.Name) if id(name) in visited}
    owner = function if function is not None else scope_of(use.node).module.tree
    for block in nodes_of(owner, ast.Try) if names else ():
        if named_function_of(block) is not function or not _comes_to(block, use.node):
            continue
        answered = {name for statement in block.body for name in set_in(statement, visited)} & names
        for handler in block.handlers:
            given = only_gives(handler)
            target = given.targets[0] if given is not None else None
            if given is not None and isinstance(target, ast.Name) and target.id in answered:
                text = sentence(sites.project, given.value, handler.name)
                if text is not None:
                    yield given, text


def _comes_to(block: ast.Try, store: ast.AST) -> bool:
    """Whether what stores the text runs after a `try` in any case, and not for a reason that may tell the two apart."""
    if (block.end_lineno or 0, block.end_col_offset or 0) > position_of(store):
        return False
    around = {id(above) for above in ancestors(block)}
    tests = (above for above in ancestors(store) if isinstance(above, (ast.If, ast.IfExp, ast.For, ast.While, ast.Try)))
    return all(id(above) in around for above in tests)


def set_in(statement: ast.stmt, visited: set[int]) -> Iterator[str]:
    """The names that take up the text in a statement."""
    setting: list[ast.Assign | ast.AugAssign] = nodes_of(statement, (ast.Assign, ast.AugAssign))
    for node in setting:
        if any(id(part) in visited for part in nodes_in(node.value)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    yield target.id


def only_gives(handler: ast.ExceptHandler) -> ast.Assign | None:
    """The one assignment of a handler that goes on; another one may be what tells a failure."""
    inside = [node for statement in handler.body for node in nodes_in(statement)]
    given = [node for node in inside if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.NamedExpr))]
    if len(given) != 1 or any(isinstance(node, (*LEAVING, ast.If)) for node in inside):
        return None
    return given[0] if isinstance(given[0], ast.Assign) and len(given[0].targets) == 1 else None
