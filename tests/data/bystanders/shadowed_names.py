"""An SDK is imported, and its names are bound to something else before they are used."""

import csv
import io

from anthropic import Anthropic
from openai import OpenAI

ERRORS = (OpenAI, Anthropic)


class Recorder:
    def __init__(self) -> None:
        self.messages = self

    def create(self, **fields: str) -> dict[str, str]:
        return fields


def rows(OpenAI: type[csv.DictReader], text: str) -> list[dict[str, str]]:
    return list(OpenAI(io.StringIO(text)))


def record(text: str) -> dict[str, str]:
    client = Anthropic
    client = Recorder()
    return client.messages.create(model="row", content=text)
