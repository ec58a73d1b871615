from typing import Any

class Completions:
    def create(self, *, model: str, messages: list[dict[str, Any]], temperature: float = ..., timeout: float = ...) -> Any: ...

class Chat:
    completions: Completions

class Client:
    chat: Chat
    def __init__(self, api_key: str | None = ..., timeout: float | None = ...) -> None: ...

def completion(model: str, messages: list[dict[str, Any]]) -> Any: ...
