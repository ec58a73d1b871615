"""What the support team gets to see."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path

import pytest
from fake_providers import Providers

CHAT, RESPONSES, MESSAGES = "/v1/chat/completions", "/v1/responses", "/v1/messages"
TICKET = {"id": "1", "text": "My tent has not come", "thread": ["Hello"]}


@pytest.fixture
def web(providers: Providers):
    from desk.web import app
    from fastapi.testclient import TestClient

    with TestClient(app) as client:
        yield client


def test_a_reply_is_drafted_reviewed_and_translated(web, providers: Providers) -> None:
    answer = web.post("/reply", json=TICKET).json()
    assert answer == {"draft": "Hallo", "remarks": "answer of gpt-5.4"}
    assert len(providers.sent(CHAT)) == 2


def test_a_reply_is_streamed(web, providers: Providers) -> None:
    with web.stream("POST", "/reply/stream", json=TICKET) as answer:
        assert "".join(answer.iter_text()) == "Hello there"
    assert providers.sent(CHAT)[0]["stream"] is True


def test_a_ticket_is_classified(web) -> None:
    answer = web.post("/classify", json=TICKET).json()
    assert answer["label"]["topic"] == "delivery"
    assert answer["mood"] == "annoyed"
    assert answer["order"] == {"order_number": "4711", "articles": ["tent"]}


def test_a_thread_is_summarized(web) -> None:
    assert web.post("/summary", json=TICKET).json() == {"summary": "answer of gpt-5.4"}


def test_help_articles_are_found(web) -> None:
    found = web.get("/help", params={"question": "tttttt"}).json()
    assert [article["slug"] for article in found] == ["tents", "shoes"]


def test_a_case_is_looked_up_with_tools(web, providers: Providers) -> None:
    assert web.post("/investigate", json=TICKET).json() == {"answer": "answer of gpt-5.4"}
    first, second = providers.sent(CHAT)
    assert [message["role"] for message in first["messages"]] == ["system", "user"]
    assert [message["role"] for message in second["messages"]] == ["system", "user", "assistant", "tool"]


def test_a_refund_is_decided_and_explained(web, providers: Providers) -> None:
    answer = web.post("/refund", json=TICKET).json()
    assert answer == {"outcome": "refund", "letter": "letter of claude-sonnet-4-6"}
    assert len(providers.sent(MESSAGES)) == 2


def test_without_providers_the_inbox_is_told_to_wait(web, providers: Providers) -> None:
    providers.failing = True
    answer = web.post("/reply", json=TICKET)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert web.post("/refund", json=TICKET).status_code == 202


def test_an_answer_is_streamed_without_the_service(providers: Providers) -> None:
    from desk import web

    async def read() -> str:
        response = await web.stream_reply(web.TicketIn(**TICKET))
        return "".join([str(piece) async for piece in response.body_iterator])

    from desk.clients import async_openai_client

    async_openai_client.cache_clear()  # a client belongs to the event loop that it was first used in
    assert asyncio.run(read()) == "Hello there"
    async_openai_client.cache_clear()


def test_the_tickets_of_a_day_are_labelled(providers: Providers, tmp_path: Path) -> None:
    from scripts.nightly import label, write_report

    counts = label([{"id": "1", "text": "Where is it?"}], tmp_path / "labels.csv")
    with (tmp_path / "labels.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["topic"], row["mood"], row["promises"]) == ("delivery", "annoyed", "a refund by Friday")
    assert write_report(counts) == "report of gpt-5.4"
    assert providers.sent(RESPONSES)[0]["max_output_tokens"] == 600
