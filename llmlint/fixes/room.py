"""The room that a node has on its lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from llmlint.fixes.refusal import RefusalError
from llmlint.fixes.text import Text
from llmlint.fixes.tree import range_in, read
from llmlint.patterns import regex

_NEWLINE = regex(r"\r\n?|\n")
_BLOCK = regex(r"^(?:async|class|def|else|for|if|try|while|with)\b.*:[ \t]*(?:\r\n?|\n)([ \t]+)\S", re.MULTILINE)


@dataclass(frozen=True)
class Room:
    """The surroundings of the node at `span`, as far as code in its place has to fit in."""

    text: Text
    span: tuple[int, int]

    @cached_property
    def before(self) -> str:
        """What stands on the node's first line before it."""
        line, _ = self.text.position(self.span[0])
        return self.text.content[self.text.starts[line - 1] : self.span[0]]

    @cached_property
    def after(self) -> str:
        """What stands on the node's last line behind it."""
        behind = _NEWLINE.search(self.text.content, self.span[1])
        return self.text.content[self.span[1] : behind.start() if behind else None]

    @cached_property
    def step(self) -> str:
        """What one level of indentation adds in this file."""
        block = _BLOCK.search(self.text.content)
        return block.group(1) if block else "    "

    @cached_property
    def may_break(self) -> bool:
        """Whether the node may go over several lines: inside an f-string not every Python reads that."""
        try:
            tree = read(self.text.content)
        except (SyntaxError, RefusalError):
            return True
        return tree.expressions.get(range_in(self.text, self.span)) not in tree.formatted

    def holds(self, code: str) -> bool:
        """Whether the lines are not too long with this code in the node's place."""
        lines = _NEWLINE.split(f"{self.before}{code}{self.after}")
        return all(len(line.expandtabs(4)) <= self.text.width for line in lines)

    def indent(self, head: str) -> str:
        """The indentation of the line that ends with this beginning of the node."""
        line = _NEWLINE.split(f"{self.before}{head}")[-1]
        return line[: len(line) - len(line.lstrip(" \t"))]
