"""Counting tokens."""

from __future__ import annotations

from llmlint.tokens.chunks import chunks
from llmlint.tokens.encodings import load_encoder

USUAL = 1 << 14
"""So many of the first tokens make up most texts, and load ten times as fast as all."""


def count(text: str, encoding: str = "o200k_base", first: int | None = None) -> int:
    """How many tokens the text has; what looks like a special token is counted as the ordinary text it is.

    With the `first` tokens of the vocabulary alone it has as many or more: parts are joined in the order of their
    ranks, and what the later ones join has been joined by these as far as they go.

    Exact, except where 4,000 characters hold no place to cut between two words: then a few tokens off for each.
    Lone surrogates count as U+FFFD, as tiktoken has it. Raises KeyError for an encoding that is not shipped.
    """
    if not text:
        return 0
    encode = load_encoder(encoding, first)
    return sum(len(encode(chunk)) for chunk, _ in chunks(_without_surrogates(text)))


def exceeds(text: str, budget: int, encoding: str = "o200k_base") -> int | None:
    """The number of tokens if it is above the budget, else None; a text that cannot be loads no whole vocabulary."""
    if len(text.encode("utf-8", "surrogatepass")) <= budget or count(text, encoding, USUAL) <= budget:
        return None
    tokens = count(text, encoding)
    return tokens if tokens > budget else None


def _without_surrogates(text: str) -> str:
    # Before cutting: tiktoken joins a pair of surrogates into one character, which a cut could keep apart.
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
