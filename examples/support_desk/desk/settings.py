"""Everything that differs between deployments, and the numbers we tuned."""

from __future__ import annotations

import os
from pathlib import Path

OPENAI_API_KEY = os.environ.get("OPENAI_API_KEY", "")
ANTHROPIC_API_KEY = os.environ.get("ANTHROPIC_API_KEY", "")

CHAT_MODEL = "gpt-5.4"
FALLBACK_MODEL = "gpt-5.4-mini"
CLASSIFIER_MODEL = "gpt-5.4-mini"
REVIEW_MODEL = "gpt-5.4"
REFUND_MODEL = "claude-sonnet-4-6"
TRANSLATION_MODEL = "gemini/gemini-2.5-flash"
EMBEDDING_MODEL = "text-embedding-3-small"

REQUEST_TIMEOUT = 30.0
STREAM_TIMEOUT = None

MAX_ANSWER_TOKENS = 700
MAX_AGENT_STEPS = 6

LANGUAGES = {"en": "English", "de": "German", "fr": "French", "it": "Italian", "nl": "Dutch"}

DATA = Path(os.environ.get("DESK_DATA", "data"))
