"""The service: uvicorn answers.web:app"""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from answers import settings, tracing
from answers.desk import Desk, Route
from answers.gateway import Gateway
from answers.handbook import Handbook

tracing.start()
gateway = Gateway()
desk = Desk(gateway, Handbook(settings.HANDBOOK, gateway))
app = FastAPI(title="Handbook")


class Question(BaseModel):
    """A question of an employee."""

    text: str = Field(max_length=2_000)


@app.post("/answer")
def answer(question: Question) -> JSONResponse:
    """Answer from the handbook, or name the department to ask."""
    found = desk.answer(question.text)
    if found is None:
        return JSONResponse({"detail": "no model can be reached"}, status_code=503, headers={"Retry-After": "60"})
    if isinstance(found, Route):
        return JSONResponse({"ask": found.department, "subject": found.subject})
    return JSONResponse({"text": found.text, "passages": found.passages})
