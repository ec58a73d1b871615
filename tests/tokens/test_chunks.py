from __future__ import annotations

import random

import pytest

from llmlint.tokens import count
from llmlint.tokens.chunks import LONGEST, chunks
from llmlint.tokens.encodings import SPECIFICATIONS, load_encoder

# What the patterns treat differently: white space of every sort (also what only Python calls so), line ends, the
# slash, the apostrophe of a contraction, letters with and without case, marks, digits, punctuation.
ALPHABET = [
    *" \n\r\t/'s",
    "a",
    "B",
    "1",
    ".",
    "_",
    "中",
    "。",
    "\u0301",
    "\xa0",
    "\u3000",
    "\x1c",
    "\x85",
    "\u2028",
    "😀",
]


def between_free_cuts(text: str, longest: int) -> list[str]:
    parts = [""]
    for chunk, free in chunks(text, longest):
        parts[-1] += chunk
        if free:
            parts.append("")
    return parts


@pytest.mark.parametrize("encoding", SPECIFICATIONS)
def test_a_free_cut_changes_no_token(encoding: str) -> None:
    encode = load_encoder(encoding)
    generator = random.Random(20)
    for _ in range(20_000):
        text = "".join(generator.choices(ALPHABET, k=generator.randrange(2, 40)))

        parts = between_free_cuts(text, generator.randrange(1, 20))

        assert [token for part in parts for token in encode(part)] == encode(text), ascii(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two three", [("one two", True), (" three", True)]),
        ("one\ntwo\nthree", [("one\ntwo\n", True), ("three", True)]),
        ("three  four", [("three", True), ("  four", True)]),
        ("a.\n/b.\n/c.", [("a.\n/b.\n/", False), ("c.", True)]),
        ("abcdefghijkl", [("abcdefgh", False), ("ijkl", True)]),
        ("", []),
    ],
)
def test_a_chunk_ends_at_the_last_free_cut_within_its_length(text: str, expected: list[tuple[str, bool]]) -> None:
    assert list(chunks(text, 8)) == expected


def test_a_text_is_cut_into_chunks_of_the_longest_length_at_most() -> None:
    text = "x" * 9_000 + " word" * 3_000

    found = [chunk for chunk, _ in chunks(text)]

    assert "".join(found) == text
    assert max(map(len, found)) == LONGEST


def test_prose_of_any_length_is_counted_exactly() -> None:
    text = "The model answers in one sentence.\n\n  - It never guesses.\n" * 400

    assert all(free for _, free in chunks(text))
    assert count(text) == len(load_encoder("o200k_base")(text))


@pytest.mark.parametrize("alphabet", ["a", "=", "0123456789abcdef", "中文字", "ABCxyz+/019"])
def test_cuts_inside_an_unbroken_run_change_the_count_by_a_few_tokens_at_most(alphabet: str) -> None:
    text = "".join(random.Random(7).choices(alphabet, k=30_000))
    whole = len(load_encoder("o200k_base")(text))

    assert abs(count(text) - whole) <= 2 * (len(text) // LONGEST)
