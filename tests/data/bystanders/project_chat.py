"""Chat between people: rooms, messages, completions of nicknames."""

import json
from typing import Any


class Room:
    def __init__(self, name: str) -> None:
        self.name = name
        self.messages = Messages(self)


class Messages:
    def __init__(self, room: Room) -> None:
        self.room = room

    def create(self, model: str, content: str, max_tokens: int = 0) -> dict[str, Any]:
        return {"room": self.room.name, "content": content, "model": model, "max": max_tokens}

    def stream(self, content: str) -> list[str]:
        return content.split()


def post(room: Room, content: str) -> Any:
    message = room.messages.create(model="text", content=content)
    for word in room.messages.stream(content):
        print(word)
    return json.loads(message["content"])
