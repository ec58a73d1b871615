"""The proof of an edit: the new text parses, and its tree differs from the old one as intended and nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from llmlint.diagnostics import Operation
from llmlint.fixes import edit_comment
from llmlint.fixes.codemods import codemod
from llmlint.fixes.refusal import ELSEWHERE, RefusalError
from llmlint.fixes.text import Text
from llmlint.fixes.tree import Tree, parse, range_in, read
from llmlint.fixes.units import Unit
from llmlint.records import record

# Python 3.12 allows these inside a replacement field; the file may have to run on an older one.
_NOT_IN_OLD_FSTRINGS = frozenset("'\"\\#{}\r\n")


@record
class Change:
    """An operation, the range of its node in the old text, and the text that its edit puts in."""

    span: tuple[int, int]
    operation: Operation
    added: str


def prove(old: Text, new: Text, changes: Sequence[Change]) -> None:
    """`RefusalError` unless `new` is `old` with exactly these changes, given in the order they were made."""
    try:
        before = read(old.content)
    except SyntaxError:
        from llmlint.fixes import newer_syntax

        return newer_syntax.prove(old, new, changes)
    intended: dict[ast.AST, ast.AST] = {}
    for change in changes:
        if change.operation.codemod == edit_comment.NAME:
            continue
        node = _target(before, old, change)
        if node is None:
            raise RefusalError(ELSEWHERE)
        if node in before.formatted and set(change.added) & _NOT_IN_OLD_FSTRINGS:
            raise RefusalError("the code to change is inside an f-string")
        mirror = codemod(change.operation.codemod).mirror
        made = intended.get(node, node)
        if type(made) is not type(node):
            raise RefusalError("another fix replaces this code")
        intended[node] = mirror(made, dict(change.operation.arguments))
    try:
        after = parse(new.content)
    except SyntaxError as error:
        raise RefusalError("the edited file would not parse") from error
    if not _same(before.root, after, intended):
        raise RefusalError("the edit would change more than is intended")
    return None


def _target(tree: Tree, text: Text, change: Change) -> ast.AST | None:
    unit = codemod(change.operation.codemod).UNIT
    if unit is Unit.HEADER:
        return tree.root
    place = range_in(text, change.span)
    return tree.statements.get(place) if unit is Unit.STATEMENT else tree.expressions.get(place)


def _same(before: ast.AST, after: ast.AST, intended: dict[ast.AST, ast.AST]) -> bool:
    waiting: list[tuple[object, object]] = [(before, after)]
    while waiting:
        one, other = waiting.pop()
        one = intended.get(one, one) if isinstance(one, ast.AST) else one
        if type(one) is not type(other):
            return False
        if isinstance(one, ast.AST):
            waiting += ((getattr(one, name, None), getattr(other, name, None)) for name in one._fields)
        elif isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return False
            waiting += zip(one, other, strict=True)
        elif one != other:
            return False
    return True
