"""Settings; only secrets and paths come from the environment."""

from __future__ import annotations

import os
from pathlib import Path

OPENAI_API_KEY = os.environ.get("OPENAI_API_KEY", "")

MODEL = "gpt-5.4-mini-2026-03-17"
SECOND_MODEL = "gpt-5.5-2026-04-23"
EMBEDDING_MODEL = "text-embedding-3-small"

TIMEOUT = 25.0
RETRIES = 2
MAX_OUTPUT_TOKENS = 2_000

HANDBOOK = Path(os.environ.get("HANDBOOK", "handbook.json"))
CACHE = Path(os.environ.get("ANSWER_CACHE", "answers.db"))
