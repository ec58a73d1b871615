"""Edits of a string as offsets, and how one edit moves the places of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """Replaces the code points from `start` up to `end` by `text`."""

    start: int
    end: int
    text: str

    @property
    def growth(self) -> int:
        """By how much the string becomes longer."""
        return len(self.text) - (self.end - self.start)


def touch(one: Splice, other: Splice) -> bool:
    """Whether two edits share a character or a place between characters, so that their order would matter."""
    return one.start <= other.end and other.start <= one.end


def moved(span: tuple[int, int], splices: Sequence[Splice]) -> tuple[int, int]:
    """Where a node's range lies after edits that are inside it, outside it or enclose nothing of its border."""
    start, end = span
    return (
        start + sum(splice.growth for splice in splices if splice.end <= start),
        end + sum(splice.growth for splice in splices if splice.start < end),
    )


def compose(splices: Sequence[Splice], content: str, after: Splice) -> list[Splice]:
    """One list of edits for `splices` and then `after`; `content` is the string that `splices` led to."""
    shift = 0
    before: list[Splice] = []
    absorbed: list[tuple[Splice, int]] = []
    behind: list[Splice] = []
    for splice in splices:
        here = splice.start + shift
        if here + len(splice.text) < after.start:
            before.append(splice)
            shift += splice.growth
        elif here > after.end:
            behind.append(splice)
        else:
            absorbed.append((splice, here))
            shift += splice.growth
    inner = sum(splice.growth for splice, _ in absorbed)
    start = min([after.start, *(here for _, here in absorbed)])
    end = max([after.end, *(here + len(splice.text) for splice, here in absorbed)])
    text = content[start : after.start] + after.text + content[after.end : end]
    return [*before, Splice(start - (shift - inner), end - shift, text), *behind]
