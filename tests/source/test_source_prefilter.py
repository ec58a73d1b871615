from __future__ import annotations

import pytest

from llmlint.source.prefilter import mentioned

WORDS = (b"openai", b"chat.completions.create", b"api.openai.com", b"://")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"import openai", {b"openai"}),
        (b"openai", {b"openai"}),
        (b"\xef\xbb\xbfopenai", {b"openai"}),
        (b"\xef\xbb\xbfapi.openai.com", {b"openai", b"api.openai.com"}),
        (b"import my_openai, openai2, openaiclient", set()),
        (b"myopenai = 1; x = openai", {b"openai"}),
        ("éopenai openaié".encode(), set()),
        (b"from langchain-openai", {b"openai"}),
        (b"client.chat.completions.create(", {b"chat.completions.create"}),
        (b"client.chat.completions.created(", set()),
        (b"client.mychat.completions.create(", set()),
        (b"client.chat.completions\n.create(", set()),
        (b'"https://api.openai.com/v1"', {b"openai", b"api.openai.com", b"://"}),
        (b"", set()),
    ],
)
def test_a_word_counts_where_it_is_no_part_of_a_longer_one(data: bytes, expected: set[bytes]) -> None:
    assert mentioned(data, WORDS) == expected


def test_no_words_are_never_mentioned() -> None:
    assert mentioned(b"import openai", ()) == set()
