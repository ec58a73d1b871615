"""The assistant that drafts answers for the support team."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import openai

from desk import prompts, settings
from desk.base import AssistantUnavailable, BaseAssistant

logger = logging.getLogger(__name__)


@dataclass
class Ticket:
    """A conversation with a customer, oldest message first."""

    id: str
    text: str
    customer: str = ""
    thread: list[str] = field(default_factory=list)


class SupportAssistant(BaseAssistant):
    """Drafts replies, titles and reviews."""

    def reply(self, ticket: Ticket) -> str:
        """Draft an answer to the ticket.

        Raises AssistantUnavailable if none of the models can be reached.
        """
        earlier = "\n---\n".join(ticket.thread[-6:])
        for model in (settings.CHAT_MODEL, settings.FALLBACK_MODEL):
            try:
                return self.complete(
                    [
                        {"role": "system", "content": prompts.SUPPORT_SYSTEM},
                        {"role": "user", "content": f"Earlier messages:\n{earlier}\n\nNew message:\n{ticket.text}"},
                    ],
                    model=model,
                )
            except openai.APIError as error:
                logger.warning("ticket %s: %s is not available: %s", ticket.id, model, error)
        raise AssistantUnavailable(ticket.id)

    def title(self, text: str) -> str:
        """Return a title of a few words for the ticket list."""
        title = self.complete(
            [
                {"role": "system", "content": prompts.TITLE},
                {"role": "user", "content": text},
            ],
            model=settings.FALLBACK_MODEL,
            max_tokens=40,
        )
        return title.strip('"').rstrip(".")

    def review(self, ticket: Ticket, draft: str) -> str:
        """Return remarks on a draft, for the agent who sends it."""
        try:
            response = self.client.chat.completions.create(
                model=settings.REVIEW_MODEL,
                messages=[
                    {"role": "system", "content": prompts.REVIEW},
                    {"role": "user", "content": f"Customer:\n{ticket.text}\n\nDraft:\n{draft}"},
                ],
                max_tokens=400,
            )
            return response.choices[0].message.content or ""
        except Exception:
            logger.warning("ticket %s: no review", ticket.id, exc_info=True)
            return ""
