"""Search in the help articles."""

from __future__ import annotations

import json
import logging
import math
from dataclasses import dataclass
from pathlib import Path

from desk import settings
from desk.clients import openai_client

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Article:
    """A page of the help centre."""

    slug: str
    title: str
    body: str


def embed(texts: list[str]) -> list[list[float]]:
    """Return one vector for each text."""
    response = openai_client().embeddings.create(
        model=settings.EMBEDDING_MODEL,
        input=[text.replace("\n", " ") for text in texts],
    )
    return [item.embedding for item in response.data]


def _cosine(a: list[float], b: list[float]) -> float:
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return dot / (math.sqrt(sum(x * x for x in a)) * math.sqrt(sum(y * y for y in b)))


class ArticleIndex:
    """Help articles with their vectors, in memory."""

    def __init__(self) -> None:
        self._entries: list[tuple[Article, list[float]]] = []

    def load(self, path: Path) -> None:
        """Read the articles from a JSON file and index them."""
        articles = [Article(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
        vectors = embed([f"{article.title}\n{article.body}" for article in articles])
        self._entries = list(zip(articles, vectors, strict=True))
        logger.info("indexed %d help articles from %s", len(articles), path)

    def search(self, question: str, limit: int = 3) -> list[Article]:
        """Return the articles closest to the question, best first."""
        (vector,) = embed([question])
        ranked = sorted(self._entries, key=lambda entry: _cosine(vector, entry[1]), reverse=True)
        return [article for article, _ in ranked[:limit]]


articles = ArticleIndex()
