"""The handbook is searched by meaning, and by words while no vectors can be had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answers.gateway import Gateway
from answers.handbook import Handbook
from tests.provider import Provider


@pytest.fixture
def handbook(gateway: Gateway, tmp_path: Path) -> Handbook:
    path = tmp_path / "handbook.json"
    path.write_text(json.dumps(["Meals are paid on journeys.", "Leave is thirty days a year."]), encoding="utf-8")
    return Handbook(path, gateway)


def test_the_closest_passage_comes_first(handbook: Handbook, provider: Provider) -> None:
    for vector in ([0.0, 1.0], [1.0, 0.0], [0.1, 0.9]):
        provider.embeds(vector)
    assert [passage.number for passage in handbook.search("holidays")] == [2, 1]


def test_words_do_when_there_are_no_vectors(handbook: Handbook, provider: Provider) -> None:
    provider.fails(401)
    assert handbook.search("How many days of leave?")[0].number == 2
