"""The standard library's tree of a file, its nodes by range, and where its imports end."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from functools import lru_cache

from llmlint.fixes.refusal import TOO_DEEP, RefusalError
from llmlint.fixes.text import Text
from llmlint.records import record

Range = tuple[int, int, int, int]


@record
class Tree:
    """A file's tree; `expressions` and `statements` are its nodes by range, the outermost where ranges are equal."""

    root: ast.Module
    expressions: dict[Range, ast.expr]
    statements: dict[Range, ast.stmt]
    formatted: frozenset[ast.AST]  # what stands inside f-strings


@lru_cache(maxsize=2)
def read(source: str) -> Tree:
    """Kept, since each finding of a file asks for it. Raises `SyntaxError`, and `RefusalError` for what is too deep."""
    root = parse(source)
    expressions: dict[Range, ast.expr] = {}
    statements: dict[Range, ast.stmt] = {}
    formatted: list[ast.AST] = []
    for node in walk(root):
        if isinstance(node, ast.expr):
            expressions.setdefault(_range(node), node)
        elif isinstance(node, ast.stmt):
            statements.setdefault(_range(node), node)
        if isinstance(node, ast.JoinedStr):
            formatted += walk(node)
    return Tree(root, expressions, statements, frozenset(formatted))


def parse(source: str) -> ast.Module:
    """The tree alone."""
    try:
        with warnings.catch_warnings():
            # Reading a string with an invalid escape warns; that is no concern of a fix.
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (RecursionError, MemoryError) as error:
        raise RefusalError(TOO_DEEP) from error
    except ValueError as error:
        raise RefusalError("the file does not parse") from error


def range_in(text: Text, span: tuple[int, int]) -> Range:
    """A span of the text as the tree says it: lines from 1, columns in bytes from 0."""
    places: list[int] = []
    for offset in span:
        line, _ = text.position(offset)
        places += (line, len(text.content[text.starts[line - 1] : offset].encode("utf-8")))
    return places[0], places[1], places[2], places[3]


def header_end(text: Text) -> int:
    """The offset behind the docstring and the imports that a file begins with; `RefusalError` if that is unknown."""
    try:
        root = read(text.content).root
    except SyntaxError as error:
        raise RefusalError("its imports are written in a newer syntax than this Python reads") from error
    imports = leading_imports(root)
    line = imports[-1].end_lineno if imports else 0
    return text.starts[line or 0] if (line or 0) < len(text.starts) else len(text.content)


def leading_imports(root: ast.Module) -> list[ast.stmt]:
    """The statements that a file begins with as long as they import, or are its docstring."""
    found: list[ast.stmt] = []
    for statement in root.body:
        is_docstring = not found and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not is_docstring and not _imports(statement):
            break
        found.append(statement)
    return found


def _imports(statement: ast.stmt) -> bool:
    """Whether a statement only imports, perhaps on a condition."""
    if isinstance(statement, (ast.If, ast.Try)):
        parts = [*statement.body, *statement.orelse]
        return all(isinstance(part, (ast.Import, ast.ImportFrom)) for part in parts)
    return isinstance(statement, (ast.Import, ast.ImportFrom))


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node, a parent before its children."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += ast.iter_child_nodes(node)


def _range(node: ast.expr | ast.stmt) -> Range:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
