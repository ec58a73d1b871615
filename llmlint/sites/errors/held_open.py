"""Held open: loops whose test an error leaves as it was, so that only an answer makes it false."""

from __future__ import annotations

import ast

from llmlint.index.tree import nodes_in, parent, scope_of, up_to

READING = frozenset({"len", "bool", "any", "all", "isinstance", "print", "str"})
TESTING = (ast.Name, ast.Constant, ast.Subscript, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Call, ast.Slice)
SIGNS = (ast.expr_context, ast.boolop, ast.unaryop, ast.cmpop)


def held_open(loop: ast.While | ast.For, place: ast.AST, handlers: list[ast.AST]) -> bool:
    """Whether a `while` goes on after an error at `place`, as nothing but what follows an answer changes its test.

    So it is with `while trying: try: answer = ask(…); trying = False`, and with `while not answer`. The test is about
    variables of the function alone, and they are set within the body of the `try` that `handlers` belong to.
    """
    if not isinstance(loop, ast.While) or not handlers:
        return False
    names = asked_names(loop.test)
    if not names:
        return False
    tries = [above for above in up_to(place, loop) if isinstance(above, ast.Try)]
    guarding = next((one for one in tries if handlers[0] in one.handlers), None)
    if guarding is None or any(one not in guarding.handlers for one in handlers):
        return False
    answered = {id(node) for part in answered_part(guarding, place) for node in nodes_in(part)}
    asking = {id(node) for node in ast.walk(loop.test)}
    settled = False
    for node in nodes_in(loop):
        if not isinstance(node, ast.Name) or node.id not in names or id(node) in asking:
            continue
        if id(node) in answered:
            settled = settled or changes(node)
        elif changes(node):
            return False
    return settled


def asked_names(test: ast.expr) -> set[str]:
    """The variables of a function that a test asks for, empty where it asks for anything else."""
    names: set[str] = set()
    for node in ast.walk(test):
        if not isinstance(node, (*TESTING, *SIGNS)):
            return set()
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") not in READING:
            return set()
        if isinstance(node, ast.Name) and node.id not in READING:
            owner = scope_of(node).lookup(node.id)
            if owner is None or owner is not scope_of(node):
                return set()
            names.add(node.id)
    return names


def answered_part(guarding: ast.Try, place: ast.AST) -> list[ast.stmt]:
    """The statements that run when the call has been answered, its own included."""
    holders = {id(place), *(id(above) for above in up_to(place, guarding))}
    first = next((i for i, one in enumerate(guarding.body) if id(one) in holders), len(guarding.body))
    return [*guarding.body[first:], *guarding.orelse]


def changes(name: ast.Name) -> bool:
    """Whether a variable, or what it holds, may be another one after this place."""
    if not isinstance(name.ctx, ast.Load):
        return True
    above: ast.AST | None = name
    while above is not None and not isinstance(above, ast.stmt):
        below, above = above, parent(above)
        if isinstance(above, (ast.Subscript, ast.Attribute)) and below is above.value:
            if isinstance(above, ast.Attribute) or not isinstance(above.ctx, ast.Load):
                return True
        if isinstance(above, ast.Call):
            return below is not above.func and getattr(above.func, "id", "") not in READING
    return False
