"""The proof for a file in a syntax newer than the running interpreter's, which only LibCST can read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmlint.fixes import edit_comment
from llmlint.fixes.change import change as edit
from llmlint.fixes.change import parse, transform
from llmlint.fixes.nesting import refuse_deep
from llmlint.fixes.refusal import RefusalError
from llmlint.fixes.room import Room
from llmlint.fixes.splice import Splice, compose, moved
from llmlint.fixes.text import Text

if TYPE_CHECKING:
    from llmlint.fixes.proof import Change


def prove(old: Text, new: Text, changes: Sequence[Change]) -> None:
    """`RefusalError` unless running the codemods on the whole module gives the new text, change by change."""
    splices: list[Splice] = []
    text = old
    for change in changes:
        span = moved(change.span, splices)
        splice = edit(text, span, change.operation)
        if change.operation.codemod == edit_comment.NAME:
            raise RefusalError("the file is written in a newer syntax than this Python reads")
        refuse_deep(text.content)
        places = _place(text, span[0]), _place(text, span[1])
        module = transform(parse(text.content), places, change.operation, Room(text, span))
        splices = compose(splices, text.content, splice) if splice else splices
        text = old.spliced(splices)
        if module.code != text.content:
            raise RefusalError("the edit would change more than is intended")
    parse(new.content)
    if text != new:
        raise RefusalError("the edits do not fit together")


def _place(text: Text, offset: int) -> tuple[int, int]:
    line, column = text.position(offset)
    return line, column - 1
