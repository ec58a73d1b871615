"""What answers errors in place of the code that raises them, as `rules/handling.toml` says."""

from __future__ import annotations

from functools import cache

from llmlint.records import entity
from llmlint.rulebook.data import read_data
from llmlint.rulebook.table import Table


@entity
class Handling:
    """Frameworks and errors.

    `answers` are dotted names of exceptions that a framework turns into a response, `answer_packages` beginnings of
    such names, `http_errors` those of libraries below the SDKs. `registers` are the names of what registers a handler
    of one exception, `registers_all` of all, `registers_on` the dotted names of methods that do so on an application.
    `raises` are functions that raise what they are given, `leaves` the last names of those that never come back,
    `departs` their dotted names where a last name alone says too little, `applications` classes of what a server
    runs. `tools` are dotted names of what makes a tool of a function for a framework that tells the model of its
    errors, `tools_raise` the keyword whose None turns that off. `shows` are the last names of functions, below the
    `screens`, that show an error to whoever uses the program. `ends` are dotted names of decorators that return
    something in place of an error, `ending` those of managers that log it and end it, `ended` the keywords that say
    which errors, and `ends_not` the one that has them raised after all.
    `again` are the decorators of tasks whose method `again_by` has them run again, `again_default` times where the
    keyword `again_limit` does not say how often.
    """

    answers: frozenset[str]
    answer_packages: tuple[str, ...]
    http_errors: tuple[str, ...]
    registers: tuple[str, ...]
    registers_all: tuple[str, ...]
    registers_on: tuple[str, ...]
    raises: frozenset[str]
    leaves: frozenset[str]
    departs: frozenset[str]
    applications: frozenset[str]
    tools: frozenset[str]
    tools_raise: str
    screens: tuple[str, ...]
    shows: frozenset[str]
    again: frozenset[str]
    again_by: str
    again_limit: str
    again_default: int
    ends: frozenset[str]
    ending: frozenset[str]
    ended: tuple[str, ...]
    ends_not: str


@cache
def load_handling() -> Handling:
    """What the file says. Raises RulebookError if it is absent or breaks the format."""
    return read_handling(read_data("handling.toml"))


def read_handling(top: Table) -> Handling:
    """Build the model; raises RulebookError for anything the format does not know."""
    answers, registers = top.table("answers"), top.table("registers")
    raises, leaves, http, serves = top.table("raises"), top.table("leaves"), top.table("http"), top.table("serves")
    shows, tools, ends, again = top.table("shows"), top.table("tools"), top.table("ends"), top.table("again")
    handling = Handling(
        answers=frozenset(answers.texts("exceptions")),
        answer_packages=answers.texts("packages"),
        http_errors=http.texts("errors"),
        registers=registers.texts("one"),
        registers_all=registers.texts("all"),
        registers_on=registers.texts("application"),
        raises=frozenset(raises.texts("functions")),
        leaves=frozenset(leaves.texts("functions")),
        departs=frozenset(leaves.texts("paths")),
        applications=frozenset(serves.texts("applications")),
        tools=frozenset(tools.texts("makers")),
        tools_raise=tools.text("unless"),
        screens=shows.texts("packages"),
        shows=frozenset(shows.texts("functions")),
        again=frozenset(again.texts("decorators")),
        again_by=again.text("method"),
        again_limit=again.text("limit"),
        again_default=int(again.number("default") or 0),
        ends=frozenset(ends.texts("decorators")),
        ending=frozenset(ends.texts("managers")),
        ended=ends.texts("exceptions"),
        ends_not=ends.text("unless"),
    )
    for table in (answers, registers, raises, leaves, http, serves, shows, tools, ends, again, top):
        table.close()
    return handling
