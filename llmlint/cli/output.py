"""Where output goes, and whether in colour."""

from __future__ import annotations

import os
import sys

import click

from llmlint.report.escape import escape
from llmlint.report.palette import Palette


def palette_for(color: bool | None, output_file: str | None, *, stderr: bool = False) -> Palette:
    """The palette for a report: as `--color` says, else as NO_COLOR, FORCE_COLOR and the stream suggest."""
    if output_file is not None:
        return Palette(False)
    if color is not None:
        return Palette(color)
    if os.environ.get("NO_COLOR"):
        return Palette(False)
    if os.environ.get("FORCE_COLOR"):
        return Palette(True)
    stream = sys.stderr if stderr else sys.stdout
    return Palette(stream.isatty() and os.environ.get("TERM") != "dumb")


def write(text: str, output_file: str | None, palette: Palette, *, stderr: bool = False) -> None:
    """Prints a report, or writes it to a file. Raises OSError."""
    if output_file is None:
        click.echo(text, nl=False, color=palette.enabled, err=stderr)
        return
    with open(output_file, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(text)


def write_bytes(data: bytes) -> None:
    """Prints bytes as they are. Raises OSError."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def error_line(message: str, path: str | None = None) -> None:
    """Prints `error: path: message` on standard error, on one line."""
    _line("error", message, path)


def warning_line(message: str) -> None:
    """Prints `warning: message` on standard error, on one line."""
    _line("warning", message, None)


def note_line(message: str) -> None:
    """Prints `note: message` on standard error, on one line."""
    _line("note", message, None)


def _line(kind: str, message: str, path: str | None) -> None:
    where = f"{escape(relative(path))}: " if path else ""
    click.echo(f"{kind}: {where}{escape(message)}", err=True)


def relative(path: str) -> str:
    """A path as users know it: relative to the working directory if it lies inside."""
    try:
        shorter = os.path.relpath(path)
    except ValueError:
        return path
    return path if shorter.startswith("..") else shorter
