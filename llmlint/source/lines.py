"""Lines and columns as the parser counts them, turned into those that people count."""

from __future__ import annotations

from functools import cached_property

from llmlint.patterns import regex

LINE = regex(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def split_lines(text: str) -> list[str]:
    r"""The lines of `text` without their ends.

    Only \n, \r\n and \r end a line, as in Python's tokenizer: a form feed, \v or \u2028 is a character within one.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


class LineIndex:
    """Columns of one text; where all of it is ASCII the text is never split."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ascii = text.isascii()

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return split_lines(self._text)

    @cached_property
    def _ended(self) -> list[str]:
        """The lines with their ends."""
        return LINE.findall(self._text)

    def segment(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """The text between two of `ast`'s positions; its own function for that splits the text anew each time."""
        lines = [line.encode() for line in self._ended[start[0] - 1 : end[0]]]
        lines[-1] = lines[-1][: end[1]]
        lines[0] = lines[0][start[1] :]
        return b"".join(lines).decode()

    def column(self, line: int, offset: int) -> int:
        """The 1-based code point column of `ast`'s (1-based line, 0-based UTF-8 offset)."""
        if self._ascii or line > len(self.lines):
            return offset + 1
        text = self.lines[line - 1]
        if text.isascii():
            return offset + 1
        return len(text.encode(errors="surrogatepass")[:offset].decode(errors="ignore")) + 1
