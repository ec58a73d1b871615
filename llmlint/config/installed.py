"""Packages that a file asks for itself: the block of a script (PEP 723), the `!pip install` lines of a notebook."""

from __future__ import annotations

import re
import shlex

import tomli

from llmlint.patterns import regex

BLOCK = regex(r"^# /// script[ \t]*\r?\n((?:#(?: .*)?\r?\n)+?)# ///[ \t]*\r?$", re.MULTILINE)
HEAD = 20_000  # characters; the block stands at the top
NOTEBOOK = 20_000_000
# In the JSON of a notebook, up to the end of the line or of the string.
PIP = regex(r"""[!%]\s*(?:uv\s+|python3?\s+-m\s+)?pip3?\s+install\s+((?:\\"|[^"\\])+)""")
UPGRADES = frozenset({"-U", "--upgrade", "-qU", "-Uq"})


def requirements(path: str) -> list[str]:
    """The requirements of a script or notebook, as pip takes them; none where it has none or cannot be read.

    What a notebook installs without a version is left out, unless it upgrades: pip is content with what is there.
    """
    notebook = path.endswith(".ipynb")
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(NOTEBOOK if notebook else HEAD)
    except OSError:
        return []
    return _of_cells(text) if notebook else _of_block(text)


def _of_block(text: str) -> list[str]:
    block = BLOCK.search(text)
    if block is None:
        return []
    lines = [line.removeprefix("#").removeprefix(" ") for line in block[1].splitlines()]
    try:
        given = tomli.loads("\n".join(lines)).get("dependencies")
    except tomli.TOMLDecodeError:
        return []
    return [line for line in given if isinstance(line, str)] if isinstance(given, list) else []


def _of_cells(text: str) -> list[str]:
    found: list[str] = []
    for line in PIP.findall(text):
        try:
            words = shlex.split(line.replace('\\"', '"'), comments=True)
        except ValueError:  # a quotation mark that nothing closes
            continue
        upgrades = not UPGRADES.isdisjoint(words)
        packages = [word for word in words if not word.startswith("-")]
        found += [word for word in packages if upgrades or re.search(r"[=<>~]", word)]
    return found
