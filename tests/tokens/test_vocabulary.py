from __future__ import annotations

import base64
import hashlib
import zlib
from pathlib import Path

import pytest
import tiktoken_ext.openai_public  # type: ignore[import-untyped]

from llmlint.tokens import encodings
from llmlint.tokens.encodings import SPECIFICATIONS
from llmlint.tokens.packing import pack, unpack
from llmlint.tokens.refresh import SHA256, refresh, tiktoken_text

VOCABULARIES = Path(encodings.VOCABULARIES)


@pytest.mark.parametrize("encoding", SPECIFICATIONS)
def test_the_vocabulary_is_byte_for_byte_the_one_that_tiktoken_expects(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected: list[str] = []

    def note_hash(_: str, expected_hash: str) -> dict[bytes, int]:
        expected.append(expected_hash)
        return {}

    monkeypatch.setattr(tiktoken_ext.openai_public, "load_tiktoken_bpe", note_hash)
    getattr(tiktoken_ext.openai_public, encoding)()
    ranks = unpack((VOCABULARIES / f"{encoding}.tokens.gz").read_bytes())

    lines = [base64.b64encode(token) + b" " + str(rank).encode() + b"\n" for token, rank in ranks.items()]

    assert [hashlib.sha256(b"".join(lines)).hexdigest()] == expected == [SHA256[encoding]]


@pytest.mark.parametrize("encoding", SPECIFICATIONS)
def test_pattern_and_special_tokens_are_those_of_tiktoken(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiktoken_ext.openai_public, "load_tiktoken_bpe", lambda *_, **__: {})

    original = getattr(tiktoken_ext.openai_public, encoding)()

    assert SPECIFICATIONS[encoding].pattern == original["pat_str"]
    assert SPECIFICATIONS[encoding].special_tokens == original["special_tokens"]


def test_every_vocabulary_has_its_specification_and_the_licence_lies_beside_them() -> None:
    assert {path.name for path in VOCABULARIES.iterdir()} == {
        *(f"{encoding}.tokens.gz" for encoding in SPECIFICATIONS),
        "LICENSE",
    }


def test_unpacking_gives_what_was_packed() -> None:
    ranks = {b"\0": 0, b"\n": 1, b"ab": 2, b"\xff" * 255: 3}

    assert unpack(pack(ranks)) == ranks


@pytest.mark.parametrize(
    ("ranks", "complaint"),
    [
        ({b"a": 0, b"b": 2}, "from 0 up"),
        ({b"a": 1}, "from 0 up"),
        ({b"": 0}, "empty"),
        ({b"a" * 256: 0}, "256"),
    ],
)
def test_a_vocabulary_that_the_form_cannot_hold_is_refused(ranks: dict[bytes, int], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        pack(ranks)


def test_a_damaged_file_is_noticed() -> None:
    packed = bytearray(pack({bytes([byte]): byte for byte in range(256)}))
    packed[len(packed) // 2] ^= 1

    with pytest.raises(zlib.error):
        unpack(bytes(packed))


def test_refresh_packs_the_file_that_tiktoken_expects(tmp_path: Path) -> None:
    source = tmp_path / "cl100k_base.tiktoken"
    source.write_bytes(tiktoken_text(unpack((VOCABULARIES / "cl100k_base.tokens.gz").read_bytes())))

    packed = refresh(source, tmp_path)

    assert packed == tmp_path / "cl100k_base.tokens.gz"
    assert tiktoken_text(unpack(packed.read_bytes())) == source.read_bytes()


def test_refresh_refuses_any_other_file(tmp_path: Path) -> None:
    source = tmp_path / "cl100k_base.tiktoken"
    source.write_bytes(b"IQ== 0\n")

    with pytest.raises(ValueError, match="not the file that tiktoken expects"):
        refresh(source, tmp_path)

    assert list(tmp_path.iterdir()) == [source]
