"""Questions and answers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from answers import prompts
from answers.gateway import Gateway
from answers.handbook import Handbook


class Answer(BaseModel):
    """An answer from the handbook."""

    answered: bool
    text: str
    passages: list[int]


class Route(BaseModel):
    """Whom to ask instead."""

    department: Literal["hr", "it", "facilities", "finance"]
    subject: str


class Desk:
    """Answers from the handbook, or the department that has one."""

    def __init__(self, gateway: Gateway, handbook: Handbook) -> None:
        self._gateway = gateway
        self._handbook = handbook

    def answer(self, question: str) -> Answer | Route | None:
        """Return an answer, or else a department; None if no model can be reached."""
        passages = "\n\n".join(f"[{found.number}] {found.text}" for found in self._handbook.search(question))
        answer = self._gateway.ask(Answer, prompts.ANSWER, f"{passages}\n\nQuestion: {question}")
        if answer is not None and not answer.answered:
            return self._gateway.ask(Route, prompts.ROUTE, question)
        return answer
