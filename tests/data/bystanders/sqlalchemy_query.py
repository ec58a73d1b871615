"""Queries of a database: `.query`, `.complete`, `.execute`."""

import json

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

engine = create_engine("sqlite://", connect_args={"timeout": None})


def completions(user: int) -> list[dict]:
    with Session(engine) as session:
        rows = session.execute(text("SELECT completion FROM chats WHERE user = :user"), {"user": user})
        return [json.loads(row.completion) for row in rows]


def first(session: Session, model: type) -> object:
    return session.query(model).filter_by(temperature=0).first()
