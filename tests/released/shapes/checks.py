"""What the calls of `app` come to, whatever the fixes have made of them."""

from __future__ import annotations

import asyncio

import pytest

CHAT, RESPONSES, MESSAGES = "/v1/chat/completions", "/v1/responses", "/v1/messages"


@pytest.fixture
def app(providers):
    import app

    return app


def test_plain_calls(app) -> None:
    assert app.ask() == "answer of gpt-5.4-mini"
    assert app.ask_briefly() == "report of gpt-5.4-mini"
    assert app.vectors() == [2.0, 2.0, 2.0]
    assert app.letter() == "letter of claude-sonnet-4-6"


def test_streams(app) -> None:
    assert "".join(app.show()) == "Hello there"
    assert app.ask_reasoning() == "Hello there"
    assert app.letter_in_pieces() == "Dear customer"


def test_asynchronous_calls(app) -> None:
    assert asyncio.run(app.ask_later()) == "answer of gpt-5.4-mini"
    assert asyncio.run(app.ask_in_the_way()) == "report of gpt-5.4-mini"


def test_asynchronous_streams(app) -> None:
    assert "".join(asyncio.run(app.show_later())) == "Hello there"
    assert asyncio.run(app.letter_later()) == "Dear customer"
