"""The gateway asks, waits, turns to the second model, and remembers answers, but no failures."""

from __future__ import annotations

import logging

import pytest

from answers import settings
from answers.desk import Answer
from answers.gateway import Gateway
from tests.provider import Provider

GOOD = {"answered": True, "text": "Thirty days.", "passages": [2]}


def ask(gateway: Gateway) -> Answer | None:
    return gateway.ask(Answer, "Answer from the handbook.", "How many days of leave are there?")


def models(provider: Provider) -> list[str]:
    return [request["model"] for request in provider.requests]


def test_an_answer_is_an_object_and_the_request_has_a_schema_and_a_cap(gateway: Gateway, provider: Provider) -> None:
    provider.answers(GOOD)
    assert ask(gateway) == Answer(answered=True, text="Thirty days.", passages=[2])
    (request,) = provider.requests
    assert request["response_format"]["json_schema"]["strict"] is True
    assert request["max_completion_tokens"] == settings.MAX_OUTPUT_TOKENS


def test_the_same_question_is_asked_once(gateway: Gateway, provider: Provider) -> None:
    provider.answers(GOOD)
    assert ask(gateway) == ask(gateway) == ask(Gateway())
    assert len(provider.requests) == 1


def test_a_failure_that_passes_is_tried_again(gateway: Gateway, provider: Provider) -> None:
    provider.fails(503)
    provider.fails(429)
    provider.answers(GOOD)
    assert ask(gateway) is not None
    assert models(provider) == [settings.MODEL] * 3


def test_the_second_model_answers_when_the_first_cannot(gateway: Gateway, provider: Provider) -> None:
    provider.fails(404)
    provider.answers(GOOD)
    assert ask(gateway) is not None
    assert models(provider) == [settings.MODEL, settings.SECOND_MODEL]


def test_an_answer_that_was_cut_off_is_none(gateway: Gateway, provider: Provider) -> None:
    provider.answers(GOOD, finish="length")
    provider.answers(GOOD)
    assert ask(gateway) is not None
    assert models(provider) == [settings.MODEL, settings.SECOND_MODEL]


def test_no_answer_is_none_and_is_not_remembered(
    gateway: Gateway, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.answers(None, refusal="I cannot help with that.")
    provider.fails(400)
    assert ask(gateway) is None
    assert "refused: I cannot help with that." in caplog.text
    provider.answers(GOOD)
    assert ask(gateway) is not None


def test_usage_and_stop_reason_are_logged(
    gateway: Gateway, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.answers(GOOD)
    with caplog.at_level(logging.INFO, "answers"):
        ask(gateway)
    assert "stop" in caplog.text
    assert "total_tokens=30" in caplog.text
    assert "Thirty days" not in caplog.text
