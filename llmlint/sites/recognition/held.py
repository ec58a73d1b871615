"""Attributes under which objects may hold something of an SDK that is called itself: `agent.llm(messages)`."""

from __future__ import annotations

from llmlint.index.files import Files
from llmlint.patterns import regex

HELD = regex(rb"\bself\.(\w+)\s*(?::[^=\n]+)?=(?!=)")


def held_objects(files: Files, words: set[bytes]) -> dict[str, frozenset[str]]:
    """The attributes that files with one of these words set, each with the files that call it and import such a file.

    One that some function of the project is named like is left out: that function is what is called there.
    """
    found: dict[str, frozenset[str]] = {}
    for path, hits in files.named.items():
        if words.isdisjoint(hits):
            continue
        for name in {each.decode() for each in HELD.findall(files.by_path[path].data)}:
            calling = () if files.defining(name) else files.spelling(f".{name}(".encode())
            near = files.reaching(path).intersection(calling) - {path} if calling else frozenset[str]()
            if near:
                found[name] = found.get(name, frozenset()) | near
    return found
