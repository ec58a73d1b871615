"""Languages: which one a customer writes, and answers in it."""

from __future__ import annotations

import logging
from functools import lru_cache

import litellm

from desk import prompts, settings

logger = logging.getLogger(__name__)


def detect_language(text: str) -> str:
    """Return the two-letter code of the language of the text."""
    try:
        response = litellm.completion(
            model=settings.TRANSLATION_MODEL,
            messages=[{"role": "user", "content": prompts.DETECT_LANGUAGE + text[:400]}],
            temperature=0,
        )
        return response.choices[0].message.content.strip().lower()[:2]
    except Exception:
        return "en"


@lru_cache(maxsize=4096)
def translate(text: str, language: str) -> str:
    """Return the text in the language with this two-letter code."""
    response = litellm.completion(
        model=settings.TRANSLATION_MODEL,
        messages=[
            {"role": "system", "content": prompts.TRANSLATE.format(language=settings.LANGUAGES[language])},
            {"role": "user", "content": text},
        ],
        temperature=0,
        max_tokens=1500,
        timeout=settings.REQUEST_TIMEOUT,
        fallbacks=["gpt-5.4-mini"],
    )
    logger.info("translated to %s, %s", language, response.usage)
    return response.choices[0].message.content or text
