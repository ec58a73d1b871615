"""What looks something up while a request is answered, as `rules/searching.toml` describes it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache

from llmlint.records import entity
from llmlint.rulebook.data import read_data


@entity
class Searching:
    """Patterns of tools that a platform runs by itself, and parameters that switch one on."""

    tools: tuple[str, ...]
    parameters: tuple[str, ...]

    def is_tool(self, name: str) -> bool:
        """Whether a tool of this name or type looks something up."""
        return any(fnmatchcase(name, pattern) for pattern in self.tools)


@cache
def load_searching() -> Searching:
    """The tables of the rulebook. Raises RulebookError if the file is absent or breaks the format."""
    top = read_data("searching.toml")
    found = Searching(top.texts("tools"), top.texts("parameters"))
    top.close()
    return found
