"""Constrain the output: text that is parsed although nothing promised its form, and parses that nothing guards."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks import direct
from llmlint.checks.dispatch import perhaps_elsewhere
from llmlint.checks.finding import Finding, Places, Sites, site_notes
from llmlint.checks.fixing.shaping import constrained
from llmlint.checks.naming import caller_name
from llmlint.checks.parse_steps import together
from llmlint.checks.probes import only_probed
from llmlint.diagnostics import Note, Severity
from llmlint.index.tested_form import data_fits, number_fits
from llmlint.index.tree import FUNCTIONS, ancestors, last_name, nodes_in
from llmlint.index.values import Const, Function, Mapping, Result, Template, alternatives, dotted, text_of
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.errors.escaping import Escape
from llmlint.sites.errors.recovery import bad_answer_escapes, registering
from llmlint.sites.flow.digits import kept_digits, only_digits
from llmlint.sites.flow.trace import Use
from llmlint.sites.recognition.surface import Match
from llmlint.sites.request.settings import on_path
from llmlint.source.shortened import shortened

WEAK_PARSERS = (
    "JsonOutputParser",
    "SimpleJsonOutputParser",
    "PydanticOutputParser",
    "JsonOutputToolsParser",
    "XMLOutputParser",
)


def missing_response_format(sites: Sites) -> Iterator[Finding]:
    """Parses of answers that no constraint shaped; steps in which one answer is taken apart are one finding."""
    found: Places[list[Use]] = Places()
    for site in sites.outside_tests:
        if not site.answers or site.gives("constraint") or direct.from_tools(site):
            continue
        if _unconstrained(site, ()):
            yield from _parsed_in_chain(site)
        for use in sites.flow(site).uses("parse"):
            if (
                use.kind == "text"
                and use.parser is not None
                and use.parser.structured
                and not _probed(use)
                and not only_probed(sites, use)
                and _unconstrained(site, use.outward)
                and not perhaps_elsewhere(use)
                and not _strips_prompt(site, use)
            ):
                found.add(use.node, site, []).append(use)
    for (use, *more), origins in together(found):
        first = origins[0]
        others = tuple(Note("parsed here, too", one.module.location(one.node)) for one in more)
        fields = {"call": first.spelled, "parser": use.parser.name if use.parser else "", "keyword": _keyword(first)}
        evidence = tuple(Note("no constraint on the form of the answer here", site.location) for site in origins)
        related = (*site_notes(origins), *others)
        fix = constrained(first, _parses(sites, first)) if len(origins) == 1 else None
        yield Finding(use.module, use.node, "default", fields, evidence, related, fix=fix, confidence=first.confidence)


def _parses(sites: Sites, site: CallSite) -> list[Use]:
    """Every place that reads data out of the text of one answer."""
    return [use for use in sites.flow(site).uses("parse") if use.kind == "text"]


def _probed(use: Use) -> bool:
    """Whether the text is parsed only where it begins and ends like an object, and passed on as text elsewhere."""
    for test in (above.test for above in ancestors(use.node) if isinstance(above, ast.If)):
        spelled = {last_name(node.func) for node in nodes_in(test) if isinstance(node, ast.Call)}
        if spelled >= {"startswith", "endswith"}:
            return use.parser is not None and bool(use.parser.error)
    return False


def _strips_prompt(site: CallSite, use: Use) -> bool:
    """Whether the text is split at something that the prompt itself ends in, which a model may repeat."""
    call = use.node
    if not isinstance(call, ast.Call) or last_name(call.func) not in ("split", "rsplit", "partition", "rpartition"):
        return False
    mark = text_of(site.project.evaluator.evaluate(call.args[0])) if call.args else None
    prompt = site.setting("prompt").value
    for option in alternatives(prompt) if prompt is not None and mark and mark.strip() else ():
        ends = option.parts[-1:] if isinstance(option, Template) else (option,)
        texts = [text_of(part) for part in ends if part is not None]
        if any(text and text.rstrip().endswith(str(mark).strip()) for text in texts):
            return True
    return False


def _unconstrained(site: CallSite, outward: tuple[ast.Call, ...]) -> bool:
    """Whether nothing obliges the model to a form when the call is reached through these callers."""
    if on_path(site, "stored-prompt", outward).state is not State.ABSENT:
        return False
    constraint = on_path(site, "constraint", outward)
    if constraint.state is not State.ABSENT and not _only_text(constraint.value):
        return False
    choice = on_path(site, "tool-choice", outward)
    if choice.state is State.ABSENT:
        return True
    values = (
        [option.value for option in alternatives(choice.value) if isinstance(option, Const)] if choice.value else []
    )
    return bool(values) and all(str(value).lower() in ("auto", "none") for value in values)


def _only_text(value: object) -> bool:
    """`{"type": "text"}` is the default spelled out."""
    if not isinstance(value, Mapping) or value.open:
        return False
    entry = value.entries.get("type")
    return entry is not None and isinstance(entry.value, Const) and entry.value.value == "text"


def _keyword(site: CallSite) -> str:
    paths = site.match.operation.settings.paths("constraint")
    return paths[0] if paths else "with_structured_output"


def _parsed_in_chain(site: CallSite) -> Iterator[Finding]:
    """A parser behind `|` is a weak constraint: it parses what the model was only asked to write."""
    beside = [option for match in site.matches for part in match.surface.piped for option in alternatives(part)]
    names = [dotted(option.callee).rpartition(".")[2] for option in beside if isinstance(option, Result)]
    for name in dict.fromkeys(name for name in names if name in WEAK_PARSERS):
        fields = {"call": site.spelled, "parser": name, "keyword": "with_structured_output"}
        yield Finding(site.module, site.node, "weak", fields, severity=Severity.INFO)


def unguarded_parse(sites: Sites) -> Iterator[Finding]:
    """Parses of answers whose error reaches the outside, one finding for each parse.

    Of a parse and another that its handler tries in its place, only the latter is unguarded.
    """
    found = list(_unguarded(sites))
    again = {id(above) for finding in found for above in ancestors(finding.node)}
    for finding in found:
        if not any(id(handler) in again for handler in _handlers_of(finding.node)):
            yield finding


def _handlers_of(node: ast.AST) -> Iterator[ast.ExceptHandler]:
    """The handlers of each `try` of the function in whose body a node stands."""
    below = node
    for above in ancestors(node):
        if isinstance(above, FUNCTIONS):
            return
        if isinstance(above, ast.Try) and any(below is statement for statement in above.body):
            yield from above.handlers
        below = above


def _unguarded(sites: Sites) -> Iterator[Finding]:
    seen: set[int] = set()
    for site in sites.outside_tests:
        for use in sites.flow(site).uses("parse") if site.answers else ():
            if use.kind != "text" or use.parser is None or not use.parser.error or id(use.node) in seen:
                continue
            if any(_parses_itself(match) for match in site.matches) or _is_number(sites, use) or _fits(use):
                continue
            out = bad_answer_escapes(sites, use.node, {use.parser.error, *use.parser.bases}, use.entered)
            if out is None or _promised(sites, use, out):
                continue
            seen.add(id(use.node))
            error = use.parser.error.removeprefix("builtins.")
            fields = {"parser": _spelled(sites, use, use.parser.name), "error": error, "call": site.spelled}
            if out.callers:
                last = out.callers[-1]
                fields["caller"] = caller_name(last)
            message = "caller" if out.callers else "default"
            evidence = tuple(
                Note(f"`{caller_name(c)}` does not catch it", c.module.location(c.call)) for c in out.callers
            )
            yield Finding(
                use.module, use.node, message, fields, evidence, site_notes([site]), confidence=site.confidence
            )


def _promised(sites: Sites, use: Use, out: Escape) -> bool:
    """Whether a handler turns the parser's error, by name, into the project's own where nothing in sight calls it.

    That error is part of what the function promises to whoever calls it.
    """
    if out.function is None or registering(out.function) or use.parser is None:
        return False
    if not any(name.startswith("project.") for name in out.raised):
        return False
    named = {use.parser.error, *use.parser.bases}
    caught = (handler.type for handler in _handlers_of(use.node) if handler.type is not None)
    types = (part for one in caught for part in (one.elts if isinstance(one, ast.Tuple) else [one]))
    return any(dotted(o) in named for one in types for o in alternatives(sites.project.evaluator.evaluate(one)))


def _is_number(sites: Sites, use: Use) -> bool:
    """Whether what is parsed can only be a number, as a regular expression cut it out."""
    given = use.node.args[0] if isinstance(use.node, ast.Call) and use.node.args else None
    ev = sites.project.evaluator
    return given is not None and (only_digits(ev, given) or kept_digits(ev, given))


def _spelled(sites: Sites, use: Use, name: str) -> str:
    """How a message names a parse: with a function of the project that prepares the text, where that raises as well."""
    first = use.node.args[0] if isinstance(use.node, ast.Call) and use.node.args else None
    if not isinstance(first, ast.Call):
        return name
    options = alternatives(sites.project.evaluator.evaluate(first.func))
    bodies = [option.node for option in options if isinstance(option, Function)]
    raises = any(isinstance(node, ast.Raise) for body in bodies for node in nodes_in(body))
    return f"{name}({shortened(first.func)}(…))" if raises else name


def _parses_itself(match: Match) -> bool:
    return match.api.rpartition(".")[2] in ("parse",)


def _fits(use: Use) -> bool:
    """Whether a test has told before that the text has the form, where it is parsed or handed to who parses it."""
    fits = data_fits if use.parser is None or use.parser.structured else number_fits
    calls = [use.node, *use.entered]
    return any(fits(call, text) for call in calls if isinstance(call, ast.Call) for text in call.args)
