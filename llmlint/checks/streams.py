"""Streams: chunks that are taken to have a choice."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import pairwise, takewhile

from llmlint.checks.finding import Finding, Sites, site_notes
from llmlint.checks.fixing.edits import skip_unless
from llmlint.diagnostics import Fix, Severity
from llmlint.index.module import Module
from llmlint.index.narrowing import excludes_content_at, excludes_none, spelled
from llmlint.index.tree import FUNCTIONS, ancestors, loops_around, named_function_of, parent, scope_of
from llmlint.index.values import Function, alternatives
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.errors.escaping import Error, escape
from llmlint.sites.errors.handlers import types_grade
from llmlint.sites.flow.trace import Use
from llmlint.sites.request.timeouts import effective

ERRORS = {"builtins.IndexError", "builtins.LookupError"}


def unguarded_stream_choices(sites: Sites) -> Iterator[Finding]:
    """Loops over a chat stream that index the choices of a chunk without asking whether there are any."""
    seen: set[int] = set()
    for site in sites.outside_tests:
        for use in sites.flow(site).uses("index") if site.answers and not _whole(site) else ():
            place = id(_loop(use.node) or named_function_of(use.node) or use.node)
            if place in seen or _guarded(use) or (_without_usage(use.node) and not _azure(site)):
                continue
            if escape(site.project, use.node, Error(types_grade(ERRORS), lambda *_: False), use.entered) is None:
                continue
            seen.add(place)
            certain = _certain(site)
            assert isinstance(use.node, ast.Subscript)
            fields = {"choices": ast.unparse(use.node.value), "item": ast.unparse(use.node), "call": site.spelled}
            yield Finding(
                use.module,
                use.node,
                "certain" if certain else "default",
                fields,
                related=site_notes([site]),
                severity=Severity.ERROR if certain else None,
                fix=_guard(use.module, use.node),
                confidence=site.confidence,
            )


def _certain(site: CallSite) -> bool:
    """Whether chunks without a choice are sure to come: Azure's filter results, or the usage at the end."""
    return _azure(site) or _with_usage(site)


def _azure(site: CallSite) -> bool:
    clients = (match.surface.client for match in site.matches)
    return any(client is not None and client.provider == "azure" for client in clients)


def _without_usage(node: ast.AST) -> bool:
    """Whether chunks with the usage do not come to a place: they are those that have no choice.

    Only Azure has others. Servers that send chunks without either are unknown.
    """
    choices = node.value if isinstance(node, ast.Subscript) else None
    chunk = spelled(choices.value) if isinstance(choices, ast.Attribute) else None
    return chunk is not None and excludes_content_at(f"{chunk}.usage", node)


def _with_usage(site: CallSite) -> bool:
    setting = site.setting("stream-usage")
    return setting.state is State.PRESENT and getattr(setting.value, "value", True) is not False


def _whole(site: CallSite) -> bool:
    """Whether every chunk has a choice: litellm keeps the others to itself, unless the usage is asked for."""
    return site.match.surface.sdk.whole_chunks and not _with_usage(site)


def _loop(node: ast.AST) -> ast.AST | None:
    return next((loop for loop in loops_around(node) if not isinstance(loop, ast.While)), None)


def _guard(module: Module, node: ast.Subscript) -> Fix | None:
    """Skip such chunks, where every chunk comes by the index and nothing else of a chunk is wanted from there on."""
    loop, choices = _loop(node), node.value
    if not isinstance(loop, (ast.For, ast.AsyncFor)) or not isinstance(loop.target, ast.Name):
        return None
    chunk = loop.target.id
    if not isinstance(choices, ast.Attribute) or ast.unparse(choices.value) != chunk:
        return None
    way = [node, *takewhile(lambda above: above is not loop, ancestors(node))]
    statement = way[-1]
    if not isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign)) or statement not in loop.body:
        return None
    if any(_may_pass_over(above, below) for below, above in pairwise(way)):
        return None
    for later in loop.body[loop.body.index(statement) :]:
        for read in ast.walk(later):
            if isinstance(read, ast.Name) and read.id == chunk and getattr(parent(read), "attr", "") != choices.attr:
                return None
    return skip_unless(module, statement, ast.unparse(choices))


def _may_pass_over(above: ast.AST, below: ast.AST) -> bool:
    """Whether an expression may be worked out without one of its parts."""
    if isinstance(above, ast.BoolOp):
        return below is not above.values[0]
    if isinstance(above, ast.IfExp):
        return below is not above.test
    return isinstance(above, (ast.Lambda, ast.comprehension, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp))


def _guarded(use: Use) -> bool:
    node = use.node
    if not isinstance(node, ast.Subscript) or excludes_none(node.value):
        return True
    spellings = _spellings(node.value)

    def asks(test: ast.AST) -> bool:
        return any(spelled in ast.unparse(test) for spelled in spellings)

    below: ast.AST = node
    for above in ancestors(node):
        if isinstance(above, FUNCTIONS):
            return False
        test = getattr(above, "test", None)
        if isinstance(test, ast.expr) and below is not test and asks(test):
            return True
        if isinstance(above, ast.If) and below in above.body and _depends_on(above.test, asks):
            return True
        if isinstance(above, ast.BoolOp) and below in above.values:
            before = above.values[: above.values.index(below)]
            if any(map(asks, before)):
                return True
        body = getattr(above, "body", None)
        if isinstance(body, list) and isinstance(below, ast.stmt) and below in body:
            for statement in body[: body.index(below)]:
                if isinstance(statement, ast.If) and (asks(statement.test) or _flagged(use, statement.test)):
                    return True
        below = above
    return False


def _spellings(choices: ast.expr) -> list[str]:
    """How a test may spell what is indexed: what stands under a key is also what `get` gives for it."""
    found = [ast.unparse(choices)]
    if isinstance(choices, ast.Subscript) and isinstance(choices.slice, ast.Constant):
        found.append(f"{ast.unparse(choices.value)}.get({choices.slice.value!r}")
    return found


def _flagged(use: Use, test: ast.expr) -> bool:
    """Whether a test asks for a flag that a helper of the project sets by looking at the choices."""
    for name in ast.walk(test):
        owner = scope_of(name).lookup(name.id) if isinstance(name, ast.Name) else None
        for binding in owner.bindings[name.id] if owner is not None and isinstance(name, ast.Name) else ():
            if binding.kind in ("unpack", "value") and isinstance(binding.value, ast.Call):
                options = alternatives(use.module.evaluator.evaluate(binding.value.func))
                if any(isinstance(o, Function) and "choices" in ast.unparse(o.node) for o in options):
                    return True
    return False


def _depends_on(test: ast.expr, asks: Callable[[ast.AST], bool]) -> bool:
    """Whether what is tested needs choices to be true: `reason = chunk.choices[0].… if chunk.choices else None`."""
    owner = scope_of(test).lookup(test.id) if isinstance(test, ast.Name) else None
    bound = [binding.value for binding in owner.bindings[test.id]] if owner and isinstance(test, ast.Name) else []
    return bool(bound) and all(
        isinstance(value, ast.IfExp)
        and asks(value.test)
        and isinstance(value.orelse, ast.Constant)
        and not value.orelse.value
        for value in bound
    )


NON_STREAMING_TOKENS = 21_333  # anthropic 2.12: 3600 s × max_tokens / 128,000 must stay below 600 s
OLDER_OPUS_TOKENS = 8_192
CHECKED = frozenset({"messages.create", "beta.messages.create"})
OLDER_OPUS = ("claude-opus-4-0", "claude-opus-4-1", "claude-opus-4-2025", "claude-4-opus")


def long_call_not_streamed(site: CallSite) -> Iterator[Finding]:
    """A call that anthropic's SDK refuses to send: no stream, and an answer that could take over ten minutes."""
    paths = site.match.operation.paths
    if any(match.surface.sdk.name != "anthropic" for match in site.matches) or not CHECKED.intersection(paths):
        return
    limit = NON_STREAMING_TOKENS
    if site.models and all(model.startswith(OLDER_OPUS) for model in site.models):
        limit = OLDER_OPUS_TOKENS
    cap = site.setting("max-tokens")
    value = getattr(cap.value, "value", None)
    if not isinstance(value, int) or isinstance(value, bool) or value <= limit:
        return
    stream = site.setting("stream")
    streamed = stream.state is not State.ABSENT and getattr(stream.value, "value", None) is not False
    given = site.setting("timeout").state is not State.ABSENT
    if streamed or given or any(effective(site, match).kind != "default" for match in site.matches):
        return
    fields = {"call": site.spelled, "cap": f"{value:,}", "limit": f"{limit:,}"}
    yield Finding(site.module, site.node, "long", fields, confidence=site.confidence)
