"""Recovery: what answers a failed call apart from handlers: fallbacks, retries, the application's handlers."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from llmlint.index.tree import FunctionNode, last_name, nodes_in
from llmlint.index.values import Class, Const, Function, Value, alternatives, dotted
from llmlint.rulebook.handling import load_handling
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.errors.escaping import Error, Escape, escape
from llmlint.sites.errors.giving_up import asks_again
from llmlint.sites.errors.handlers import BROAD, Cover, Grade, always_raises, types_grade
from llmlint.sites.errors.passable import passable
from llmlint.sites.errors.registered import registering_calls, registrations
from llmlint.sites.errors.retry_objects import around_place
from llmlint.sites.evidence import FunctionDef

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.rulebook.evidence_model import Evidence

SERVER_ERROR = 500
# Decorators that say what a method is, and hand it to no framework.
DESCRIBING = frozenset(
    {"abstractmethod", "cached_property", "classmethod", "final", "override", "overrides", "property", "staticmethod"}
)


def answers_elsewhere(site: CallSite) -> bool:
    """Whether the call itself names what to do on failure: fallback models or a runnable with fallbacks."""
    return site.gives("fallback") or site.setting("fallbacks").state is not State.ABSENT


def takes_care(sites: Sites, function: FunctionDef, grade: Grade) -> bool:
    """Whether an error leaving the function is answered: a retry that ends in a value, or the application's handler."""
    return ends_in_value(sites, function, grade) or reported(sites, function)


def reported(sites: Sites, function: FunctionDef, _: Grade | None = None) -> bool:
    """Whether what calls the function is an application whose handler of all errors the project has registered."""
    return (registering(function) and registered_handler(sites)) or _handles_all(sites)


def registering(function: FunctionDef) -> bool:
    """Whether a decorator may hand the function to a framework."""
    return any(last_name(decorator) not in DESCRIBING for decorator in function.decorator_list)


def ends_in_value(sites: Sites, function: FunctionDef, grade: Grade | None = None) -> bool:
    """Whether a retry on the function gives a value when all tries have failed; `grade` tells for which errors."""
    for entry, _, decorator in sites.evidence.applied(function, "retry"):
        keyword = entry.fallback_keyword
        given = decorator.keywords if keyword and isinstance(decorator, ast.Call) else []
        value = next((one.value for one in given if one.arg == keyword), None)
        if not _returns_none(entry, decorator) and (value is None or _raises(sites, value)):
            continue
        types = sites.evidence.retried(entry, decorator)
        if grade is None or not types or types & BROAD or grade(types) is not Cover.NONE:
            return True
    return False


def _returns_none(entry: Evidence, decorator: ast.expr) -> bool:
    """Whether a retry is told to return None in the end."""
    given = decorator.keywords if entry.quiet_keyword and isinstance(decorator, ast.Call) else []
    return any(one.arg == entry.quiet_keyword and getattr(one.value, "value", None) is False for one in given)


def _raises(sites: Sites, callback: ast.expr) -> bool:
    """Whether what is called when all tries have failed only raises the error."""
    found = list(alternatives(sites.project.evaluator.evaluate(callback)))
    return all(isinstance(one, Function) and _always(one.node) for one in found)


def _always(function: FunctionNode) -> bool:
    return not isinstance(function, ast.Lambda) and always_raises(function.body)


def registered_handler(sites: Sites) -> bool:
    """Whether the project registers a handler for all errors, or for an SDK's, with its web framework."""
    known = sites.facts.get("registered-handler")
    if known is None:
        known = sites.facts["registered-handler"] = _registers(sites) or _on_application(sites) or _middleware(sites)
    return known


def _handles_all(sites: Sites) -> bool:
    known = sites.facts.get("handler-for-all")
    if known is None:
        project = sites.project
        names = load_handling().registers_all
        modules = (project.module(path) for name in names for path in project.files.mentioning(name))
        calls = (module.calls.get(name) for module in modules if module is not None for name in names)
        known = sites.facts["handler-for-all"] = any(calls)
    return known


def _registers(sites: Sites) -> bool:
    project = sites.project
    for call in registering_calls(project):
        for argument in call.args:
            for option in alternatives(project.evaluator.evaluate(argument)):
                exception = dotted(option)
                if exception in BROAD or project.is_sdk(exception) or _is_server_error(option):
                    return True
    return False


def _on_application(sites: Sites) -> bool:
    """Whether a method of the framework's application takes a function of the project for all errors: `@app.error`."""
    project = sites.project
    for name in load_handling().registers_on:
        root, method = name.partition(".")[0], name.rpartition(".")[2]
        for path in project.files.mentioning(method) if project.files.mentioning(root) else ():
            module = project.module(path)
            for node in module.attribute_loads.get(method, ()) if module is not None else ():
                if any(dotted(option) == name for option in alternatives(project.evaluator.evaluate(node))):
                    return True
    return False


def _middleware(sites: Sites) -> bool:
    """Whether the project registers a middleware of its own that answers whatever the application raises."""
    project = sites.project
    for path in project.files.mentioning("add_middleware"):
        module = project.module(path)
        for call in module.calls.get("add_middleware", ()) if module is not None else ():
            for option in alternatives(project.evaluator.evaluate(call.args[0])) if call.args else ():
                if isinstance(option, Class) and any(map(_answers_all, option.node.body)):
                    return True
    return False


def _answers_all(method: ast.AST) -> bool:
    """Whether a middleware's method catches everything and does not only raise it again."""
    if not isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) or method.name not in ("__call__", "dispatch"):
        return False
    handlers = (node for node in nodes_in(method) if isinstance(node, ast.ExceptHandler))
    broad = (h for h in handlers if h.type is None or last_name(h.type) in ("Exception", "BaseException"))
    return any(not always_raises(handler.body) for handler in broad)


def _is_server_error(value: Value) -> bool:
    return isinstance(value, Const) and value.value == SERVER_ERROR


def bad_answer_escapes(sites: Sites, node: ast.AST, errors: set[str], entered: tuple[ast.expr, ...]) -> Escape | None:
    """A way out for the errors that an answer in a bad form raises at a node; asking again is an answer to them."""
    passes, again = partial(passable, node), partial(_run_again, sites)
    asked = partial(_asked_again, sites)
    error = Error(types_grade(errors), asked, passes, enough=asks_again, offered=True, again=again)
    return escape(sites.project, node, error, entered)


def _run_again(sites: Sites, place: ast.AST, reference: ast.expr | None, grade: Grade) -> bool:
    """Whether what stands around a place runs it again after the errors: `for attempt in Retrying(…)`."""
    for applied in around_place(sites, place, reference):
        exceptions = applied.entry.exceptions
        limited = applied.made if exceptions is not None and exceptions.constructor else applied.call
        types = sites.evidence.retried(applied.entry, limited or applied.holder)
        if not types or types & BROAD or grade(types) is Cover.ALL:
            return True
    return False


def _asked_again(sites: Sites, function: FunctionDef, grade: Grade) -> bool:
    """Whether a retry decorator asks again after the errors, or the application has a handler for all."""
    if reported(sites, function):
        return True
    if registering(function) and any(grade(set(one.types)) is Cover.ALL for one in registrations(sites.project)):
        return True
    for entry, _, decorator in sites.evidence.applied(function, "retry"):
        types = sites.evidence.retried(entry, decorator)
        if not types or types & BROAD or grade(types) is Cover.ALL:
            return True
    return False
