"""Retries of libraries: decorators, objects, and what clients are made into so that they try again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.config.pins import held_below
from llmlint.index.tree import ancestors, last_name, parent, scope_of
from llmlint.index.values import Const, Frame, Function, alternatives, dotted
from llmlint.patterns import regex
from llmlint.rulebook.evidence_model import FUNCTION_FORMS
from llmlint.sites.errors.giving_up import passes_on
from llmlint.sites.errors.handlers import BROAD, Cover, around, exception_names, sdk_grade
from llmlint.sites.errors.retry import Retry
from llmlint.sites.errors.retry_objects import Applied, around_place
from llmlint.sites.errors.tried_by_sdk import retried, within
from llmlint.sites.evidence import form_of, passed
from llmlint.sites.request.arguments import given

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.index.module import Module
    from llmlint.rulebook.evidence_model import Evidence
    from llmlint.sites.callsite import CallSite
    from llmlint.sites.recognition.surface import Match

ENDLESS = frozenset({"tenacity.stop_never", "tenacity.stop.stop_never"})
WORKED_OUT = (ast.Name, ast.Attribute, ast.BinOp, ast.Call)
TIME = regex(r"(^max_time$|_(max_)?delay$)")
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def derived(sites: Sites, site: CallSite, match: Match) -> Iterator[Retry]:
    """`model.with_retry(stop_after_attempt=4)`: what a client is made into so that it tries again."""
    for derivation, made in match.surface.derived:
        if "retry" not in derivation.gives or made.call is None or made.module is None:
            continue
        ev, table = sites.project.evaluator, derivation.settings
        tries = given(ev, made.module, made.call, made.frame, table, derivation.positional, "retries")
        number = derivation.tries if tries.state.value == "absent" else getattr(tries.value, "value", None)
        only = next((k.value for k in made.call.keywords if k.arg in derivation.retried), None)
        names, unresolved = exception_names(sites.project, only) if only is not None else (set[str](), False)
        types = None if unresolved else frozenset() if names & BROAD else frozenset(names)
        known = number if isinstance(number, int) and not isinstance(number, bool) else None
        said = [k.value for k in made.call.keywords if k.arg in table.paths("retries")] if known is None else []
        bound = ast.unparse(said[0]) if said else ""
        yield Retry(made.module, made.call, site.node, f".{derivation.method}", known, types, None, bound, derived=True)


def adapted(sites: Sites, site: CallSite, match: Match) -> Iterator[Retry]:
    """`create(…, max_retries=3)`: what a library that wraps the client is told by the call."""
    for adapter in match.surface.adapted:
        trying = adapter.tries
        if trying is None or not held_below(site.module.path, trying.before, trying.package):
            continue
        said = next((k.value for k in site.node.keywords if k.arg == trying.keyword), None)
        number = number_of(sites, said) if said is not None else None
        if number is not None and number > 1:
            spelled = f"{trying.keyword}={number}"
            yield Retry(site.module, site.node, site.node, spelled, number, frozenset())


def decorators(sites: Sites, site: CallSite, module: Module, function: FunctionDef, place: ast.AST) -> Iterator[Retry]:
    """What libraries' decorators of a function make of it, also those that a decorator of the project applies."""
    for entry, decorator, applied in sites.evidence.applied(function, "retry"):
        if entry.works_on and form_of(function) not in entry.works_on:
            continue
        spelled = f"@{ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)}"
        types = sites.evidence.retried(entry, applied)
        spared = sites.evidence.spared(entry, applied)
        if spared is not None and not any(
            all(within(sdk, spared, error) for error in retried(sdk)) for sdk in site.sdks
        ):
            types = set()  # of what the SDK tries again it takes some, and all that is not the SDK's
        limited = frozenset(types) if types is not None else None
        holder = module if applied is decorator else scope_of(applied).module
        tries = _tries(sites, entry, applied)
        if tries == 0 and _limited_where_called(module, function):
            tries = None
        bound = _spelled_tries(entry, applied) if tries is None else ""
        lasting = _lasting(entry, applied) if tries is None and not bound else ""
        yield Retry(holder, applied, place, spelled, tries, limited, entry, bound, lasting=lasting)


def _limited_where_called(module: Module, function: FunctionDef) -> bool:
    """Whether the function is taken with another limit: `ask.retry_with(stop=stop_after_attempt(3))(question)`."""
    return any(last_name(above) == "retry_with" for load in module.name_loads(function.name) if (above := parent(load)))


def objects(sites: Sites, site: CallSite, place: ast.AST, reference: ast.expr | None) -> Iterator[Retry]:
    """What a library runs again at the place, but where an error does not come out of what it runs."""
    for applied in around_place(sites, place, reference):
        entry, holder = applied.entry, applied.holder
        if entry.works_on and not entry.works_on & _forms(sites, place, reference, applied):
            continue
        if any(
            h.cover is Cover.ALL and not passes_on(h) and applied.node in ancestors(h.node)
            for h in around(sites.project, place, sdk_grade(site.sdks))
        ):
            continue
        exceptions = entry.exceptions
        limited = applied.made if exceptions is not None and exceptions.constructor else applied.call
        types = sites.evidence.retried(entry, limited or holder)
        tries = _tries(sites, entry, holder, built=True)
        bound = _spelled_tries(entry, holder) if tries is None else ""
        lasting = _lasting(entry, holder) if tries is None and not bound else ""
        spelled = ast.unparse(holder.func if isinstance(holder, ast.Call) else holder)
        taken = frozenset(types) if types is not None else None
        yield Retry(scope_of(applied.node).module, holder, place, spelled, tries, taken, entry, bound, lasting=lasting)


def _forms(sites: Sites, place: ast.AST, reference: ast.expr | None, applied: Applied) -> frozenset[str]:
    """How what is run again may run: as the function around a loop does, or as the one that is handed on."""
    if not isinstance(applied.node, ast.Call):
        return frozenset({"async" if isinstance(applied.node, ast.AsyncFor) else "sync"})
    options = alternatives(sites.project.evaluator.evaluate(reference)) if reference is not None else ()
    known = {form_of(o.node) for o in options if isinstance(o, Function) and not isinstance(o.node, ast.Lambda)}
    return frozenset(known or FUNCTION_FORMS)


def _tries(sites: Sites, entry: Evidence, decorator: ast.expr, built: bool = False) -> int | None:
    """How often it tries in all; of what builds an object (`built`) all is said that the object is told."""
    call = decorator if isinstance(decorator, ast.Call) else None
    given = {argument.keyword: passed(call, argument) for argument in entry.bounds}
    if entry.bounds and (built or not any(argument.constructor for argument in entry.bounds)):
        spread = call is not None and any(keyword.arg is None for keyword in call.keywords)
        if not spread and all(value is None or _endless(sites, value) for value in given.values()):
            return 0
    for argument, more in ((entry.attempts, 0), (entry.retries, 1)):
        value = passed(call, argument) if argument is not None else None
        if argument is not None and argument.within:
            within = next((one for one in _either(value) if last_name(one.func) == _last(argument.within)), None)
            value = within.args[0] if within is not None and within.args else value
        number = number_of(sites, value) if value is not None else None
        if number is not None:
            return number + more
    return None


def _either(value: ast.expr | None) -> Iterator[ast.Call]:
    """The calls that an argument consists of: `stop_after_attempt(5) | stop_after_delay(60)` stops at either."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr):
        yield from _either(value.left)
        yield from _either(value.right)
    elif isinstance(value, ast.Call) and last_name(value.func) == "stop_any":
        for part in value.args:
            yield from _either(part)
    elif isinstance(value, ast.Call):
        yield value


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _lasting(entry: Evidence, decorator: ast.expr) -> str:
    """How a limit is spelled that is one of time: `max_time=60`, `stop_after_delay(60)`."""
    for argument in entry.bounds:
        value = passed(decorator, argument) if isinstance(decorator, ast.Call) else None
        if value is not None and TIME.search(argument.keyword):
            return f"{argument.keyword}={ast.unparse(value)}"
        if value is not None and any(TIME.search(last_name(one.func)) for one in _either(value)):
            return ast.unparse(value)
    return ""


def _spelled_tries(entry: Evidence, decorator: ast.expr) -> str:
    """How a decorator spells its number of tries where that is worked out, `stop_after_attempt(settings.tries + 1)`."""
    argument = entry.attempts
    value = passed(decorator, argument) if isinstance(decorator, ast.Call) and argument is not None else None
    if argument is not None and argument.within:
        named = isinstance(value, ast.Call) and last_name(value.func) == _last(argument.within)
        value = value.args[0] if isinstance(value, ast.Call) and named and len(value.args) == 1 else None
    return ast.unparse(value) if isinstance(value, WORKED_OUT) else ""


def _endless(sites: Sites, value: ast.expr) -> bool:
    options = list(alternatives(sites.project.evaluator.evaluate(value)))
    return bool(options) and all(
        (isinstance(option, Const) and option.value in (None, -1)) or dotted(option) in ENDLESS for option in options
    )


def number_of(sites: Sites, node: ast.expr, frame: Frame | None = None) -> int | None:
    """The whole number that an expression is, in an activation of its function."""
    options = list(alternatives(sites.project.evaluator.evaluate(node, frame)))
    if len(options) == 1 and isinstance(options[0], Const):
        value = options[0].value
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    return None
