"""Cuts text into chunks short enough for tiktoken.

On an unbroken run of one kind of character (a long line of `=`, data in base64) tiktoken's effort grows faster than
the length, in older releases with its square, and on a million blanks its matcher overflows its stack.

Most cuts are at places that change no count. An encoding splits the text by a pattern first and merges bytes only
inside a piece, so cutting between two pieces is free, if both sides are still split as they were. That holds
- before a space that follows a character other than white space: no piece of either pattern holds white space after
  other characters, save line ends, so one ends there, and the two conditions in the patterns that look ahead
  (`\\s+(?!\\S)` and `\\s++$`) look from white space to what comes after, which stays in the chunk;
- after a line feed that is followed by neither white space nor a slash: line ends are followed in a piece by white
  space or, in o200k_base, slashes only, and white space that ends in a line feed is one piece up to there in either
  case, by `\\s*[\\r\\n]+` or `\\s++$`.
Python's `\\s` holds every character that the patterns' `\\s` does, and four more, which only makes cuts rarer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 4_000
"""Characters in a chunk: more than real text goes on without a space or line feed; about 2 ms of work at worst."""

_FREE = r"(?:\Z|(?<=\S)(?= )|(?<=\n)(?=[^\s/]))"


def chunks(text: str, longest: int = LONGEST) -> Iterator[tuple[str, bool]]:
    """Chunks of at most `longest` characters that make up the text, each with whether the cut after it is free.

    If all are, the tokens of the chunks add up to those of the text. Any other cut changes their number by a few.
    """
    up_to_free_cut = re.compile(rf"(?s:.{{1,{longest}}}){_FREE}")
    start = 0
    while start < len(text):
        found = up_to_free_cut.match(text, start)
        end = found.end() if found else start + longest
        yield text[start:end], found is not None
        start = end
