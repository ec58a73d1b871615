"""Retries that never end, that multiply, and that do nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from llmlint.checks.finding import Finding, Places, Settings, Sites, site_notes
from llmlint.checks.fixing.limiting import limited
from llmlint.checks.fixing.retrycount import set_retries
from llmlint.checks.fixing.standing_in import missing
from llmlint.checks.unawaited import without_effect
from llmlint.diagnostics import Fix, Note
from llmlint.index.tree import last_name, named_function_of, nodes_in
from llmlint.rulebook.sdk import load_sdk, sdk_for_root
from llmlint.rulebook.sdk_model import Sdk
from llmlint.sites.callsite import CallSite
from llmlint.sites.errors import retries
from llmlint.sites.errors.deadlines import has_deadline
from llmlint.sites.errors.handlers import BROAD, Cover, around, raises, sdk_grade
from llmlint.sites.errors.own_tries import of_function, own
from llmlint.sites.errors.recursion import is_itself
from llmlint.sites.errors.reparsed import asked_again
from llmlint.sites.errors.stacked_ways import whichever_is_run
from llmlint.sites.evidence import form_of
from llmlint.sites.outward import function_name, ways_out
from llmlint.sites.request.timeouts import as_held

if TYPE_CHECKING:
    from llmlint.sites.recognition.surface import Match

TELLING = frozenset(
    {"print", "print_exc", "debug", "info", "warning", "error", "exception", "log", "sleep", "append", "echo"}
)
FORMS = {
    "generator": "a generator",
    "async": "an `async def`",
    "async-generator": "an async generator",
    "sync": "a function",
}


def unbounded_retry(sites: Sites, settings: Settings) -> Iterator[Finding]:
    """Calls that are tried again until they are answered, however long that takes: each retry once."""
    found: Places[tuple[CallSite, Note, str, str, Fix | None]] = Places()
    for site in sites.outside_tests:
        if has_deadline(sites, site):
            continue
        retry = next(
            (retry for retry in chain(retries.around_call(sites, site), asked_again(sites, site)) if retry.tries == 0),
            None,
        )
        if retry is not None:
            proof = Note("this retries without an end", retry.module.location(retry.node))
            fix = limited(site.project, retry, settings.config.fix.max_retries + 1)
            found.add(retry.node, site, (site, proof, "default", retry.spelled, fix))
            continue
        again = _itself(site)
        if again is not None:
            proof = Note("this starts the function again", site.module.location(again))
            found.add(again, site, (site, proof, "recursion", function_name(again), None))
    for (site, proof, message, spelled, fix), origins in found:
        fields = {"call": site.spelled, "retry": spelled}
        related = site_notes(origins[1:], "a call that it tries, too")
        yield Finding(site.module, site.node, message, fields, (proof,), related, fix=fix, confidence=site.confidence)


def _itself(site: CallSite) -> ast.Call | None:
    """A handler around the call that calls the function again with what it was called with."""
    function = site.function
    if function is None:
        return None
    grade = sdk_grade(site.sdks)
    for handler in around(site.project, site.node, grade):
        if handler.cover not in (Cover.ALL, Cover.SOME) or any(map(_decides, handler.body)):
            continue
        for statement in handler.body:
            for node in ast.walk(statement):
                if not isinstance(node, ast.Call):
                    continue
                if is_itself(node.func, function) and _same_again(node, function.args):
                    return node
    return None


def _same_again(call: ast.Call, taken: ast.arguments) -> bool:
    """Whether a call passes on what the function was called with, and nothing else; `*rest` and `**more` whole."""
    names = {argument.arg for argument in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)}
    rest, more = ({each.arg} if each else set() for each in (taken.vararg, taken.kwarg))
    given = [(arg.value, rest) if isinstance(arg, ast.Starred) else (arg, names) for arg in call.args]
    given += [(keyword.value, names if keyword.arg else more) for keyword in call.keywords]
    return bool(given) and all(isinstance(value, ast.Name) and value.id in fitting for value, fitting in given)


def _decides(statement: ast.stmt) -> bool:
    """Whether a test in the statement may end the tries: one that something is only printed after does not."""
    if isinstance(statement, ast.If) and not statement.orelse:
        calls = [part.value for part in statement.body if isinstance(part, ast.Expr)]
        if len(calls) == len(statement.body) and all(
            isinstance(call, ast.Call) and last_name(call.func) in TELLING for call in calls
        ):
            return False
    return any(isinstance(node, (ast.If, ast.Compare)) for node in ast.walk(statement))


def stacked_retries(site: CallSite, sites: Sites) -> Iterator[Finding]:
    """A retry around a call whose client already tries again."""
    owns = {_own(site, sites, match) for match in site.matches}
    again, model = next(iter(owns)) if len(owns) == 1 else (None, "")
    if not again:
        return
    around_it = sorted(
        retries.around_call(sites, site), key=lambda retry: retry.tries == 0 or bool(retry.lasting)
    )  # with an end, if one has
    for retry in around_it:
        number = str(retry.tries) if retry.tries is not None else retry.bound
        if not (number or retry.lasting) or number == "1" or not _same_errors(site, retry.types):
            continue
        if not whichever_is_run(
            sites, site, retry, lambda one: any(_own(one, sites, match)[0] for match in one.matches)
        ):
            continue
        endless = retry.tries == 0
        often = "without an end" if endless else f"{number} times" if number else f"for `{retry.lasting}`"
        proof = Note(f"tries {often}", retry.module.location(retry.node))
        fields = {
            "call": site.spelled,
            "retry": retry.spelled,
            "outer": number if number.isdigit() else f"`{number}`",
            "lasting": retry.lasting,
            "inner": str(again + 1),
            "product": str(int(number) * (again + 1)) if number.isdigit() else f"({number}) × {again + 1}",
            "sdk": site.match.surface.sdk.name,
            "route": f" for `{model}`" if model else "",
            "holder": "client" if site.match.surface.client is not None else "call",
            "build": "build the client" if site.match.surface.client is not None else "make the call",
        }
        lack = missing(sites, site, retry)
        fields["once"] = f" once {lack.format_map(fields)}" if lack else ""
        fix = set_retries(site, 0) if not lack else None
        message = "endless" if endless else "default" if number else "lasting"
        yield Finding(site.module, site.node, message, fields, (proof,), fix=fix, confidence=site.confidence)
        return


def _own(site: CallSite, sites: Sites, match: Match) -> tuple[int | None, str]:
    """How often the client tries again by itself, and the model for which it does, where that is not so for all."""
    number = own(sites, as_held(site, match))
    return of_function(site, match) if number is None else (number, "")


def _same_errors(site: CallSite, types: frozenset[str] | None) -> bool:
    """Whether a retry limited to these exceptions is known to take what the SDK has already tried again."""
    if types is None:
        return False
    if not types or types & BROAD:
        return True
    return any(_takes_retried(sdk, types) for sdk in _raising(site))


def _raising(site: CallSite) -> Iterator[Sdk]:
    """The SDK of a call, and those beneath it, whose errors a framework may let through."""
    surface = site.match.surface
    provider = surface.client.provider if surface.client is not None else ""
    of_provider = sdk_for_root(surface.sdk.exceptions.before.get(provider, ""))
    yield surface.sdk
    for name in {*surface.sdk.beneath, of_provider} - {None}:
        yield load_sdk(name)


def _takes_retried(sdk: Sdk, types: frozenset[str]) -> bool:
    exceptions = sdk.exceptions
    retried = set(exceptions.retried)
    for name in list(retried):
        above = exceptions.parents.get(name)
        while above:
            retried.add(above)
            above = exceptions.parents.get(above)
    return not {sdk.canonical(name) for name in types}.isdisjoint({*retried, exceptions.base, *exceptions.covering})


def ineffective_retry(site: CallSite, sites: Sites) -> Iterator[Finding]:
    """A retry or timeout decorator that does nothing where it stands."""
    function = site.function
    if function is None:
        return
    yield from _above_helper(site, sites, function)
    form = form_of(function)
    for decorator in without_effect(site.project, function) if form != "sync" else ():
        spelled = ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)
        fields = {"decorator": spelled, "function": function.name, "form": FORMS[form], "call": site.spelled}
        where = Note(f"`{function.name}` is {FORMS[form]}", site.module.location(decorator))
        yield Finding(site.module, site.node, "form", fields, (where,), confidence=site.confidence)
        return
    for kind in ("retry", "timeout"):
        for entry, decorator in sites.evidence.decorators(function, kind):
            spelled = ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)
            fields = {
                "decorator": spelled,
                "function": function.name,
                "form": FORMS[form],
                "call": site.spelled,
            }
            where = Note(f"`{function.name}` is {FORMS[form]}", site.module.location(decorator))
            if entry.works_on and form not in entry.works_on:
                yield Finding(site.module, site.node, "form", fields, (where,), confidence=site.confidence)
                return
            swallowed = _swallowed(site, function) if kind == "retry" and not _by_result(decorator) else None
            if swallowed is not None:
                proof = Note("this handler catches the error first", site.module.location(swallowed))
                yield Finding(site.module, site.node, "swallowed", fields, (proof,), confidence=site.confidence)
                return


def _above_helper(site: CallSite, sites: Sites, helper: ast.AST) -> Iterator[Finding]:
    """The same on a coroutine or generator that makes the call through a helper: the first of each way out."""
    seen = {id(helper)}
    for place, path in ways_out(site.project, site.node, retries.MAX_WAYS):
        function = named_function_of(place)
        if not path or function is None or id(function) in seen:
            continue
        seen.add(id(function))
        form = form_of(function)
        for entry, decorator in sites.evidence.decorators(function, "retry"):
            if entry.works_on and form not in entry.works_on:
                spelled = ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)
                fields = {"decorator": spelled, "function": function.name, "form": FORMS[form], "call": site.spelled}
                where = Note(f"`{function.name}` is {FORMS[form]}", path[-1].module.location(decorator))
                yield Finding(site.module, site.node, "form", fields, (where,), confidence=site.confidence)
                return


def _by_result(decorator: ast.expr) -> bool:
    return any(word in ast.unparse(decorator) for word in ("result", "on_predicate", "retry_if_not", "none"))


def _swallowed(site: CallSite, function: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST | None:
    """The handler inside of the function that catches all errors of the call and raises none."""
    grade = sdk_grade(site.sdks)
    for handler in around(site.project, site.node, grade):
        if handler.cover is Cover.UNKNOWN or (handler.cover is Cover.SOME and not raises(handler)):
            return None
        if handler.cover is Cover.ALL:
            if named_function_of(handler.node) is not function:
                return None
            quiet = not any(isinstance(node, ast.Raise) for part in handler.body for node in nodes_in(part))
            return handler.node if quiet else None
    return None
