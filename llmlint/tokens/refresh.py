"""Packs tiktoken's vocabulary files for shipping: `python -m llmlint.tokens.refresh o200k_base.tiktoken …`."""

from __future__ import annotations

import base64
import hashlib
import sys
from pathlib import Path

from llmlint.tokens.encodings import VOCABULARIES
from llmlint.tokens.packing import pack, unpack

SHA256 = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}
"""What tiktoken itself expects its vocabulary files to be."""


def tiktoken_text(ranks: dict[bytes, int]) -> bytes:
    """The vocabulary as tiktoken publishes it: a line for each token, in base64, with its rank."""
    return b"".join(base64.b64encode(token) + b" %d\n" % rank for token, rank in ranks.items())


def refresh(source: Path, folder: Path = Path(VOCABULARIES)) -> Path:
    """Pack a file of tiktoken's form named `<encoding>.tiktoken` into `folder`; the path of the packed file.

    Raises ValueError if the file is not, byte for byte, the one that tiktoken expects, or packing would lose anything.
    """
    text = source.read_bytes()
    if hashlib.sha256(text).hexdigest() != SHA256[source.stem]:
        raise ValueError(f"{source} is not the file that tiktoken expects")
    fields = [line.split() for line in text.splitlines()]
    packed = pack({base64.b64decode(token): int(rank) for token, rank in fields})
    if tiktoken_text(unpack(packed)) != text:
        raise ValueError(f"{source} cannot be packed without loss")
    target = folder / f"{source.stem}.tokens.gz"
    target.write_bytes(packed)
    return target


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(refresh(Path(name)))
