"""Where text comes before the eyes of a user as a whole, as `rules/screens.toml` says."""

from __future__ import annotations

from functools import cache

from llmlint.records import entity
from llmlint.rulebook.data import read_data
from llmlint.rulebook.table import Table


@entity
class Screens:
    """Frameworks that show text.

    `responses` are dotted names of what makes the response of a web handler. `shows` are the last names of functions,
    below `showing`, that put a text on the screen, `takes` those, below `taking`, that take a function whose result
    they show.
    """

    responses: frozenset[str]
    showing: tuple[str, ...]
    shows: frozenset[str]
    taking: tuple[str, ...]
    takes: frozenset[str]

    def puts_before(self, path: str) -> bool:
        """Whether what is given to a function with this dotted name comes before a user as it is."""
        last = path.rpartition(".")[2]
        return path in self.responses or (last in self.shows and path.startswith(self.showing))

    def shows_result(self, path: str) -> bool:
        """Whether a function with this dotted name shows what the function returns that it is given."""
        return path.rpartition(".")[2] in self.takes and path.startswith(self.taking)


@cache
def load_screens() -> Screens:
    """What the file says. Raises RulebookError if it is absent or breaks the format."""
    return read_screens(read_data("screens.toml"))


def read_screens(top: Table) -> Screens:
    """Build the model; raises RulebookError for anything the format does not know."""
    responses, shows, takes = top.table("responses"), top.table("shows"), top.table("takes")
    screens = Screens(
        responses=frozenset(responses.texts("makers")),
        showing=shows.texts("packages"),
        shows=frozenset(shows.texts("functions")),
        taking=takes.texts("packages"),
        takes=frozenset(takes.texts("functions")),
    )
    for table in (responses, shows, takes, top):
        table.close()
    return screens
