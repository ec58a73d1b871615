"""Summaries of long threads."""

from __future__ import annotations

import logging

import openai
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, Field, ValidationError

from desk import prompts, settings

logger = logging.getLogger(__name__)


class Promises(BaseModel):
    """What our side has promised the customer."""

    items: list[str] = Field(description="one promise each, with the date if there is one")


llm = ChatOpenAI(model=settings.CHAT_MODEL, temperature=0.2, api_key=settings.OPENAI_API_KEY)

summary_chain = (
    ChatPromptTemplate.from_messages([("system", prompts.SUMMARY), ("human", "{thread}")]) | llm | StrOutputParser()
)
promises_chain = ChatPromptTemplate.from_template(prompts.PROMISES) | llm.with_structured_output(Promises)


def summarize(thread: list[str]) -> str:
    """Return the thread in three sentences."""
    try:
        return summary_chain.invoke({"thread": "\n---\n".join(thread)})
    except Exception:
        return ""


def promises(thread: list[str]) -> list[str] | None:
    """Return what was promised in the thread, or None if the model could not be asked."""
    try:
        found = promises_chain.invoke({"thread": "\n---\n".join(thread)})
    except (openai.OpenAIError, ValidationError) as error:
        logger.warning("promises not extracted: %s", error)
        return None
    logger.debug("promises: %s", found)
    return found.items
