"""A client built with dummy arguments, for what shows on an instance only. Connections are refused."""

from __future__ import annotations

import functools
import inspect
import os
import signal
import sys
import types
from collections.abc import Iterator

BUILD_SECONDS = 20
DUMMIES = {
    "aws_region": "us-east-1",
    "region": "us-east-1",
    "region_name": "us-east-1",
    "location": "us-central1",
    "api_version": "2024-10-21",
    "workspace_id": "dummy",
}
KEYS = ("api_key", "api_token", "token", "aws_access_key", "aws_secret_key", "access_token", "project_id", "region")
VARIABLES = (
    "OPENAI_API_KEY ANTHROPIC_API_KEY GOOGLE_API_KEY GEMINI_API_KEY MISTRAL_API_KEY CO_API_KEY COHERE_API_KEY "
    "GROQ_API_KEY TOGETHER_API_KEY FIREWORKS_API_KEY VOYAGE_API_KEY CEREBRAS_API_KEY XAI_API_KEY HF_TOKEN "
    "AZURE_OPENAI_API_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY PORTKEY_API_KEY ZAI_API_KEY ZHIPUAI_API_KEY "
    "DASHSCOPE_API_KEY GOOGLE_CLOUD_PROJECT"
)


def prepare() -> None:
    """Refuse connections from here on, and set the variables that constructors ask for."""
    sys.addaudithook(_refuse)
    for name in VARIABLES.split():
        os.environ[name] = "dummy"
    os.environ |= {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "OPENAI_API_VERSION": "2024-10-21"}
    os.environ |= {"AZURE_OPENAI_ENDPOINT": "https://localhost", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


@functools.cache
def built(kind: type) -> object | None:
    """An instance of the class, or None if it cannot be built without the real thing."""
    for arguments in _guesses(kind):
        try:
            with _Limit():
                return kind(**arguments)  # type: ignore[no-any-return]
        except Exception:
            continue
    return None


def _guesses(kind: type) -> Iterator[dict[str, str]]:
    try:
        parameters = inspect.signature(kind).parameters.values()
    except (TypeError, ValueError):
        return
    required = {each.name: _dummy(each.name) for each in parameters if _required(each)}
    secrets = {each.name: _dummy(each.name) for each in parameters if each.name in KEYS}
    addresses = {
        each.name: _dummy(each.name) for each in parameters if "endpoint" in each.name or "base_url" in each.name
    }
    yield required
    yield required | secrets
    yield required | secrets | dict(list(addresses.items())[:1])


def _required(parameter: inspect.Parameter) -> bool:
    named = parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY)
    return named and parameter.default is parameter.empty


def _dummy(name: str) -> str:
    address = any(word in name for word in ("endpoint", "url", "host"))
    return DUMMIES.get(name, "https://localhost" if address else "dummy")


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
        raise ConnectionRefusedError("the probe makes no connections")


class _Limit:
    """Raises TimeoutError in what takes too long, where the system has alarms."""

    def __enter__(self) -> None:
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, self._ring)
            signal.alarm(BUILD_SECONDS)

    def __exit__(self, *_: object) -> None:
        if hasattr(signal, "SIGALRM"):
            signal.alarm(0)

    @staticmethod
    def _ring(_: int, __: types.FrameType | None) -> None:
        raise TimeoutError("takes too long")
