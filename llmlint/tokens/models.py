"""Which encoding a model reads its prompts with."""

from __future__ import annotations

from llmlint.patterns import regex
from llmlint.tokens.chunks import chunks

_DEFAULT = "o200k_base"

# Platforms put a name before the model: `azure/gpt-4`, `ft:gpt-4o-mini:org::id`, `openai.gpt-oss-20b-1:0`.
_KNOWN = regex(
    r"(?:^|[/:]|openai\.)(?:"
    r"(?P<o200k_base>(?:chat)?gpt-4o|gpt-4\.[15]|gpt-5(?:\.\d+)?|gpt-oss|o[134])"
    r"|(?P<cl100k_base>gpt-4|gpt-3\.?5|text-embedding-3|text-embedding-ada-002|(?:davinci|babbage)-002)"
    r")(?![\w.])"
)


def encoding_for(model: str) -> str:
    """Name of the encoding to count a prompt for this model with; o200k_base for all whose own is not known."""
    return _known(model) or _DEFAULT


def is_exact(model: str, text: str = "") -> bool:
    """Whether `count` in that encoding is the model's own count, and not an estimate.

    False for a model whose encoding is not published, and for a text that had to be cut inside an unbroken run.
    """
    return _known(model) is not None and all(free for _, free in chunks(text))


def _known(model: str) -> str | None:
    found = _KNOWN.search(model.lower())
    return found.lastgroup if found else None
