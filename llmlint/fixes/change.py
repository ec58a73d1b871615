"""One operation on one text: run the codemod on as little as it needs and reduce what it changed to one edit.

LibCST reads nothing but the expression or statement to change, or the imports. So no other byte can change, a file of
any length costs the same, and what LibCST cannot read or reproduce elsewhere in the file (a form feed, a very deep
literal) does no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmlint.diagnostics import Operation
from llmlint.fixes import edit_comment
from llmlint.fixes.codemods import codemod
from llmlint.fixes.nesting import refuse_deep
from llmlint.fixes.refusal import ELSEWHERE, TOO_DEEP, RefusalError
from llmlint.fixes.room import Room
from llmlint.fixes.splice import Splice
from llmlint.fixes.text import Text
from llmlint.fixes.units import Excerpt, Unit, excerpt

if TYPE_CHECKING:
    import libcst as cst


def change(text: Text, span: tuple[int, int], operation: Operation) -> Splice | None:
    """The edit that carries out the operation on the node at `span`, None when there is nothing to change.

    `RefusalError` when no such node stands there or it cannot be changed.
    """
    if operation.codemod == edit_comment.NAME:
        return edit_comment.edit_comment(text, span, operation)
    command = codemod(operation.codemod)
    if not command.applies(text, dict(operation.arguments)):
        return None
    unit = command.UNIT
    part = excerpt(text, span, unit)
    refuse_deep(part.source)
    new = _transformed(part, unit, operation, Room(text, span))
    if new == part.source:
        return None
    first, last, replacement = _difference(part, new)
    start, end = part.offset(text, first), part.offset(text, last)
    return Splice(start, end, replacement.replace("\n", text.newline_at(start)))


def transform(
    module: cst.Module, span: tuple[tuple[int, int], tuple[int, int]], operation: Operation, room: Room
) -> cst.Module:
    """The module after the codemod; `span` has lines from 1 and columns from 0. `RefusalError` with nothing there."""
    from libcst.codemod import CodemodContext
    from libcst.metadata import CodeRange

    command = codemod(operation.codemod)(CodemodContext(), CodeRange(*span), dict(operation.arguments), room)
    try:
        new = command.transform_module(module)
    except RecursionError as error:
        raise RefusalError(TOO_DEEP) from error
    if not command.found:
        raise RefusalError(ELSEWHERE)
    return new


def parse(source: str) -> cst.Module:
    """LibCST's tree, which reproduces the source exactly; `RefusalError` if there is none."""
    import libcst as cst

    try:
        module = cst.parse_module(source)
        if module.code == source:
            return module
    except cst.ParserSyntaxError as error:
        raise RefusalError("the source does not parse") from error
    except RecursionError as error:
        raise RefusalError(TOO_DEEP) from error
    raise RefusalError("the source cannot be reproduced exactly")


def _transformed(part: Excerpt, unit: Unit, operation: Operation, room: Room) -> str:
    try:
        module = parse(part.source)
    except RefusalError as error:
        raise RefusalError(TOO_DEEP if str(error) == TOO_DEEP else ELSEWHERE) from error
    new = transform(module, _bare(module) if unit is Unit.EXPRESSION else part.target, operation, room)
    try:
        return new.code
    except RecursionError as error:
        raise RefusalError(TOO_DEEP) from error


def _bare(module: cst.Module) -> tuple[tuple[int, int], tuple[int, int]]:
    """Where the module's one expression stands without parentheses of its own, which a node's range leaves out."""
    import libcst as cst
    from libcst.metadata import MetadataWrapper, PositionProvider

    line = module.body[0]
    expression = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
    if not isinstance(expression, cst.Expr):
        raise RefusalError(ELSEWHERE)
    place = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)[expression.value]
    return (place.start.line, place.start.column), (place.end.line, place.end.column)


def _difference(part: Excerpt, new: str) -> tuple[int, int, str]:
    # The edit takes in a character of the node, lest what is added at its border be taken for its neighbour's.
    old = part.source
    first, last = len(part.prefix), len(part.prefix) + len(part.body)
    shorter = min(len(old), len(new))
    head = next((index for index in range(shorter) if old[index] != new[index]), shorter)
    head = min(head, last - 1)
    tail = next((index for index in range(shorter - head) if old[-1 - index] != new[-1 - index]), shorter - head)
    tail = min(tail, len(old) - first - 1)
    # Whole words: a reader of the edit should see `max_completion_tokens`, not `completion_`.
    while head and _in_word(old, head) | _in_word(new, head):
        head -= 1
    while tail and _in_word(old, len(old) - tail) | _in_word(new, len(new) - tail):
        tail -= 1
    return head, len(old) - tail, new[head : len(new) - tail]


def _in_word(source: str, offset: int) -> bool:
    return len(word := source[offset - 1 : offset + 1].replace("_", "a")) == 2 and word.isalnum()
