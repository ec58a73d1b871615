"""Deployment files: what the environment of a program is said to be, beside its code: `.env.example`, compose files.

A `.env` itself is left alone: it is a secret, no part of the repository, and differs from one machine to the next.
"""

from __future__ import annotations

import os
import re
from functools import cache

from llmlint.patterns import regex

FILE = regex(
    r"(?i)(\.?env[.-](example|sample|template|dist|defaults?)|(example|sample|template)\.env|\.env[.-][\w.-]*example"
    r"|(docker-)?compose[\w.-]*\.ya?ml|(docker|container)file[\w.-]*|[\w.-]+\.dockerfile|procfile|app\.ya?ml"
    r"|render\.ya?ml|serverless\.ya?ml|values[\w.-]*\.ya?ml|fly\.toml)"
)
FOLDERS = ("docker", ".docker", "deploy", "deployment", "deployments", "infra")
MAX_SIZE = 200_000  # bytes; what is larger is no such file
OFF = ("false", "0", "no", "off", "none", "null")


def sets(folders: tuple[str, ...], variable: str) -> bool:
    """Whether a deployment file in one of the folders sets an environment variable, or leaves a place to set it.

    Not where it is switched off (`NAME=false`) or its line is a comment.
    """
    return any(_set_in(text, variable) for folder in folders for text in _texts(folder))


def runs(folders: tuple[str, ...], command: str) -> bool:
    """Whether a deployment file in one of the folders starts something by a command."""
    word = re.compile(rf"(?m)^[^#\n]*(?<![\w-]){re.escape(command)}(?![\w-])")
    return any(word.search(text) for folder in folders for text in _texts(folder))


def lies(folders: tuple[str, ...], name: str) -> bool:
    """Whether a file of this name lies in one of the folders."""
    return any(os.path.isfile(os.path.join(folder, name)) for folder in folders)


def _set_in(text: str, variable: str) -> bool:
    line = re.compile(
        rf"(?m)^(?!\s*#)[^#\n]*?\b{variable}\b[\"']?[ \t]*(?:[=:][ \t]*|\n\s*value:[ \t]*|[ \t]+|$)([^\s#]*)"
    )
    return any(found.strip("\"'").lower() not in OFF for found in line.findall(text))


@cache
def _texts(folder: str) -> tuple[str, ...]:
    """The deployment files of a folder and of those below it that are named for deployment."""
    found: list[str] = []
    for place in (folder, *(os.path.join(folder, name) for name in FOLDERS)):
        try:
            entries = sorted(os.scandir(place), key=lambda entry: entry.name)
            paths = [e.path for e in entries if FILE.fullmatch(e.name) and e.is_file(follow_symlinks=False)]
        except OSError:
            continue
        found += [text for path in paths if (text := _read(path))]
    return tuple(found)


def _read(path: str) -> str:
    try:
        if os.path.getsize(path) > MAX_SIZE:
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
