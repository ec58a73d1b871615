"""Calls a sibling module that is called completion, and a dictionary of functions."""

from . import only_words, project_chat

HANDLERS = {"page": only_words.page, "completion": project_chat.post}


def completion(model: str, messages: list[str]) -> str:
    return model + "".join(messages)


def acompletion(*messages: str) -> str:
    return completion("joined", list(messages))


def work(room: project_chat.Room) -> str:
    HANDLERS["completion"](room, "hello")
    return acompletion("a", "b") + completion(model="x", messages=["y"])
