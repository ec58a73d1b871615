"""A source text as a tree of the standard library's `ast`, whichever version of Python it is written for."""

from __future__ import annotations

import ast
import warnings

from llmlint.records import record
from llmlint.source.read import SourceText

# What an interpreter says of syntax that is only too new for it; the real fault, if any, lies further on.
_SAID_OF_NEWER_SYNTAX = (
    "invalid syntax",
    "f-string:",
    "expected '('",
    "multiple exception types",
    "unterminated string",
)


@record
class SyntaxProblem:
    """Why a text is not Python of any known version; line and column are 1-based, the column in code points."""

    line: int
    column: int
    message: str


def parse(source: SourceText) -> ast.Module | SyntaxProblem:
    """The tree of `source`; warnings about its code are not shown. Line ends and offsets are those of `ast`."""
    problem = parse_standard(source.text, source.path)
    if isinstance(problem, ast.Module):
        return problem
    from llmlint.source.newer_syntax import Refusal, parse_newer

    newer = parse_newer(source.text)
    if not isinstance(newer, Refusal):
        return newer
    if newer.line > problem.line and problem.message.startswith(_SAID_OF_NEWER_SYNTAX):
        return SyntaxProblem(newer.line, newer.column, newer.message)
    return problem


def parse_standard(text: str, path: str) -> ast.Module | SyntaxProblem:
    """The tree of a text in the syntax of the interpreter that runs this."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text, path)
        except SyntaxError as error:
            return _problem(error)
        except (RecursionError, MemoryError):
            return SyntaxProblem(1, 1, "nested too deeply to be parsed safely")
        except ValueError as error:  # a lone surrogate, from an encoding that can hold one
            return SyntaxProblem(1, 1, str(error))


def _problem(error: SyntaxError) -> SyntaxProblem:
    return SyntaxProblem(max(1, error.lineno or 1), max(1, error.offset or 1), error.msg)
