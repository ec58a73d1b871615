"""What the rulebook knows about the libraries that prove retry, timeout, cache, log or trace."""

from __future__ import annotations

from collections.abc import Mapping

from llmlint.records import record

KINDS = ("retry", "timeout", "cache", "log", "trace")
"""The kinds of evidence; each has a file of its own."""

FUNCTION_FORMS = frozenset({"sync", "async", "generator", "async-generator"})
"""The forms of a function that a library may or may not work on."""

FORMS: Mapping[str, frozenset[str]] = {
    "decorators": frozenset({"function"}),  # on the function, bare, called or applied by hand
    "managers": frozenset({"block"}),  # `with` or `async with` around the call
    "loops": frozenset({"block"}),  # iterated, the call inside
    "calls": frozenset({"call"}),  # the call, or the function that holds it, is an argument
    "functions": frozenset({"function", "module", "process"}),  # calling it switches it on
    "assignments": frozenset({"module", "process"}),  # assigning something truthy switches it on
    "imports": frozenset({"module", "process"}),  # importing it switches it on
    "environment": frozenset({"process"}),  # setting the variable, in code or a deployment file, switches it on
    "commands": frozenset({"process"}),  # starting the program by it, in a deployment file, switches it on
    "wrappers": frozenset({"client"}),  # takes a client and returns or changes it
    "clients": frozenset({"client"}),  # a class whose instances do it by themselves
    "objects": frozenset({"client"}),  # given to a client, a chain or a call
    "hosts": frozenset({"client"}),  # the base URL points there
    "headers": frozenset({"client"}),  # a header, in small letters, that goes along with the requests
    "loggers": frozenset({"function"}),  # its methods write
    "overrides": frozenset({"function"}),  # a method that subclasses define and the library runs
    "writers": frozenset({"function"}),  # writes its arguments
    "stores": frozenset({"function"}),  # looked up before the call, filled after it
}
"""The ways in which evidence attaches to a call, with how far each can reach."""


@record
class Argument:
    """Where a value stands in a call: by keyword or by position.

    `within` names a call whose first argument is the value (`stop=stop_after_attempt(3)`). `constructor`: it is an
    argument of the call that built the object, not of the method that the name ends in. `default` holds without it.
    """

    keyword: str
    position: int | None = None
    within: str = ""
    constructor: bool = False
    default: float | None = None


@record
class Evidence:
    """One way in which a library provides a kind of evidence.

    `names` are dotted paths by form, see FORMS; `name()` in a path is what a call of it returns. `works_on` are the
    forms of function on which it has an effect, `broken_on` those on which it fails. `strength` is "strong" or "weak",
    which makes absence unproven and no more. `sdks` are the SDKs it covers, none for all. `methods` are those of a
    logger or store that count, `derive` those of a logger that return another one.

    `needs`: one of these must be given, not None or False, or there is no evidence, unless
    the project names one of the settings in `configured_by`. `bounds`: without one of these a
    retry never ends. `limit` is the number of seconds (None there: no limit), `attempts` that of tries in all,
    `retries` that of tries after the first, `exceptions` what is retried, `exempts` what takes some of that out
    again. With one of `waits` it waits between tries. `fallback_keyword` gives what is returned when all fail,
    `quiet_keyword` is the one whose False returns None then. `gives_up` are the exceptions that it raises then in
    place of the last one, `gives_up_keyword` names another, and `same_keyword` has it raise the last one after all.
    With one of `defeated_by` around or inside it nothing is limited. `served_by` is a file by which a server runs the
    program: without it the variables of the environment prove nothing. `nodes` says that what goes into the nodes of
    a graph and comes out of them is recorded, whatever they call.
    """

    kind: str
    library: str
    roots: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    scope: str
    works_on: frozenset[str]
    broken_on: frozenset[str]
    strength: str
    sdks: tuple[str, ...]
    methods: frozenset[str]
    derive: frozenset[str]
    fallback_keyword: str
    quiet_keyword: str
    gives_up: tuple[str, ...]
    gives_up_keyword: str
    same_keyword: str
    needs: tuple[Argument, ...]
    configured_by: tuple[str, ...]
    bounds: tuple[Argument, ...]
    limit: Argument | None
    attempts: Argument | None
    retries: Argument | None
    exceptions: Argument | None
    waits: tuple[Argument, ...]
    exempts: tuple[Argument, ...]
    defeated_by: tuple[str, ...]
    served_by: str = ""
    nodes: bool = False


@record
class EvidenceFile:
    """All evidence of a kind.

    `variables` is a regular expression for names of variables and attributes that are taken for a logger or a store
    when nothing else is known of them, `methods` what counts there; both are empty for kinds that have no such names.
    """

    kind: str
    entries: tuple[Evidence, ...]
    variables: str
    methods: frozenset[str]
    _by_form: Mapping[str, Mapping[str, Evidence]]

    def lookup(self, form: str, name: str) -> Evidence | None:
        """The entry that lists this dotted name under a form (a key of FORMS); one for `name` covers `name()` too."""
        names = self._by_form[form]
        return names.get(name) or names.get(name.removesuffix("()"))
