from __future__ import annotations

import time
from pathlib import Path

import pytest

from llmlint.tokens import count, exceeds
from llmlint.tokens.counting import USUAL

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

# The numbers come from tiktoken 0.14.0 itself, with encodings built by its own loader from its own files.
REFERENCE = [
    ("", 0, 0),
    ("hello world", 2, 2),
    ("The quick brown fox jumps over the lazy dog.", 10, 10),
    ("Grüße aus Köln, 東京 und Αθήνα! 👩‍👩‍👧‍👦", 22, 35),
    ("def f(x):\n    return {'a': [1, 2, 3], \"b\": x ** 2}\n", 26, 26),
    ("It's 3.14159, isn't it? WE'LL SEE...   \t \r\n\r\n  end  ", 21, 23),
    ('{"type": "object", "properties": {"name": {"type": "string"}}}', 19, 19),
    ("antidisestablishmentarianism", 6, 6),
    ("0123456789" * 10, 34, 34),
    ("a" * 4000, 500, 500),
]


@pytest.mark.parametrize(("text", "o200k", "cl100k"), REFERENCE, ids=[text[:20] for text, _, _ in REFERENCE])
def test_counts_are_those_of_tiktoken(text: str, o200k: int, cl100k: int) -> None:
    assert (count(text), count(text, "cl100k_base")) == (o200k, cl100k)


@pytest.mark.parametrize(
    ("text", "o200k", "cl100k"), [("<|endoftext|>", 7, 7), ("<|fim_prefix|>x<|endofprompt|>", 14, 15)]
)
def test_special_tokens_in_the_text_are_ordinary_text(text: str, o200k: int, cl100k: int) -> None:
    assert (count(text), count(text, "cl100k_base")) == (o200k, cl100k)


def test_a_lone_surrogate_counts_as_the_replacement_character() -> None:
    assert count("\ud800 lone") == count("\ufffd lone") == 2


def test_a_pair_of_surrogates_counts_as_the_character_it_stands_for() -> None:
    assert count("\ud83d\ude00") == count("😀") == 1


def test_an_encoding_that_is_not_shipped_is_refused() -> None:
    with pytest.raises(KeyError, match="p50k_base"):
        count("text", "p50k_base")


def test_exceeds_gives_the_count_above_the_budget() -> None:
    assert exceeds("hello world, hello world", 4) == 5


def test_a_count_equal_to_the_budget_does_not_exceed_it() -> None:
    assert exceeds("hello world", 2) is None


def test_exceeds_counts_in_the_encoding_asked_for() -> None:
    text = "Grüße aus Köln, 東京 und Αθήνα! 👩‍👩‍👧‍👦"

    assert exceeds(text, 22) is None
    assert exceeds(text, 22, "cl100k_base") == 35


def test_exceeds_takes_lone_surrogates() -> None:
    assert exceeds("\ud800 lone", 8) is None
    assert exceeds("\ud800 lone", 1) == 2


def test_blanks_that_overflow_the_matcher_when_taken_whole_are_counted() -> None:
    # 250 chunks of 4,000 blanks; the longest token of blanks has 128. Taken whole they end in a panic of the matcher.
    assert 7_000 < count(" " * 1_000_000) < 9_000


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["a", " ", "\n", "=", "中", "😀", "0123456789abcdef", "word ", " \n"])
def test_ten_megabytes_are_counted_in_time_that_grows_with_the_length_only(unit: str) -> None:
    text = unit * (10_000_000 // len(unit.encode()))
    count("warm up")
    started = time.perf_counter()

    count(text)

    assert time.perf_counter() - started < 60


@pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base"])
@pytest.mark.parametrize("text", [*(text for text, _, _ in REFERENCE), README])
@pytest.mark.parametrize("first", [256, 1000, USUAL])
def test_the_first_tokens_alone_never_make_fewer(text: str, encoding: str, first: int) -> None:
    assert count(text, encoding, first) >= count(text, encoding)
