"""Source text as fixes see it: decoded, with its lines, and the way back to the original bytes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from llmlint.diagnostics import Location
from llmlint.fixes.refusal import RefusalError
from llmlint.fixes.splice import Splice
from llmlint.patterns import regex
from llmlint.records import record
from llmlint.source.errors import SourceError
from llmlint.source.read import UTF8_BOM, SourceText, decode_source

_NEWLINE = regex(r"\r\n?|\n")


@dataclass(frozen=True)
class Text:
    """Python source; offsets count code points, and only LF, CR and CRLF end a line, which may be `width` long."""

    content: str
    width: int = 88

    @cached_property
    def starts(self) -> list[int]:
        """The offset of each line's first character."""
        return [0, *(match.end() for match in _NEWLINE.finditer(self.content))]

    def offset(self, line: int, column: int) -> int:
        """The offset of a 1-based position; `RefusalError` when there is no such place."""
        if 1 <= line <= len(self.starts) and column >= 1:
            offset = self.starts[line - 1] + column - 1
            end = self.starts[line] if line < len(self.starts) else len(self.content)
            if offset <= end:
                return offset
        raise RefusalError(f"the file has no line {line}, column {column}")

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def newline_at(self, offset: int) -> str:
        """The newline that ends the line at this offset or, where none does, the one before it."""
        line, _ = self.position(offset)
        follower = min(line, len(self.starts) - 1)
        match = _NEWLINE.search(self.content, self.starts[follower - 1]) if follower else None
        return match.group() if match else "\n"

    def location(self, splice: Splice, like: Location) -> Location:
        """The place of an edit, in the file (and cell) of `like`."""
        line, column = self.position(splice.start)
        end_line, end_column = self.position(splice.end)
        return Location(like.path, line, column, end_line, end_column, like.cell)

    def spliced(self, splices: Sequence[Splice]) -> Text:
        """The text with these edits made; they are sorted and do not overlap."""
        parts: list[str] = []
        done = 0
        for splice in splices:
            parts += (self.content[done : splice.start], splice.text)
            done = splice.end
        return Text("".join([*parts, self.content[done:]]), self.width)


@record
class Source:
    """A file's bytes and the text they encode."""

    file: SourceText
    text: Text

    @classmethod
    def decode(cls, data: bytes, width: int = 88) -> Source:
        """Reads the bytes as Python does (BOM, coding comment, UTF-8); `RefusalError` when that fails."""
        file = decode_source("", data)
        if isinstance(file, SourceError):
            raise RefusalError(f"the file {file.message}")
        return cls(file, Text(file.text, width))

    def spliced(self, splices: Sequence[Splice]) -> bytes:
        """The bytes with these edits made and no other changed; `RefusalError` if the encoding cannot say it."""
        content, data, encoding = self.text.content, self.file.data, self.file.encoding
        head = position = len(UTF8_BOM) if self.file.bom else 0
        parts = [data[:head]]
        done = 0
        try:
            for splice in splices:
                start = position + len(content[done : splice.start].encode(encoding))
                parts += (data[position:start], splice.text.encode(encoding))
                done, position = splice.end, start + len(content[splice.start : splice.end].encode(encoding))
            new = b"".join([*parts, data[position:]])
            if new[head:].decode(encoding) == self.text.spliced(splices).content:
                return new
        except UnicodeError:
            pass
        raise RefusalError(f"the edit cannot be written in the file's encoding, {encoding}")
