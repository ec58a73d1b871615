"""Fixtures: a provider on this machine, and a gateway to it with a cache of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from answers import settings
from answers.gateway import Gateway
from tests.provider import Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Run a provider for the length of a test; every reply that was prepared has to be asked for."""
    with Provider() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
        assert server.replies == []


@pytest.fixture
def gateway(provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """Return a gateway that asks the provider."""
    monkeypatch.setenv("OPENAI_BASE_URL", provider.url)
    monkeypatch.setattr(settings, "OPENAI_API_KEY", "key of nobody")
    monkeypatch.setattr(settings, "CACHE", tmp_path / "answers.db")
    return Gateway()
