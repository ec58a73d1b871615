"""Refund decisions and the letters that go with them."""

from __future__ import annotations

import logging
from typing import Any, Literal

import anthropic
from pydantic import BaseModel, ValidationError

from desk import prompts, settings
from desk.clients import anthropic_client

logger = logging.getLogger(__name__)


class RefundDecision(BaseModel):
    """What to do with a refund request."""

    outcome: Literal["refund", "exchange", "decline", "ask"]
    amount: float
    reason: str


DECISION_TOOL: Any = {
    "name": "record_decision",
    "description": "Record the decision on a refund request",
    "input_schema": RefundDecision.model_json_schema(),
}


def decide(request: str) -> RefundDecision | None:
    """Return the decision on a refund request, or None if a person has to decide."""
    try:
        message = anthropic_client().messages.create(
            model=settings.REFUND_MODEL,
            max_tokens=1024,
            system=prompts.REFUND,
            messages=[{"role": "user", "content": request}],
            tools=[DECISION_TOOL],
            tool_choice={"type": "tool", "name": "record_decision"},
        )
    except anthropic.APIError as error:
        logger.error("refund request not decided: %s", error)
        return None
    logger.info("refund request decided, stop reason %s, %s", message.stop_reason, message.usage)
    for block in message.content:
        if block.type == "tool_use":
            try:
                return RefundDecision.model_validate(block.input)
            except ValidationError as error:
                logger.warning("unusable decision: %s", error)
    return None


def apology(request: str, decision: RefundDecision) -> str:
    """Write the letter that explains a decision."""
    message = anthropic_client().messages.create(
        model=settings.REFUND_MODEL,
        max_tokens=600,
        system=prompts.APOLOGY,
        messages=[
            {"role": "user", "content": f"Request:\n{request}\n\nDecision: {decision.outcome}, {decision.reason}"},
        ],
    )
    return "".join(block.text for block in message.content if block.type == "text")
