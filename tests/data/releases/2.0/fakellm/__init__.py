from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, AsyncIterator, Iterator, Optional, TypedDict

if TYPE_CHECKING:
    from fakellm.batches import Batches


class FakeError(Exception):
    pass


class RateLimitError(FakeError):
    pass


class Options(TypedDict, total=False):
    effort: str


class Manager:
    def __enter__(self) -> str:
        return ""

    def __exit__(self, *details: object) -> None:
        pass


class Completions:
    def create(self, *, model: str, messages: list, options: Optional[Options] = None, timeout: float = 1.0) -> str:
        return ""

    def stream(self, *, model: str, messages: list) -> Iterator[str]:
        yield ""

    def open(self, model: str, messages: list) -> Manager:
        return Manager()

    def later(self) -> "Later":
        return Later()

    def anything(self, **parameters: object) -> str:
        return ""


class Later:
    def __await__(self) -> Iterator[None]:
        yield None


class AsyncCompletions:
    async def create(self, *, model: str, messages: list, options: Optional[Options] = None) -> str:
        return ""

    async def stream(self, *, model: str, messages: list) -> AsyncIterator[str]:
        yield ""


class Chat:
    @cached_property
    def completions(self) -> Completions:
        return Completions()


class Client:
    def __init__(self, api_key: str, *, timeout: float = 30.0, max_retries: int = 2) -> None:
        self.timeout = timeout
        self.max_retries = max_retries

    @cached_property
    def chat(self) -> Chat:
        return Chat()

    @property
    def batches(self) -> Batches:
        raise FakeError("only with a real key")


class AsyncClient:
    def __init__(self, api_key: str) -> None:
        raise FakeError("only with a real key")

    @cached_property
    def completions(self) -> AsyncCompletions:
        return AsyncCompletions()


def network() -> None:
    asyncio.run(asyncio.open_connection("localhost", 1))


class Preview(Client):
    pass


OtherName = Client
