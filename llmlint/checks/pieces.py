"""Pieces of a text: what stands in it as written, and what is put between, in order."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from llmlint.checks.clocks import moment
from llmlint.index.narrowing import assigned
from llmlint.index.text import DOLLAR
from llmlint.index.tree import last_name
from llmlint.index.values import Result, alternatives, dotted, text_of
from llmlint.records import record

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

STRIPPING = ("strip", "lstrip", "rstrip")
REWRITING = ("dedent", "cleandoc", "str")
MAX_DEPTH = 6


@record
class Hole:
    """Where something is put into a text: the expression, None where that is not seen, and how it is formatted."""

    value: ast.expr | None
    spec: str = ""


Piece = str | Hole


def pieces(ev: Evaluator, node: ast.expr, depth: int = 0) -> list[Piece]:
    """The pieces of the text that an expression makes; itself, in a hole, where it makes none that is understood."""
    if depth > MAX_DEPTH:
        return [Hole(node)]
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.JoinedStr):
        return [piece for part in node.values for piece in _of_part(ev, part, depth)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*pieces(ev, node.left, depth + 1), *pieces(ev, node.right, depth + 1)]
    found = _called(ev, node, depth) if isinstance(node, ast.Call) else None
    if found is not None:
        return found
    written = assigned(node) if isinstance(node, ast.Name) else None
    if written is not None and moment(ev, node) is None:
        return pieces(ev, written, depth + 1)
    text = _text(ev, node)
    return [text] if text is not None else [Hole(node)]


def _of_part(ev: Evaluator, part: ast.expr, depth: int) -> list[Piece]:
    if not isinstance(part, ast.FormattedValue):
        return pieces(ev, part, depth + 1)
    spec = ast.unparse(part.format_spec) if part.format_spec is not None else ""
    return [Hole(part.value, spec)] if spec else pieces(ev, part.value, depth + 1)


def _called(ev: Evaluator, call: ast.Call, depth: int) -> list[Piece] | None:
    """The pieces that a method of a text, or of a template, gives; None for other calls."""
    name = last_name(call.func)
    if name in REWRITING and len(call.args) == 1 and moment(ev, call) is None:
        return pieces(ev, call.args[0], depth + 1)
    if not isinstance(call.func, ast.Attribute):
        return None
    base = call.func.value
    if name in STRIPPING:
        return pieces(ev, base, depth + 1)
    if name == "join" and len(call.args) == 1 and moment(ev, call.args[0]) is not None:
        return [Hole(call.args[0])]
    if name == "format" and (text := _text(ev, base)) is not None:
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        return formatted(ev, text, {**given, **{str(n): one for n, one in enumerate(call.args)}}, depth)
    if name == "replace" and len(call.args) == 2 and (sought := _text(ev, call.args[0])):
        put = pieces(ev, call.args[1], depth + 1)
        return [one for piece in pieces(ev, base, depth + 1) for one in _replaced(piece, sought, put)]
    if name in ("substitute", "safe_substitute"):
        made = next(iter(alternatives(ev.evaluate(base))), None)
        if isinstance(made, Result) and made.call is not None and dotted(made.callee) == "string.Template":
            text = _text(ev, made.call.args[0]) if made.call.args else None
            given = {keyword.arg: keyword.value for keyword in call.keywords}
            return list(_substituted(ev, text, given, depth)) if text is not None else None
    return None


def formatted(ev: Evaluator, text: str, given: Mapping[str | None, ast.expr], depth: int = 0) -> list[Piece]:
    """The pieces of a text with replacement fields into which these are put, by name or number."""
    try:
        parsed = list(string.Formatter().parse(text))
    except ValueError:
        return [Hole(None)]
    found: list[Piece] = []
    unnamed = 0
    for written, field, spec, _ in parsed:
        found += [written] if written else []
        if field is not None:
            found += _filled(ev, given.get(field or str(unnamed)), spec or "", depth)
            unnamed += not field
    return found


def _substituted(ev: Evaluator, text: str, given: Mapping[str | None, ast.expr], depth: int) -> Iterator[Piece]:
    start = 0
    for match in DOLLAR.finditer(text):
        yield text[start : match.start()]
        start = match.end()
        if match[0] == "$$":
            yield "$"
        else:
            yield from _filled(ev, given.get(match[0].strip("${}")), "", depth)
    yield text[start:]


def _replaced(piece: Piece, sought: str, put: list[Piece]) -> Iterator[Piece]:
    split: list[Piece] = [*piece.split(sought)] if isinstance(piece, str) else [piece]
    for number, part in enumerate(split):
        yield from put if number else ()
        yield part


def _filled(ev: Evaluator, value: ast.expr | None, spec: str, depth: int) -> list[Piece]:
    return [Hole(value, spec)] if value is None or spec else pieces(ev, value, depth + 1)


def _text(ev: Evaluator, node: ast.expr) -> str | None:
    options = list(alternatives(ev.evaluate(node)))
    return text_of(options[0]) if len(options) == 1 else None
