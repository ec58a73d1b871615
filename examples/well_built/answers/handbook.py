"""The handbook and the search in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from answers.gateway import Gateway


@dataclass(frozen=True)
class Passage:
    """A numbered passage of the handbook."""

    number: int
    text: str


def _words(text: str) -> set[str]:
    return {word.strip(".,;:?!()").lower() for word in text.split() if len(word) > 3}


class Handbook:
    """Passages that can be searched by meaning, and by words while no vectors can be had."""

    def __init__(self, path: Path, gateway: Gateway) -> None:
        texts = json.loads(path.read_text(encoding="utf-8"))
        self._gateway = gateway
        self._passages = [Passage(number, text) for number, text in enumerate(texts, 1)]

    def search(self, question: str, limit: int = 4) -> list[Passage]:
        """Return the passages closest to the question, best first."""
        wanted = self._gateway.embed(question)
        if wanted is None:
            return self._by_words(question, limit)
        scored: list[tuple[float, Passage]] = []
        for passage in self._passages:
            vector = self._gateway.embed(passage.text)
            if vector is None:
                return self._by_words(question, limit)
            scored.append((sum(a * b for a, b in zip(wanted, vector, strict=True)), passage))
        scored.sort(key=lambda pair: pair[0], reverse=True)
        return [passage for _, passage in scored[:limit]]

    def _by_words(self, question: str, limit: int) -> list[Passage]:
        words = _words(question)
        return sorted(self._passages, key=lambda passage: len(words & _words(passage.text)), reverse=True)[:limit]
