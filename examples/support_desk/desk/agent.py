"""An agent that looks things up before it answers."""

from __future__ import annotations

import json
import logging
import sqlite3
from typing import Any

from desk import prompts, settings
from desk.clients import openai_client
from desk.search import articles

logger = logging.getLogger(__name__)

TOOLS: list[dict[str, Any]] = [
    {
        "type": "function",
        "function": {
            "name": "order_status",
            "description": "Status, carrier and tracking number of an order",
            "parameters": {
                "type": "object",
                "properties": {"order_number": {"type": "string"}},
                "required": ["order_number"],
            },
        },
    },
    {
        "type": "function",
        "function": {
            "name": "search_help",
            "description": "The help articles closest to a question",
            "parameters": {
                "type": "object",
                "properties": {"question": {"type": "string"}},
                "required": ["question"],
            },
        },
    },
]


def order_status(order_number: str) -> dict[str, Any]:
    """Return what the shop database knows about an order."""
    with sqlite3.connect(settings.DATA / "shop.db") as db:
        row = db.execute("SELECT status, carrier, tracking FROM orders WHERE number = ?", (order_number,)).fetchone()
    if row is None:
        return {"error": "no such order"}
    return dict(zip(("status", "carrier", "tracking"), row, strict=True))


def search_help(question: str) -> list[dict[str, str]]:
    """Return title and text of the closest help articles."""
    return [{"title": article.title, "body": article.body[:1500]} for article in articles.search(question)]


def run_tool(name: str, arguments: str) -> str:
    """Run the tool the model asked for and return its result as JSON."""
    try:
        values = json.loads(arguments)
    except ValueError:
        return json.dumps({"error": "arguments are not valid JSON"})
    if name == "order_status":
        return json.dumps(order_status(str(values.get("order_number", ""))))
    if name == "search_help":
        return json.dumps(search_help(str(values.get("question", ""))))
    return json.dumps({"error": f"unknown tool {name}"})


def investigate(question: str) -> str:
    """Answer a question with the help of the tools."""
    client = openai_client().with_options(max_retries=1)
    messages: list[Any] = [
        {"role": "system", "content": prompts.AGENT},
        {"role": "user", "content": question},
    ]
    for step in range(settings.MAX_AGENT_STEPS):
        response = client.chat.completions.create(model=settings.CHAT_MODEL, messages=messages, tools=TOOLS)
        message = response.choices[0].message
        logger.info("step %d: %s, %s", step, response.choices[0].finish_reason, response.usage)
        if not message.tool_calls:
            return message.content or ""
        messages.append(message)
        for call in message.tool_calls:
            messages.append(
                {
                    "role": "tool",
                    "tool_call_id": call.id,
                    "content": run_tool(call.function.name, call.function.arguments),
                }
            )
    return ""
