from __future__ import annotations

import pytest
from tiktoken.model import encoding_name_for_model

from llmlint.tokens import encoding_for, is_exact

O200K = [
    "gpt-4o",
    "gpt-4o-2024-08-06",
    "gpt-4o-mini",
    "gpt-4o:extended",
    "chatgpt-4o-latest",
    "gpt-4.1",
    "gpt-4.1-nano",
    "gpt-4.5-preview",
    "gpt-5",
    "gpt-5-chat-latest",
    "gpt-5.5-2026-04-23",
    "gpt-oss-120b",
    "o1",
    "o1-preview",
    "o3",
    "o3-mini",
    "o4-mini-2025-04-16",
    "openai/gpt-4o",
    "azure/gpt-4o-mini",
    "openai:o3",
    "ft:gpt-4o-mini-2024-07-18:org::id",
    "openai.gpt-oss-20b-1:0",
    "GPT-4o",
]
CL100K = [
    "gpt-4",
    "gpt-4-0613",
    "gpt-4-turbo-2024-04-09",
    "gpt-4-32k",
    "gpt-4-vision-preview",
    "gpt-3.5-turbo",
    "gpt-3.5-turbo-16k",
    "gpt-35-turbo",
    "openai/gpt-4",
    "ft:gpt-3.5-turbo-0613:org::id",
    "text-embedding-3-small",
    "text-embedding-ada-002",
    "davinci-002",
]
# gpt-6 has no published encoding; text-davinci-003 has one that is not shipped.
ESTIMATED = [
    "gpt-6-sol",
    "gpt-6.2-astra",
    "gpt-image-1",
    "claude-sonnet-4-5",
    "gemini-3-pro",
    "mistral-large-latest",
    "us.anthropic.claude-opus-4-1",
    "text-davinci-003",
    "o1x",
    "gpt-4.2",
    "foo1",
    "my-deployment",
    "deepseek-chat",
]


@pytest.mark.parametrize("model", O200K)
def test_models_counted_in_o200k(model: str) -> None:
    assert (encoding_for(model), is_exact(model)) == ("o200k_base", True)


@pytest.mark.parametrize("model", CL100K)
def test_models_counted_in_cl100k(model: str) -> None:
    assert (encoding_for(model), is_exact(model)) == ("cl100k_base", True)


@pytest.mark.parametrize("model", [*ESTIMATED, ""])
def test_models_whose_encoding_is_not_known_are_estimated_in_o200k(model: str) -> None:
    assert (encoding_for(model), is_exact(model)) == ("o200k_base", False)


@pytest.mark.parametrize("model", ["gpt-4o-mini", "gpt-4.1-nano", "gpt-5-mini", "o1", "o3-mini", "gpt-4-32k", "gpt-4"])
def test_where_tiktoken_knows_the_model_both_agree(model: str) -> None:
    assert encoding_for(model) == encoding_name_for_model(model)


def test_a_count_is_no_longer_exact_when_the_text_is_cut_inside_a_run() -> None:
    assert is_exact("gpt-4o", "two words " * 1_000)
    assert not is_exact("gpt-4o", "x" * 5_000)
