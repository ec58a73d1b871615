"""Answers taken on trust: their stop state, their emptiness, their tool calls, and what is run of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial

from llmlint.checks.finding import Finding, Places, Settings, Sites, site_notes
from llmlint.checks.fixing.guarding import or_empty
from llmlint.checks.naming import caller_name
from llmlint.checks.written import places
from llmlint.diagnostics import Note
from llmlint.index.tree import last_name, named_function_of, nodes_in
from llmlint.index.values import Env, Mapping, Sequence, Value, alternatives, dotted
from llmlint.patterns import regex
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.errors.escaping import Error, Escape, escape
from llmlint.sites.errors.handlers import types_grade
from llmlint.sites.errors.passable import passable
from llmlint.sites.errors.recovery import bad_answer_escapes, reported
from llmlint.sites.flow.agent_tools import ToolFlow
from llmlint.sites.flow.follow import Flow
from llmlint.sites.flow.parsers import LITERAL
from llmlint.sites.flow.trace import Use
from llmlint.sites.flow.vetting import named, vetted
from llmlint.sites.own_decorators import run_by_decorators

FILLED_BY_ITSELF = ("collections.defaultdict()", "collections.Counter()")
HOSTED = regex(r"(web_search|web_fetch|file_search|code_interpreter|code_execution|image_generation|mcp)(_.+)?$")
WHOLE_ANSWERS = ("chat", "responses", "completion", "chain")
NONE_ERRORS = {"builtins.TypeError", "builtins.AttributeError"}
MAX_CALLS_TO_STORE = 3
TOKENS_PER_LETTER = 4  # of the rarest scripts and signs
PYTHON = "a Python literal, which JSON with `true` or `null` is not"
LOOKUP_ERRORS = {"builtins.KeyError", "builtins.LookupError", "builtins.AttributeError"}


def unchecked_finish_reason(site: CallSite, sites: Sites, settings: Settings) -> Iterator[Finding]:
    """An answer that is parsed, kept or capped, and whose stop state nobody reads."""
    finish = site.match.operation.response.finish
    if (
        site.kind not in WHOLE_ANSWERS
        or site.by_agent
        or not finish
        or site.gives("constraint")
        or _raises_when_cut(site)
    ):
        return
    flow = sites.flow(site)
    if _read_by_decorator(site, flow, finish):
        return
    if not flow.reads_text or flow.reads_finish or flow.cut or flow.uses("whole"):
        return
    cap = _cap(site)
    parses = [use for use in flow.uses("parse") if use.kind == "text" and _reads_more(use) and not _short(use, cap)]
    stores = [use for use in flow.uses("store") if use.kind in ("text", "json") and _near(use) and not _short(use, cap)]
    proof: tuple[Note, ...]
    fields = {"call": site.spelled, "finish": finish[0].replace(".*", "[0]"), "cap": str(cap)}
    if parses:
        parse = _telling(parses)
        parser = parse.parser
        fields["parser"] = parser.name if parser is not None else ""
        message = "refused" if parser is not None and parser.refuses_cut else "parsed"
        proof = (Note("parsed here", parse.module.location(parse.node)),)
    elif stores:
        message = "stored"
        proof = (Note("kept here", stores[0].module.location(stores[0].node)),)
    elif cap is not None and cap < settings.number("cap"):
        message = "capped"
        proof = places(site.setting("max-tokens"), "the limit is", lambda value: str(value) == str(cap))
    else:
        return
    yield Finding(site.module, site.node, message, fields, proof, confidence=site.confidence)


def _read_by_decorator(site: CallSite, flow: Flow, finish: tuple[str, ...]) -> bool:
    """Whether a decorator of the project, on a function that returns the answer, reads the stop state."""
    names = {path.rpartition(".")[2] for path in finish}
    whole = [use.node for use in flow.uses("return") if not use.kind]
    functions = {id(one): one for one in map(named_function_of, whole) if one is not None}
    return any(
        last_name(node) in names or (isinstance(node, ast.Constant) and node.value in names)
        for function in functions.values()
        for _, decorator, _ in run_by_decorators(site.project, function)
        for node in nodes_in(decorator.node)
    )


def _telling(parses: list[Use]) -> Use:
    """The first parse, or one in the same function that takes what it has cut out, and fails if that is no whole."""
    first = parses[0]
    if first.parser is not None and first.parser.refuses_cut:
        return first
    beside = (use for use in parses if use.derived and named_function_of(use.node) is named_function_of(first.node))
    return next((use for use in beside if use.parser is not None and use.parser.refuses_cut), first)


def _reads_more(use: Use) -> bool:
    """Whether a parse does more than take off what only goes with a text: thoughts, marks of sources."""
    return use.parser is not None and not use.parser.beside


def _short(use: Use, cap: int | None) -> bool:
    """Whether the text is shorter where it is used than an answer that ends at the limit can be."""
    return use.brief > 0 and (cap is None or use.brief * TOKENS_PER_LETTER <= cap)


def _near(use: Use) -> bool:
    """Whether it is the answer that is kept: far from the call, what holds it is a thing of its own.

    Callers that it was returned to have asked for it; what it is handed down to since need not know what it is.
    """
    handed_down = len(use.entered) + use.hops
    if not use.derived and (not use.wraps or handed_down <= 1):
        return True
    return len(use.outward) + handed_down <= MAX_CALLS_TO_STORE


def _raises_when_cut(site: CallSite) -> bool:
    return any(match.api.rpartition(".")[2] == "parse" for match in site.matches)


def _cap(site: CallSite) -> int | None:
    """The output limit in tokens, the largest where several are possible; None where one is not known.

    Where the environment sets it, what holds is the default, as far as the code has one.
    """
    setting = site.setting("max-tokens")
    if setting.state is not State.PRESENT or setting.value is None:
        return None
    numbers: list[int] = []
    for option in alternatives(setting.value):
        held = option.default if isinstance(option, Env) else option
        if held is None:
            continue
        number = getattr(held, "value", None)
        if isinstance(option, Env) and isinstance(number, str) and number.isdecimal():
            number = int(number)
        if not isinstance(number, int) or isinstance(number, bool):
            return None
        numbers.append(number)
    return max(numbers, default=None)


def unguarded_content(sites: Sites) -> Iterator[Finding]:
    """Content that may be None, used as text: one finding for the places that the same calls reach."""
    places: dict[int, tuple[Use, list[CallSite]]] = {}
    for site in sites.outside_tests:
        if not site.answers:
            continue
        for use in sites.flow(site).uses("deref"):
            known = places.get(id(use.node))
            if known is not None and site in known[1]:
                continue
            passes = partial(passable, use.node)
            error = Error(
                types_grade(_on_none(use)), partial(reported, sites), passes, enough=lambda _: True, offered=True
            )
            if escape(site.project, use.node, error, use.entered) is not None:
                places.setdefault(id(use.node), (use, []))[1].append(site)
    causes: dict[tuple[int, ...], list[tuple[Use, list[CallSite]]]] = {}
    for use, origins in sorted(places.values(), key=lambda place: _distance(place[0])):
        causes.setdefault(tuple(sorted(id(site) for site in origins)), []).append((use, origins))
    for found in causes.values():
        (use, origins), *more = found
        others = tuple(Note("used here, too", other.module.location(other.node)) for other, _ in more)
        fields = {"call": origins[0].spelled, "how": use.how}
        yield Finding(
            use.module,
            use.node,
            "refused" if all(site.setting("tools").state is State.ABSENT for site in origins) else "default",
            fields,
            related=(*site_notes(origins), *others),
            fix=or_empty([one for one, _ in found]),
            confidence=origins[0].confidence,
        )


def _on_none(use: Use) -> set[str]:
    """What the use raises where the content is None: pydantic says of that, too, that it is not valid."""
    parser = use.parser
    if parser is None or not parser.error.startswith("pydantic."):
        return NONE_ERRORS
    return NONE_ERRORS | {parser.error, *parser.bases}


def _distance(use: Use) -> tuple[int, tuple[str, int, int, int]]:
    """By what uses are put in order: the calls passed on the way, then the place."""
    return len(use.entered) + len(use.outward), use.module.location(use.node).start


def unguarded_tool_arguments(sites: Sites) -> Iterator[Finding]:
    """Arguments of a tool call parsed, or its name looked up, as if a model could not get them wrong."""
    seen: dict[int, list[CallSite]] = {}
    found: list[tuple[Use, Escape]] = []
    for site in sites.outside_tests:
        if not site.answers or _strict_tools(site):
            continue
        flow = sites.flow(site)
        uses = [u for u in flow.uses("parse") if u.kind == "arguments" and u.parser is not None and u.parser.error]
        for use in [*uses, *(u for u in flow.uses("dispatch") if not _tested_name(u))]:
            if id(use.node) in seen:
                seen[id(use.node)].append(site)
                continue
            error = {use.parser.error, *use.parser.bases} if use.parser is not None else LOOKUP_ERRORS
            out = bad_answer_escapes(sites, use.node, error, use.entered)
            if out is not None:
                seen[id(use.node)] = [site]
                found.append((use, out))
    for use, out in found:
        origins = seen[id(use.node)]
        fields = {"call": origins[0].spelled, "how": use.how}
        message = "parsed" if use.parser is not None else "dispatched"
        if use.parser is not None:
            form = (
                "a Python literal, which JSON with `true` or `null` is not" if use.parser is LITERAL else "valid JSON"
            )
            fields |= {"parser": use.parser.name, "error": use.parser.error.removeprefix("builtins."), "form": form}
            if out.callers:
                last = out.callers[-1]
                fields["caller"] = caller_name(last)
                message = "parsed_caller"
        yield Finding(
            use.module, use.node, message, fields, related=site_notes(origins), confidence=origins[0].confidence
        )


def _strict_tools(site: CallSite) -> bool:
    """Whether every tool that is run here is declared strict, so that the provider checks the arguments."""
    tools = site.setting("tools").value
    if not isinstance(tools, Sequence) or tools.open is not None or not tools.items:
        return False
    given = [tool for tool in tools.items if isinstance(tool, Mapping)]
    if len(given) < len(tools.items):
        return False
    return all(_strict(t) or _strict(_entry(t, "function")) or _runs_there(t) for t in given)


def _runs_there(tool: Mapping) -> bool:
    """Whether the provider runs the tool itself: `{"type": "web_search"}`."""
    kind = getattr(_entry(tool, "type"), "value", None)
    return isinstance(kind, str) and bool(HOSTED.match(kind))


def _entry(tool: Mapping, key: str) -> Value | None:
    entry = tool.entries.get(key)
    return entry.value if entry is not None else None


def _strict(tool: Value | None) -> bool:
    return isinstance(tool, Mapping) and getattr(_entry(tool, "strict"), "value", None) is True


def _tested_name(use: Use) -> bool:
    """Whether the tool's name is tested for membership before it is looked up."""
    if isinstance(use.node, ast.Subscript):
        tables = alternatives(use.module.evaluator.evaluate(use.node.value))
        if any(dotted(table) in FILLED_BY_ITSELF for table in tables):
            return True
    key = use.node.slice if isinstance(use.node, ast.Subscript) else use.node
    return named(use.node, ast.unparse(key) if isinstance(use.node, ast.Subscript) else "")


def output_to_code_sink(sites: Sites) -> Iterator[Finding]:
    """Model text that is run as code, each sink once."""
    found: Places[Use] = Places()
    for site in sites.outside_tests:
        for use in (*sites.flow(site).uses("sink"), *ToolFlow(site).uses("sink")) if site.answers else ():
            if not vetted(site.project, use):
                found.add(use.node, site, use)
    for use, origins in found:
        function = named_function_of(use.node)
        fields = {"call": origins[0].spelled, "sink": use.how, "function": function.name if function else ""}
        message = "sql" if "execute" in use.how or "sql" in use.how.lower() else "default"
        yield Finding(
            use.module, use.node, message, fields, related=site_notes(origins), confidence=origins[0].confidence
        )
