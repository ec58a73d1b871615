"""A class of our own that happens to be called like the SDK's."""

import json


class Completions:
    def create(self, model: str, messages: list[dict[str, str]], temperature: float = 0) -> dict[str, str]:
        return {"model": model, "text": messages[-1]["content"]}


class Chat:
    def __init__(self) -> None:
        self.completions = Completions()


class OpenAI:
    """Stands in for the service in the offline demo."""

    def __init__(self) -> None:
        self.chat = Chat()


client = OpenAI()


def answer(question: str) -> dict:
    reply = client.chat.completions.create(model="echo", messages=[{"role": "user", "content": question}])
    return json.loads(reply["text"])
