"""`Generation.call`, `Model.generate_content` and friends, none of them imported from an SDK."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Generation:
    parents: tuple[str, str]

    @classmethod
    def call(cls, model: str, prompt: str) -> "Generation":
        return cls((model, prompt))


class Brochure:
    def generate_content(self, contents: str) -> str:
        return contents.title()

    def converse(self, modelId: str, messages: list[str]) -> str:
        return modelId + ", ".join(messages)


def family(prompt: str) -> dict:
    Generation.call(model="oak", prompt=prompt)
    brochure = Brochure()
    brochure.converse(modelId="a", messages=["b"])
    return json.loads(brochure.generate_content(prompt))
