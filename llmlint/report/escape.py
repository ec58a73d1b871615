"""Makes text from scanned files harmless: it must neither steer a terminal nor break out of its line."""

from __future__ import annotations

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape(text: str) -> str:
    """The text on one physical line, every character that does not print as itself written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if _prints(character) else _escaped(character) for character in text)


def _prints(character: str) -> bool:
    # Not printable are controls, bidirectional marks, surrogates, unassigned characters and separators other than a
    # space; so are no-break and ideographic spaces, which do no harm.
    return character.isprintable() or character in "\u00a0\u202f\u3000"


def _escaped(character: str) -> str:
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
