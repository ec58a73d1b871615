"""A pipeline of our own with `generate`, `complete` and `embed`."""

import json


class Step:
    def generate(self, prompt: str, n: int = 1) -> list[str]:
        return [prompt] * n

    def complete(self, prompt: str) -> str:
        return prompt

    def embed(self, texts: list[str]) -> list[list[float]]:
        return [[float(len(text))] for text in texts]


class Images:
    def __init__(self) -> None:
        self.images = Step()
        self.embeddings = Step()


pipeline = Images()


def run(prompt: str) -> dict:
    pipeline.embeddings.embed([prompt])
    pipeline.images.generate(prompt, n=2)
    return json.loads(pipeline.images.complete(prompt))
