"""Answers: each question about a project is worked out once, also where questions lead back to themselves."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable
from typing import Any

FUEL = 200_000  # steps for one question from outside: five times the longest met, to end what would not end
MAX_DEPTH = 400  # questions within questions, each about nine frames of the interpreter deep
RECURSION_LIMIT = 6_000
NOTHING = 1 << 30


class Answers:
    """Answers by key. One that leans on a question still open is kept only for as long as that one is open."""

    def __init__(self) -> None:
        self.kept: dict[Hashable, Any] = {}
        self._open: dict[Hashable, int] = {}  # the questions being worked out, each with its place: outermost 0
        # Answers for now, each with the outermost place that it leans on.
        self._leaning: dict[Hashable, tuple[Any, int]] = {}
        self._order: list[Hashable] = []
        self._low = NOTHING  # the outermost place that what is being worked out has leaned on so far
        self._fuel = FUEL

    def ask(self, key: Hashable, circular: Any, compute: Callable[..., Any], *given: object) -> Any:
        """The answer kept for the key, else what `compute(*given)` gives; `circular` where the question is open."""
        found = self.kept.get(key)
        if found is not None:
            return found
        leaning = self._leaning.get(key)
        if leaning is not None:
            answer, low = leaning
            self.lean(low)
            return answer
        again = self._open.get(key)
        if again is not None:
            self.lean(again)
            return circular
        return self._work_out(key, compute, given)

    def _work_out(self, key: Hashable, compute: Callable[..., Any], given: tuple[object, ...]) -> Any:
        place = len(self._open)
        if place == 0:
            self._fuel = FUEL
            sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION_LIMIT))
        self._fuel -= 1
        self._open[key] = place
        around, self._low = self._low, NOTHING
        first = len(self._order)
        try:
            answer = compute(*given)
        except BaseException:
            self._forget(first)
            raise
        finally:
            del self._open[key]
            low, self._low = self._low, around
        if low >= place or place == 0:
            self.kept[key] = answer
            self._forget(first)
        else:
            self._leaning[key] = answer, low
            self._order.append(key)
            self.lean(low)
        return answer

    def _forget(self, first: int) -> None:
        """Drop the answers for now from this one on."""
        for leaning in self._order[first:]:
            del self._leaning[leaning]
        del self._order[first:]

    @property
    def place(self) -> int:
        """How many questions are open."""
        return len(self._open)

    @property
    def exhausted(self) -> bool:
        """Whether the question has become too long to follow."""
        return self._fuel <= 0 or len(self._open) > MAX_DEPTH

    def lean(self, place: int) -> None:
        """Note that the answer being worked out holds only while the question at this place is open."""
        self._low = min(self._low, place)
