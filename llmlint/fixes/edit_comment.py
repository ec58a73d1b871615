"""The operation `edit-comment`: a part of a comment is spelled differently or goes, with the line that it leaves empty.

Comments stand in no tree, so this works on the text. The proof that the tree stays as it is holds for it, too.
"""

from __future__ import annotations

from llmlint.diagnostics import Operation
from llmlint.fixes.refusal import RefusalError
from llmlint.fixes.splice import Splice
from llmlint.fixes.text import Text

NAME = "edit-comment"


def edit_comment(text: Text, span: tuple[int, int], operation: Operation) -> Splice | None:
    """The edit that puts `new` in the place of `old`, None where that does not stand there any more."""
    arguments = dict(operation.arguments)
    old, new = arguments["old"], arguments["new"]
    start, end = span
    if text.content[start:end] != old:
        return None
    if not old.startswith("#"):
        raise RefusalError("there is no comment there")
    if new:
        return Splice(start, end, new)
    line, _ = text.position(start)
    first = text.starts[line - 1]
    last = text.starts[line] if line < len(text.starts) else len(text.content)
    before, after = text.content[first:start], text.content[end:last]
    if after.strip():  # another comment on the line
        return Splice(start, end + len(after) - len(after.lstrip()), "")
    if before.strip():
        return Splice(first + len(before.rstrip()), end, "")
    return Splice(first, last, "")
