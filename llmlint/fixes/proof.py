"""The proof of an edit: the new text parses, and its tree differs from the old one as intended and nowhere else."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from functools import lru_cache

from llmlint.diagnostics import Operation
from llmlint.fixes.codemods import codemod
from llmlint.fixes.refusal import TOO_DEEP, RefusalError
from llmlint.fixes.text import Text
from llmlint.records import record

# Python 3.12 allows these inside a replacement field; the file may have to run on an older one.
_NOT_IN_OLD_FSTRINGS = frozenset("'\"\\#{}\r\n")
_Range = tuple[int, int, int, int]


@record
class Change:
    """An operation, the range of its call in the old text, and the text that its edit puts in."""

    span: tuple[int, int]
    operation: Operation
    added: str


def prove(old: Text, new: Text, changes: Sequence[Change]) -> None:
    """`RefusalError` unless `new` is `old` with exactly these changes, given in the order they were made."""
    try:
        before, calls, formatted = _read(old.content)
    except SyntaxError:
        from llmlint.fixes import newer_syntax

        return newer_syntax.prove(old, new, changes)
    intended: dict[ast.AST, ast.AST] = {}
    for change in changes:
        call = calls.get(_range_in(old, change.span))
        if call is None:
            raise RefusalError("no call stands at this place")
        if call in formatted and set(change.added) & _NOT_IN_OLD_FSTRINGS:
            raise RefusalError("the call stands inside an f-string")
        changed = intended.get(call, call)
        assert isinstance(changed, ast.Call)
        intended[call] = codemod(change.operation.codemod).mirror(changed, dict(change.operation.arguments))
    try:
        after = _parse(new.content)
    except SyntaxError as error:
        raise RefusalError("the edited file would not parse") from error
    if not _same(before, after, intended):
        raise RefusalError("the edit would change more than this call")
    return None


@lru_cache(maxsize=2)
def _read(source: str) -> tuple[ast.Module, dict[_Range, ast.Call], frozenset[ast.AST]]:
    """The tree, its calls, and the nodes inside f-strings; kept, since each finding of a file asks for them."""
    tree = _parse(source)
    nodes = list(_walk(tree))
    calls = {_range(node): node for node in nodes if isinstance(node, ast.Call)}
    return tree, calls, frozenset(inner for node in nodes if isinstance(node, ast.JoinedStr) for inner in _walk(node))


def _parse(source: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            # Reading a string with an invalid escape warns; that is no concern of a fix.
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (RecursionError, MemoryError) as error:
        raise RefusalError(TOO_DEEP) from error
    except ValueError as error:
        raise RefusalError("the file does not parse") from error


def _range(node: ast.Call) -> _Range:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _range_in(text: Text, span: tuple[int, int]) -> _Range:
    places: list[int] = []
    for offset in span:
        line, _ = text.position(offset)
        places += (line, len(text.content[text.starts[line - 1] : offset].encode("utf-8")))
    return places[0], places[1], places[2], places[3]


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += ast.iter_child_nodes(node)


def _same(before: ast.AST, after: ast.AST, intended: dict[ast.AST, ast.AST]) -> bool:
    waiting: list[tuple[object, object]] = [(before, after)]
    while waiting:
        one, other = waiting.pop()
        if type(one) is not type(other):
            return False
        if isinstance(one, ast.AST):
            one = intended.get(one, one)
            waiting += ((getattr(one, name, None), getattr(other, name, None)) for name in one._fields)
        elif isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return False
            waiting += zip(one, other, strict=True)
        elif one != other:
            return False
    return True
