"""The room that a node has on its lines."""

from __future__ import annotations

import re

from llmlint.fixes.text import Text
from llmlint.records import record

_NEWLINE = re.compile(r"\r\n?|\n")
_BLOCK = re.compile(r"^(?:async|class|def|else|for|if|try|while|with)\b.*:[ \t]*(?:\r\n?|\n)([ \t]+)\S", re.MULTILINE)


@record
class Room:
    """What stands on a node's first line before it and on its last line behind it, and how the file is laid out.

    `width` is how long a line may be, `step` what one level of indentation adds.
    """

    before: str
    after: str
    width: int
    step: str

    def holds(self, code: str) -> bool:
        """Whether the lines are not too long with this code in the node's place."""
        return all(len(line.expandtabs(4)) <= self.width for line in _NEWLINE.split(f"{self.before}{code}{self.after}"))

    def indent(self, head: str) -> str:
        """The indentation of the line that ends with this beginning of the node."""
        line = _NEWLINE.split(f"{self.before}{head}")[-1]
        return line[: len(line) - len(line.lstrip(" \t"))]


def room_at(text: Text, span: tuple[int, int]) -> Room:
    """The room of the node at `span`."""
    line, _ = text.position(span[0])
    behind = _NEWLINE.search(text.content, span[1])
    block = _BLOCK.search(text.content)
    return Room(
        text.content[text.starts[line - 1] : span[0]],
        text.content[span[1] : behind.start() if behind else None],
        text.width,
        block.group(1) if block else "    ",
    )
