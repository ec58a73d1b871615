"""What settings files beside the code say: INI, YAML, JSON and TOML, read as lines of `key = value`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from llmlint.config.plain_files import read_text
from llmlint.patterns import regex

NAMED = regex(r"(?i)(?:config|conf|setting|default|option|param)\w*[^/]*\.(?:json|toml|ya?ml)$|\.(?:ini|cfg)$")
PLACES = ("config", "configs", "conf", "settings")
TOP = regex(r"^(?:\.git|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|requirements[\w.-]*\.txt)$")
MAX_LEVELS = 5
MOST = 200_000  # bytes of a file that people write
MANY = 50  # files; more of them are data


def written(path: str, key: str, section: str = "") -> frozenset[str]:
    """The texts that a key has in settings files of the project around a file; empty where none sets it.

    With a section, only files that have one of this name count. Nothing is said of where in a file a key stands.
    """
    found: set[str] = set()
    line = re.compile(rf"(?im)(?:^|[{{,])[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*[:=][ \t]*(.*)$")
    head = (
        re.compile(rf"(?im)(?:^|[{{,])\s*(?:\[+\s*|[\"']?){re.escape(section)}(?:\s*\]|[\"']?\s*:)")
        if section
        else None
    )
    for text in _texts(os.path.dirname(os.path.abspath(path))):
        if head is None or head.search(text) is not None:
            found |= {value for one in line.finditer(text) if (value := _value(one[1]))}
    return frozenset(found)


def _value(rest: str) -> str:
    """The text at the head of what follows a key; empty where that is no text of one line."""
    rest = rest.strip()
    if rest[:1] in ("'", '"'):
        return rest[1:].partition(rest[0])[0]
    return re.split(r"\s+[#;]|,", rest, maxsplit=1)[0].strip()


@cache
def _texts(folder: str) -> tuple[str, ...]:
    paths = (path for above in _upwards(folder) for path in _files(above))
    return tuple(_read(path) for path in islice(paths, MANY))


def _upwards(folder: str) -> list[str]:
    """The folders from this one to the project's own, or this one alone where no folder above looks like that."""
    found = [folder]
    while not any(TOP.search(name) for name in _names(found[-1])):
        above = os.path.dirname(found[-1])
        if above == found[-1] or len(found) == MAX_LEVELS:
            return [folder]
        found.append(above)
    return found


def _files(folder: str) -> Iterator[str]:
    for place in (folder, *(os.path.join(folder, name) for name in PLACES)):
        yield from (os.path.join(place, name) for name in _names(place) if NAMED.search(name) is not None)


@cache
def _names(folder: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(os.listdir(folder)))
    except OSError:
        return ()


@cache
def _read(path: str) -> str:
    return read_text(path, MOST)
