"""The encodings, built from the vocabularies beside this file."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from llmlint.records import record
from llmlint.tokens.packing import unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VOCABULARIES = os.path.join(os.path.dirname(__file__), "vocabulary")
"""Holds `<encoding>.tokens.gz` for every encoding."""


@record
class Specification:
    """What an encoding is made of besides its vocabulary: the pattern that splits text into pieces, special tokens."""

    pattern: str
    special_tokens: Mapping[str, int]


# Written out and not read from tiktoken_ext, whose functions return them only after a download of the vocabulary;
# and the proof in chunks.py is about these very patterns.
SPECIFICATIONS = {
    "o200k_base": Specification(
        pattern="|".join(
            [
                r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
                r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
                r"\p{N}{1,3}",
                r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
                r"\s*[\r\n]+",
                r"\s+(?!\S)",
                r"\s+",
            ]
        ),
        special_tokens={"<|endoftext|>": 199999, "<|endofprompt|>": 200018},
    ),
    "cl100k_base": Specification(
        pattern=(
            r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+"
            r"|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
        ),
        special_tokens={
            "<|endoftext|>": 100257,
            "<|fim_prefix|>": 100258,
            "<|fim_middle|>": 100259,
            "<|fim_suffix|>": 100260,
            "<|endofprompt|>": 100276,
        },
    ),
}
"""The encodings that can be loaded."""

_lock = threading.Lock()
_encoders: dict[tuple[str, int | None], Callable[[str], list[int]]] = {}


def load_encoder(encoding: str, first: int | None = None) -> Callable[[str], list[int]]:
    """A function from text to its tokens, special tokens taken as ordinary text; loaded once in a process.

    It knows the whole vocabulary, or the `first` tokens of it. Raises KeyError for a name that is not in
    SPECIFICATIONS.
    """
    with _lock:
        if (encoding, first) not in _encoders:
            _encoders[encoding, first] = _load(encoding, SPECIFICATIONS[encoding], first)
        return _encoders[encoding, first]


def _load(name: str, specification: Specification, first: int | None) -> Callable[[str], list[int]]:
    import tiktoken

    with open(os.path.join(VOCABULARIES, f"{name}.tokens.gz"), "rb") as file:
        vocabulary = file.read()
    encoding = tiktoken.Encoding(
        name,
        pat_str=specification.pattern,
        mergeable_ranks=unpack(vocabulary, first),
        special_tokens=dict(specification.special_tokens),
    )
    return encoding.encode_ordinary
