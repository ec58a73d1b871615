"""Prints changes as a patch."""

from __future__ import annotations

from collections.abc import Mapping

from llmlint.cli.output import write, write_bytes
from llmlint.report.escape import escape
from llmlint.report.palette import Palette


def write_diff(changed: Mapping[str, tuple[bytes, bytes]], output_file: str | None, palette: Palette) -> None:
    """Prints the unified diff of the old and new contents by path, or writes it to a file. Raises OSError."""
    from llmlint.fixes import unified_diff

    diff = unified_diff(changed)
    if palette.enabled:
        write("".join(f"{_coloured(line, palette)}\n" for line in diff.split("\n")[:-1]), output_file, palette)
        return
    # A patch must keep every byte, also those that are no text.
    data = diff.encode("utf-8", "surrogateescape")
    if output_file is None:
        write_bytes(data)
        return
    with open(output_file, "wb") as file:
        file.write(data)


def _coloured(line: str, palette: Palette) -> str:
    text = escape(line)
    if line.startswith(("---", "+++")):
        return palette.bold(text)
    if line.startswith("@@"):
        return palette.label(text)
    return palette.good(text) if line.startswith("+") else palette.bad(text) if line.startswith("-") else text
