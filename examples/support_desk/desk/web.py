"""The service behind the support team's inbox."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import openai
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel

from desk import agent, classify, prompts, refunds, settings, summaries, translate
from desk.assistant import SupportAssistant, Ticket
from desk.base import AssistantUnavailable
from desk.clients import async_openai_client
from desk.search import articles

logger = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load the help articles before the first request."""
    articles.load(settings.DATA / "articles.json")
    yield


app = FastAPI(title="Support desk", lifespan=lifespan)
assistant = SupportAssistant()


class TicketIn(BaseModel):
    """A ticket as the inbox sends it."""

    id: str
    text: str
    thread: list[str] = []


@app.exception_handler(AssistantUnavailable)
def unavailable(request: Request, error: AssistantUnavailable) -> JSONResponse:
    """Tell the inbox to try again later."""
    return JSONResponse({"detail": "assistant unavailable"}, status_code=503, headers={"Retry-After": "30"})


@app.post("/reply")
def reply(body: TicketIn) -> dict[str, str]:
    """Draft a reply in the customer's language."""
    ticket = Ticket(id=body.id, text=body.text, thread=body.thread)
    draft = assistant.reply(ticket)
    remarks = assistant.review(ticket, draft)
    language = translate.detect_language(body.text)
    if language != "en" and language in settings.LANGUAGES:
        draft = translate.translate(draft, language)
    logger.info("ticket %s has a draft", body.id)
    return {"draft": draft, "remarks": remarks}


@app.post("/reply/stream")
async def stream_reply(body: TicketIn) -> StreamingResponse:
    """Draft a reply and send it while it is written."""

    async def pieces() -> AsyncIterator[str]:
        stream = await async_openai_client().chat.completions.create(
            model=settings.CHAT_MODEL,
            messages=[
                {"role": "system", "content": prompts.SUPPORT_SYSTEM},
                {"role": "user", "content": body.text},
            ],
            stream=True,
        )
        async for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                yield chunk.choices[0].delta.content

    return StreamingResponse(pieces(), media_type="text/plain")


@app.post("/classify")
def classify_ticket(body: TicketIn) -> dict[str, object]:
    """Return what the inbox shows next to a ticket."""
    return {
        "label": classify.classify(body.text),
        "mood": classify.mood(body.text),
        "order": classify.find_order(body.text),
    }


@app.post("/summary")
def summary(body: TicketIn) -> dict[str, str]:
    """Return the thread in short."""
    return {"summary": summaries.summarize([*body.thread, body.text])}


@app.get("/help")
def help_articles(question: str) -> list[dict[str, str]]:
    """Return the help articles that answer a question."""
    return [{"slug": article.slug, "title": article.title} for article in articles.search(question)]


@app.post("/investigate")
def investigate(body: TicketIn) -> JSONResponse:
    """Look the case up and answer it."""
    try:
        answer = agent.investigate(body.text)
    except openai.OpenAIError:
        logger.exception("ticket %s: investigation failed", body.id)
        return JSONResponse({"detail": "no answer"}, status_code=502)
    return JSONResponse({"answer": answer})


@app.post("/refund")
def refund(body: TicketIn) -> JSONResponse:
    """Decide on a refund and write the letter."""
    decision = refunds.decide(body.text)
    if decision is None:
        return JSONResponse({"outcome": "manual"}, status_code=202)
    return JSONResponse({"outcome": decision.outcome, "letter": refunds.apology(body.text, decision)})
