"""Lists of requirements: `requirements.txt`, what it is compiled from, a folder of them, and what they refer to."""

from __future__ import annotations

import os
import re

from llmlint.config.plain_files import read_text
from llmlint.patterns import regex

LIST = regex(r"requirements[\w.-]*\.(txt|in)")
FOLDER = "requirements"
REFERENCE = regex(r"(-r|--requirement|-c|--constraint)(?:\s*=\s*|\s*)(\S+)")
MOST = 40  # files


def lists_in(folder: str, names: set[str]) -> list[str]:
    """The lists of a folder, compiled ones first: they say more precisely what is installed."""
    found = [name for name in names if LIST.fullmatch(name)]
    try:
        inner = os.listdir(os.path.join(folder, FOLDER))
    except OSError:
        inner = []
    found += [f"{FOLDER}/{name}" for name in inner if re.fullmatch(r"[\w.-]+\.(txt|in)", name)]
    return sorted(found, key=lambda name: (name.endswith(".in"), name))


def requirements(folder: str, names: list[str]) -> list[str]:
    """What these lists ask for, and those that they include."""
    return _lines(folder, names)[0]


def constraints(folder: str, names: list[str]) -> list[str]:
    """What they limit without asking for it."""
    return _lines(folder, names)[1]


def _lines(folder: str, names: list[str]) -> tuple[list[str], list[str]]:
    asked: list[str] = []
    limited: list[str] = []
    waiting = [(os.path.join(folder, name), asked) for name in names]
    seen: set[str] = set()
    for path, lines in waiting:
        if path in seen or len(seen) == MOST:
            continue
        seen.add(path)
        for line in read_text(path).splitlines():
            refers = REFERENCE.match(line.strip())
            if refers is None:
                lines.append(line)
            elif "://" not in refers[2] and not os.path.isabs(refers[2]):
                other = os.path.normpath(os.path.join(os.path.dirname(path), refers[2]))
                waiting.append((other, limited if refers[1] in ("-c", "--constraint") else lines))
    return asked, limited
