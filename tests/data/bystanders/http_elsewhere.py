"""Plain HTTP to services that are no model providers."""

import httpx
import requests

COMPLETIONS = "https://search.example.com/v1/completions"


def suggest(prefix: str) -> list[str]:
    answer = requests.post(COMPLETIONS, json={"prompt": prefix, "model": "ngram", "temperature": 0}, timeout=5)
    return answer.json()["choices"]


async def messages(room: str) -> list[dict]:
    async with httpx.AsyncClient(base_url="https://chat.example.com") as client:
        return (await client.post("/v1/messages", json={"room": room})).json()


def health() -> bool:
    return requests.get("https://status.example.com/api", timeout=3).ok
