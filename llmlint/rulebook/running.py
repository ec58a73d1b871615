"""What runs a function that it is given, as `rules/running.toml` says."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from llmlint.records import entity
from llmlint.rulebook.data import read_data
from llmlint.rulebook.table import Table


@entity
class Running:
    """Names of what is given a function.

    `once` calls it one time, with the arguments that follow; `calling` does that or calls it for each of several;
    `fixing` only takes some of its arguments: last names, all of them. `taking` are dotted names of what takes it for
    a call to come, `asynchronous` of what makes a coroutine function of it. `handed` are the last names of all but
    what calls it several times. `collectors` are dotted names of objects that call what they are given later, on
    their own, `responses` of those that iterate over a generator then, `iterating` of functions that do so in a
    thread, `beside` those of what runs its `target` beside the caller, `offering` those of decorators that have a
    library call the function when it is told the name, `looking` of what is told of a function and does not call it,
    `tools` of what makes a tool of it that an agent may run later, `making` of decorators that make an object of a
    function, which its `methods` run. `groups` are dotted names of objects that raise where their block ends what
    their tasks raise. `nesting` lets the event loop go on within a function that runs it.
    """

    once: frozenset[str]
    calling: frozenset[str]
    fixing: frozenset[str]
    taking: frozenset[str]
    asynchronous: frozenset[str]
    handed: frozenset[str]
    collectors: frozenset[str]
    responses: frozenset[str]
    iterating: frozenset[str]
    beside: frozenset[str]
    offering: frozenset[str]
    looking: frozenset[str]
    tools: frozenset[str]
    making: frozenset[str]
    methods: frozenset[str]
    groups: frozenset[str]
    nesting: frozenset[str]


@cache
def load_running() -> Running:
    """What the file says. Raises RulebookError if it is absent or breaks the format."""
    return read_running(read_data("running.toml"))


def read_running(top: Table) -> Running:
    """Build the model; raises RulebookError for anything the format does not know."""
    once, each, makes = top.table("once"), top.table("each"), top.table("makes")
    one, several = once.texts("methods"), each.texts("methods")
    partials, tasks, asynchronous = makes.texts("partials"), makes.texts("tasks"), makes.texts("asynchronous")
    later, named, looks = top.table("later"), top.table("named"), top.table("looks")
    collectors, offering = later.texts("collectors"), named.texts("decorators")
    responses, iterating = later.texts("responses"), later.texts("iterating")
    tools = later.texts("tools")
    looking, beside = looks.texts("functions"), top.table("beside")
    methods = top.table("methods")
    making, names = methods.texts("decorators"), methods.texts("names")
    threads = beside.texts("threads")
    groups = makes.texts("groups")
    nests = top.table("nests")
    nesting = nests.texts("functions")
    for table in (once, each, makes, later, named, looks, beside, methods, nests, top):
        table.close()
    return Running(
        once=frozenset(one),
        calling=frozenset((*one, *several)),
        fixing=_last_names(partials),
        taking=frozenset((*partials, *tasks)),
        asynchronous=frozenset(asynchronous),
        handed=frozenset(one) | _last_names((*partials, *tasks, *asynchronous)),
        collectors=frozenset(collectors),
        responses=frozenset(responses),
        iterating=frozenset(iterating),
        beside=frozenset(threads),
        offering=frozenset(offering),
        looking=frozenset(looking),
        tools=frozenset(tools),
        making=frozenset(making),
        methods=frozenset(names),
        groups=frozenset(groups),
        nesting=frozenset(nesting),
    )


def _last_names(paths: Iterable[str]) -> frozenset[str]:
    return frozenset(path.rpartition(".")[2] for path in paths)
