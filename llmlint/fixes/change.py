"""One operation on one text: run the codemod on the call alone and reduce what it changed to one edit.

LibCST reads nothing but the call. So no other byte can change, a file of any length costs the same, and what LibCST
cannot read or reproduce elsewhere in the file (a form feed, a very deep literal) does no harm.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from llmlint.diagnostics import Operation
from llmlint.fixes.codemods import codemod
from llmlint.fixes.nesting import refuse_deep
from llmlint.fixes.refusal import TOO_DEEP, RefusalError
from llmlint.fixes.splice import Splice
from llmlint.fixes.text import Text

if TYPE_CHECKING:
    import libcst as cst

_NEWLINE = re.compile(r"\r\n?|\n")


def change(text: Text, span: tuple[int, int], operation: Operation) -> Splice | None:
    """The edit that carries out the operation on the call at `span`, None when there is nothing to change.

    `RefusalError` when no call stands there or it cannot be changed.
    """
    start, end = span
    source = text.content[start:end]
    refuse_deep(source)
    old = f"({_NEWLINE.sub(chr(10), source)})\n"
    new = _transformed(old, operation)
    if new == old:
        return None
    first, last, replacement = _difference(old, new)
    splice_start, splice_end = (_original(text, start, old, offset) for offset in (first, last))
    return Splice(splice_start, splice_end, replacement.replace("\n", text.newline_at(splice_start)))


def transform(module: cst.Module, span: tuple[tuple[int, int], tuple[int, int]], operation: Operation) -> cst.Module:
    """The module after the codemod; `span` has lines from 1 and columns from 0. `RefusalError` without a call there."""
    from libcst.codemod import CodemodContext
    from libcst.metadata import CodeRange

    command = codemod(operation.codemod)(CodemodContext(), CodeRange(*span), dict(operation.arguments))
    try:
        new = command.transform_module(module)
    except RecursionError as error:
        raise RefusalError(TOO_DEEP) from error
    if not command.found:
        raise RefusalError("no call stands at this place")
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


def _transformed(source: str, operation: Operation) -> str:
    try:
        module = parse(source)
    except RefusalError as error:
        raise RefusalError(TOO_DEEP if str(error) == TOO_DEEP else "no call stands at this place") from error
    lines = source[:-1].split("\n")
    new = transform(module, ((1, 1), (len(lines), len(lines[-1]) - 1)), operation)
    try:
        return new.code
    except RecursionError as error:
        raise RefusalError(TOO_DEEP) from error


def _difference(old: str, new: str) -> tuple[int, int, str]:
    shorter = min(len(old), len(new))
    head = next((index for index in range(shorter) if old[index] != new[index]), shorter)
    tail = next((index for index in range(shorter - head) if old[-1 - index] != new[-1 - index]), shorter - head)
    # Whole words: a reader of the edit should see `max_completion_tokens`, not `completion_`.
    while head and _in_word(old, head) | _in_word(new, head):
        head -= 1
    while tail and _in_word(old, len(old) - tail) | _in_word(new, len(new) - tail):
        tail -= 1
    return head, len(old) - tail, new[head : len(new) - tail]


def _in_word(source: str, offset: int) -> bool:
    return f"{source[offset - 1]}{source[offset]}".replace("_", "a").isalnum()


def _original(text: Text, start: int, source: str, offset: int) -> int:
    lines = source.count("\n", 0, offset)
    if lines == 0:
        return start + offset - 1
    line, _ = text.position(start)
    return text.starts[line + lines - 1] + offset - (source.rindex("\n", 0, offset) + 1)
