"""Said instead: where a function gives a sentence about a failure in place of the text that a model has written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import FUNCTIONS, ancestors, named_function_of, nodes_in, nodes_of
from llmlint.sites.errors.error_words import marker, sentence
from llmlint.sites.errors.failed_answers import failed_branches
from llmlint.sites.errors.handlers import always_raises
from llmlint.sites.errors.same_place import inside
from llmlint.sites.errors.tool_results import runs_chosen

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.index.project import Project
    from llmlint.sites.flow.trace import Use
    from llmlint.sites.outward import FunctionDef


def sentences(
    sites: Sites, function: FunctionDef, visited: set[int], use: Use
) -> Iterator[tuple[ast.AST, ast.If | None, str]]:
    """What gives a sentence about a failure instead of the text: in a handler around its way, or in an `if`."""
    for block in _tries(function):
        if not any(id(node) in visited for statement in block.body for node in nodes_in(statement)):
            continue
        if runs_chosen(block, visited):
            continue  # what a tool answers, its errors too, goes to whoever let the model choose it
        handlers = [(handler, _answers(handler, handler.body)) for handler in block.handlers]
        if any(
            use.node is statement or _gives_back(statement, visited) for _, answers in handlers for statement in answers
        ):
            continue  # the handler itself quotes the answer; what it replaces is another way out
        for handler, answers in handlers:
            for statement in answers:
                text = _answered(sites, statement, use, handler)
                if text is not None:
                    yield statement, None, text
        left = _left_as_it_was(sites, block, use)
        if left is not None:
            yield left[0], None, left[1]
    for test, statements in failed_branches(function, visited):
        answers = _answers(test, statements)
        for statement in answers if not any(use.node is statement for statement in answers) else ():
            text = _answered(sites, statement, use, test)
            if text is not None:
                yield statement, test, text


def _gives_back(statement: ast.AST, visited: set[int]) -> bool:
    """Whether a statement returns a name that holds the answer: what could not be read is given as it was."""
    value = statement.value if isinstance(statement, ast.Return) else None
    return isinstance(value, ast.Name) and id(value) in visited


def _answered(sites: Sites, statement: ast.AST, use: Use, region: ast.ExceptHandler | ast.If) -> str | None:
    """The sentence about a failure that a statement of a handler or branch gives where the text would stand."""
    given, wraps = _given(sites.project, statement, use)
    usual = use.node.value if isinstance(use.node, ast.Return) else None
    value = inside(sites.project, given, wraps, usual) if given is not None else None
    if value is None or _quotes_another(sites, region, value):
        return None
    return sentence(sites.project, value, region.name if isinstance(region, ast.ExceptHandler) else None)


def _left_as_it_was(sites: Sites, block: ast.Try, use: Use) -> tuple[ast.ExceptHandler, str] | None:
    """A handler after which a name still says what it was set to before the `try`, and what that is of an error."""
    returned = use.node.value if isinstance(use.node, ast.Return) and not use.wraps else None
    if isinstance(returned, ast.Call) and isinstance(returned.func, ast.Attribute) and returned.func.attr == "strip":
        returned = returned.func.value
    function = named_function_of(block)
    if not isinstance(returned, ast.Name) or function is None:
        return None
    position = (block.lineno, block.col_offset)
    bindings = function.__dict__["inner"].bindings.get(returned.id, ())
    before = [binding.value for binding in bindings if binding.position < position and binding.value is not None]
    text = (sentence(sites.project, before[-1]) or marker(sites.project, before[-1])) if before else None
    for handler in block.handlers if text is not None else ():
        if not _answers(handler, handler.body) and not always_raises(handler.body):
            return handler, text or ""
    return None


def _quotes_another(sites: Sites, region: ast.AST, value: ast.expr) -> bool:
    """Whether the sentence introduces the answer of another call of a model that is made there instead."""
    within = {id(node) for node in nodes_in(region)}
    others = [site for site in sites.outside_tests if id(site.node) in within and site.answers]
    return any(id(part) in sites.flow(site).visited for site in others for part in nodes_in(value))


def _tries(function: FunctionDef) -> list[ast.Try]:
    """The `try` statements of a function, found once."""
    found: list[ast.Try] | None = function.__dict__.get("tries")
    if found is None:
        found = function.__dict__["tries"] = [
            block for block in nodes_of(function, ast.Try) if named_function_of(block) is function
        ]
    return found


def _answers(owner: ast.AST, statements: list[ast.stmt]) -> list[ast.AST]:
    """What a handler or branch returns, yields, assigns or adds, found once."""
    found: list[ast.AST] | None = owner.__dict__.get("answers")
    if found is None:
        kinds = (ast.Return, ast.Yield, ast.YieldFrom, ast.Assign, ast.AugAssign)
        found = owner.__dict__["answers"] = [node for node in _own(statements) if isinstance(node, kinds)]
    return found


def _own(statements: list[ast.stmt]) -> Iterator[ast.AST]:
    stack: list[ast.AST] = list(reversed(statements))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, FUNCTIONS):
            stack += reversed(list(ast.iter_child_nodes(node)))


def _given(project: Project, statement: ast.AST, use: Use) -> tuple[ast.expr | None, tuple[str, ...]]:
    """What the handler returns or yields, or puts into a name that is returned later, and how the text is wrapped."""
    if not isinstance(use.node, ast.Return):
        given = statement.value if isinstance(statement, (ast.Yield, ast.Return)) else None
        return (None if given is None or _made_elsewhere(statement, given) else given), use.wraps
    if isinstance(statement, ast.Return):
        return statement.value, use.wraps
    if isinstance(statement, (ast.Assign, ast.AugAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        returned, wraps = use.node.value, use.wraps
        if isinstance(returned, ast.Tuple) and wraps and wraps[0][1:].isdigit():
            returned, wraps = returned.elts[int(wraps[0][1:])], wraps[1:]
        if isinstance(returned, ast.Name):
            if any(isinstance(t, ast.Name) and t.id == returned.id for t in targets):
                return statement.value, wraps
        if isinstance(returned, (ast.Call, ast.Dict)):
            part = inside(project, returned, wraps)
            if isinstance(part, ast.Name) and any(isinstance(t, ast.Name) and t.id == part.id for t in targets):
                return statement.value, ()
    return None, ()


def _made_elsewhere(statement: ast.AST, given: ast.expr) -> bool:
    """Whether what is yielded are the events that another generator makes of the sentence."""
    loops = (above.target for above in ancestors(statement) if isinstance(above, (ast.For, ast.AsyncFor)))
    return isinstance(given, ast.Name) and any(isinstance(t, ast.Name) and t.id == given.id for t in loops)
