from __future__ import annotations

from pathlib import Path

import pytest

from llmlint.rulebook.rules import Rulebook

SAMPLE = Path(__file__).parent / "sample"


@pytest.fixture
def rulebook() -> Rulebook:
    return Rulebook(SAMPLE)
