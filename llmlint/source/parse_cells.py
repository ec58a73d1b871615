"""The tree of a source text; of a notebook, that of all its cells that are Python, whatever stands in the others."""

from __future__ import annotations

import ast
from dataclasses import replace

from llmlint.source.cells import Cells
from llmlint.source.parse import SyntaxProblem, parse, parse_standard
from llmlint.source.read import SourceText


def parse_source(source: SourceText) -> tuple[ast.Module | None, SourceText, list[SyntaxProblem]]:
    """The tree of a file, the text it is of, and what could not be parsed; no tree where that is the whole file.

    Of a notebook the text and the tree leave out the cells that are not Python. Places are those of the text.
    """
    if source.cells is not None:
        return _parse_cells(source, source.cells)
    tree = parse(source)
    return (tree, source, []) if isinstance(tree, ast.Module) else (None, source, [tree])


def _parse_cells(source: SourceText, cells: Cells) -> tuple[ast.Module, SourceText, list[SyntaxProblem]]:
    whole = parse_standard(source.text, source.path)
    if isinstance(whole, ast.Module) and all(_in_one_cell(statement, cells) for statement in whole.body):
        return whole, source, []
    lines = source.text.split("\n")
    body: list[ast.stmt] = []
    problems: list[SyntaxProblem] = []
    ends = [*(cell.line for cell in cells.all[1:]), len(lines) + 1]
    for cell, end in zip(cells.all, ends, strict=True):
        before = cell.line - 1
        tree = parse(replace(source, text="\n".join(lines[before : end - 1]), cells=None))
        if isinstance(tree, SyntaxProblem):
            problems.append(SyntaxProblem(min(tree.line + before, end - 1), tree.column, tree.message))
            lines[before : end - 1] = [""] * (end - 1 - before)
        else:
            body += ast.increment_lineno(tree, before).body
    return ast.Module(body, []), replace(source, text="\n".join(lines)), problems


def _in_one_cell(statement: ast.stmt, cells: Cells) -> bool:
    """Whether the statement does not join the end of a cell to the beginning of the next."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return cells.at(first) is cells.at(statement.end_lineno or first)
