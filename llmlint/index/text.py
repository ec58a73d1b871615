"""Text: f-strings, concatenation, `%`, `format` and `join`, as constant parts and holes."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from llmlint.index.values import (
    MAX_PARTS,
    TOO_LONG,
    Const,
    Env,
    Frame,
    Origin,
    Sequence,
    Template,
    Union,
    Unknown,
    Value,
    alternatives,
    const,
    text_of,
    union,
    usual,
)
from llmlint.patterns import regex

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

HOLE = regex(r"\{\{|\}\}|\{[^{}]*\}")
PERCENT = regex(r"%(?:\([^)]*\))?[#0\- +]*[\d*]*(?:\.[\d*]+)?[diouxXeEfFgGcrsa]")
DOLLAR = regex(r"\$\$|\$\{[A-Za-z_]\w*\}|\$[A-Za-z_]\w*")
HOST = regex(r"\w+://[^/?#]+")
MAX_COMBINATIONS = 8
MAX_TEXT = 4_000_000  # characters; what doubles in every line would not end otherwise


def joined(ev: Evaluator, node: ast.JoinedStr, frame: Frame | None) -> Value:
    """An f-string: its literal parts, and those of the constants put in."""
    module = ev.module_of(node)
    pieces: list[Value] = []
    for piece in node.values:
        if isinstance(piece, ast.Constant):
            pieces.append(const(piece.value, module, node))
        elif isinstance(piece, ast.FormattedValue):
            pieces.append(ev.evaluate(piece.value, frame))
    return _spread(pieces, Origin(module, node))


def _spread(pieces: list[Value], origin: Origin) -> Value:
    """The texts that these make where one of them may be several; of more, how they vary together is not known."""
    several = [number for number, piece in enumerate(pieces) if isinstance(piece, Union)]
    if len(several) != 1:
        return _strung(pieces, origin)
    before, after = pieces[: several[0]], pieces[several[0] + 1 :]
    return union([_strung([*before, option, *after], origin) for option in alternatives(pieces[several[0]])])


def _strung(pieces: list[Value], origin: Origin | None) -> Value:
    """The text that these make one behind the other."""
    whole = _whole([part for piece in pieces for part in _parts(piece) or [None]], origin)
    filled = [usual(piece) for piece in pieces]
    if not isinstance(whole, Template) or all(one is other for one, other in zip(pieces, filled, strict=True)):
        return whole
    return replace(whole, usual=_whole([part for piece in filled for part in _parts(piece) or [None]], origin))


def _parts(value: Value) -> list[Const | None] | None:
    """The parts of something that becomes text, None where nothing about the text is known."""
    if isinstance(value, Template):
        return list(value.parts)
    if isinstance(value, Const):
        return [value if isinstance(value.value, str) else Const(str(value.value), "str", value.origin)]
    return None


def _whole(parts: list[Const | None], origin: Origin | None) -> Value:
    if len(parts) == 1 and parts[0] is not None:
        return parts[0]
    if len(parts) > MAX_PARTS or sum(len(str(part.value)) for part in parts if part is not None) > MAX_TEXT:
        return Unknown(TOO_LONG)
    if parts and all(part is not None for part in parts):
        whole = "".join(str(part.value) for part in parts if part is not None)
        return Const(whole, "str", _of_most(parts, len(whole)) or origin)
    return Template(tuple(parts), origin)


def _of_most(parts: list[Const | None], length: int) -> Origin | None:
    """Where the part is written that is more than half of a text."""
    found = (part for part in parts if part is not None and 2 * len(str(part.value)) > length)
    return next((part.origin for part in found), None)


def add(left: Value, right: Value) -> Value:
    """`left + right` for text and sequences."""
    results: list[Value] = []
    for one in list(alternatives(left))[:MAX_COMBINATIONS]:
        for other in list(alternatives(right))[:MAX_COMBINATIONS]:
            results.append(_add(one, other))
    return union(results)


def _add(left: Value, right: Value) -> Value:
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        return Sequence((*left.parts, *right.parts), left.open or right.open, left.origin)
    if isinstance(left, Sequence) or isinstance(right, Sequence):
        known = left if isinstance(left, Sequence) else right
        assert isinstance(known, Sequence)
        return Sequence(known.parts, known.open or "it is joined with a computed list", known.origin)
    if _texty(left) or _texty(right):
        return _strung([left, right], left.origin if isinstance(left, (Const, Template)) else None)
    return Unknown("it is computed at run time")


def _texty(value: Value) -> bool:
    return isinstance(value, Template) or text_of(value) is not None


def arithmetic(ev: Evaluator, node: ast.BinOp, left: Value, right: Value) -> Value:
    """`+`, `%` and `*` on text and numbers."""
    if isinstance(node.op, ast.Add):
        numbers = _numbers(left, right)
        return const(numbers[0] + numbers[1], ev.module_of(node), node) if numbers else made_by(add(left, right), node)
    if isinstance(node.op, ast.Mod) and _texty(left):
        return made_by(percent(left), node)
    numbers = _numbers(left, right)
    if numbers and isinstance(node.op, ast.Mult):
        return const(numbers[0] * numbers[1], ev.module_of(node), node)
    if isinstance(left, Env) or isinstance(right, Env):
        return left if isinstance(left, Env) else right
    return Unknown("it is computed at run time")


def _numbers(left: Value, right: Value) -> tuple[float, float] | None:
    if isinstance(left, Const) and isinstance(right, Const):
        one, other = left.value, right.value
        if isinstance(one, (int, float)) and isinstance(other, (int, float)) and abs(one) < 1e12 and abs(other) < 1e12:
            return one, other
    return None


def percent(base: Value) -> Value:
    """`text % values`: each conversion is a hole."""
    return _punch(base, PERCENT)


def format_holes(base: Value, given: dict[str, Value]) -> Value:
    """`text.format(…)`: each replacement field is a hole, unless what is `given` for it is known."""
    return _punch(base, HOLE, given)


def dollar_holes(base: Value) -> Value:
    """`string.Template(text).substitute(…)`: each placeholder is a hole."""
    return _punch(base, DOLLAR)


def _punch(base: Value, pattern: re.Pattern[str], given: dict[str, Value] | None = None) -> Value:
    parts: list[Const | None] = []
    origin = base.origin if isinstance(base, (Const, Template)) else None
    for part in _parts(base) or [None]:
        if part is None:
            parts.append(None)
            continue
        string, start = str(part.value), 0
        for match in pattern.finditer(string):
            if match.group() in ("{{", "}}", "%%", "$$"):
                continue
            if match.start() > start:
                parts.append(Const(string[start : match.start()], "str", part.origin))
            parts += _parts(given[field]) or [None] if given and (field := match[0][1:-1]) in given else [None]
            start = match.end()
        if start < len(string):
            parts.append(Const(string[start:], "str", part.origin))
    return _whole(parts, origin)


def replaced(base: Const, old: Value, new: Value) -> Value:
    """`text.replace(old, new)`: what comes in the place of a known text, such as a placeholder, may be a hole."""
    sought, string = text_of(old), str(base.value)
    if not sought:
        return Template((None,))
    parts: list[Const | None] = []
    for number, piece in enumerate(string.split(sought)):
        if number:
            parts += _parts(new) or [None]
        if piece:
            parts.append(Const(piece, "str", base.origin))
    return _whole(parts, base.origin) if parts else base


def address(base: Value, path: Value) -> Value:
    """`urllib.parse.urljoin(base, path)`: a path from the root takes the place of that of the base."""
    root, string = text_of(base), text_of(path)
    if string is not None and "://" in string:
        return path
    if root is not None and string is not None:
        found = HOST.match(root)
        host = found[0] if found else ""
        folder = "" if string.startswith("/") else root[len(host) :].rpartition("/")[0] + "/"
        return Const(host + folder + string, "str", path.origin if isinstance(path, Const) else None)
    whole = _strung([Template((None,)), path], None)
    filled = usual(base)
    return replace(whole, usual=address(filled, path)) if isinstance(whole, Template) and filled is not base else whole


def made_by(value: Value, node: ast.expr) -> Value:
    """A text with holes, told which expression puts it together."""
    made = [replace(o, made=node) if isinstance(o, Template) else o for o in alternatives(value)]
    return union(made) if isinstance(value, (Template, Union)) else value


def join(separator: Value, items: Value) -> Value:
    """`separator.join(items)`."""
    if not isinstance(items, Sequence):
        return Template((None,))
    parts: list[Const | None] = []
    for number, item in enumerate(items.items):
        if number and isinstance(separator, Const):
            parts.append(separator)
        parts += _parts(item) or [None]
    if items.open:
        parts.append(None)
    return _whole(parts, items.origin)
