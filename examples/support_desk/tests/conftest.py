"""The application against providers that run on this machine."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_providers import Providers, running

ARTICLES = [
    {"slug": "tents", "title": "tent", "body": "tttttttttttt"},
    {"slug": "shoes", "title": "shoes", "body": "ssssssssssss"},
]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Providers]:
    """The providers, before anything of the application is imported."""
    data: Path = tmp_path_factory.mktemp("data")
    data.joinpath("articles.json").write_text(json.dumps(ARTICLES), encoding="utf-8")
    with running() as server:
        os.environ |= {
            "OPENAI_API_KEY": "test",
            "OPENAI_BASE_URL": f"{server.address}/v1",
            "OPENAI_API_BASE": f"{server.address}/v1",
            "ANTHROPIC_API_KEY": "test",
            "ANTHROPIC_BASE_URL": server.address,
            "GEMINI_API_KEY": "test",
            "GEMINI_API_BASE": f"{server.address}/gemini",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "DESK_DATA": str(data),
        }
        yield server


@pytest.fixture
def providers(server: Providers) -> Iterator[Providers]:
    """The providers, with nothing asked so far."""
    server.requests.clear()
    server.failing = False
    yield server
    server.failing = False
