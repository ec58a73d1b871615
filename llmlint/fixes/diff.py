"""Changes as a unified diff that `git apply` and `patch -p1` take."""

from __future__ import annotations

from collections.abc import Mapping

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def unified_diff(changed: Mapping[str, tuple[bytes, bytes]]) -> str:
    """The diff of each path's old and new bytes, sorted by path; "" if nothing differs.

    Bytes that are not UTF-8 are kept as surrogate escapes: encode the result with `errors="surrogateescape"`.
    """
    import difflib

    parts: list[str] = []
    for path, (old, new) in sorted(changed.items()):
        lines = difflib.unified_diff(_lines(old), _lines(new), _name("a", path), _name("b", path), lineterm="\n")
        parts += (line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return "".join(parts)


def _lines(data: bytes) -> list[str]:
    """Lines as Git counts them: ended by LF alone."""
    *whole, rest = data.decode("utf-8", "surrogateescape").split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])


def _name(side: str, path: str) -> str:
    name = f"{side}/{path.lstrip('/')}"
    quoted = "".join(_ESCAPES.get(character, character) for character in name)
    # Without the tab, a name with spaces would end at what looks like a date.
    return f'"{quoted}"' if quoted != name else name + ("\t" if " " in name else "")
