"""Agents that only the model stops: loops, and functions that call themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.finding import Finding, Places, Sites, site_notes
from llmlint.checks.loops import ASKING, BUDGET, COUNTING, derived, endless_loops, tested_words
from llmlint.diagnostics import Note, Severity
from llmlint.index.tree import last_name, named_function_of, nodes_in, parameters, scope_of, up_to
from llmlint.sites.errors.deadlines import within_deadline
from llmlint.sites.errors.recursion import FunctionDef, is_itself
from llmlint.sites.records import logs

BOUNDED = (ast.ExceptHandler, ast.For, ast.AsyncFor, ast.While, ast.comprehension)


def unbounded_agent_loop(sites: Sites) -> Iterator[Finding]:
    """Loops, and functions that call themselves, whose every exit hangs on the model's answer: once for each."""
    yield from endless_loops(sites)
    found: Places[ast.Call] = Places()
    for site in sites.outside_tests:
        function = site.function
        if function is None or not site.answers or site.kind == "agent":
            continue
        again = next((call for call in logs.parts_of(function).calls if _restarts(call, function, site.node)), None)
        if again is not None and not within_deadline(sites, again):
            found.add(again, site, again)
    for again, origins in found:
        site = origins[0]
        function = named_function_of(again)
        asks = function is not None and any(last_name(call.func) in ASKING for call in logs.parts_of(function).calls)
        proof = Note(
            "it starts itself again depending on what the model answers", scope_of(again).module.location(again)
        )
        fields = {"call": site.spelled, "loop": ast.unparse(again.func)}
        severity = Severity.INFO if asks else None
        yield Finding(
            site.module,
            site.node,
            "default",
            fields,
            (proof,),
            site_notes(origins),
            severity,
            confidence=site.confidence,
        )


def _restarts(again: ast.Call, function: FunctionDef, place: ast.Call) -> bool:
    """Whether a call in a function starts it again, as long as the model's answer says so and without any count.

    What it is given is what the function was given, or comes of the answer: parts of something come to an end.
    """
    if not is_itself(again.func, function) or again.lineno <= place.lineno:
        return False
    answers = derived(function, place)
    around = list(up_to(again, function))
    tests = [above.test for above in around if isinstance(above, (ast.If, ast.IfExp))]
    if any(isinstance(above, BOUNDED) and not _reads_once(above, again, answers) for above in around):
        return False
    if not any(logs.names_in(test) & answers for test in tests):
        return False
    words = {word for node in nodes_in(function) if (test := _test(node)) is not None for word in tested_words(test)}
    given = {argument.arg for argument in parameters(function)}
    if any(COUNTING.search(word) for word in (*words, *given)) or _mentions_budget(function):
        return False
    if any(isinstance(node, ast.AugAssign) and isinstance(node.value, ast.Constant) for node in nodes_in(function)):
        return False
    passed = [*again.args, *(keyword.value for keyword in again.keywords)]
    return all(_goes_on(value, given, answers) for value in passed)


def _reads_once(loop: ast.AST, again: ast.Call, answers: set[str]) -> bool:
    """Whether a loop reads the pieces of the answer, and is left when the function has started itself again."""
    if not isinstance(loop, (ast.For, ast.AsyncFor)) or not logs.names_in(loop.iter) & answers:
        return False
    below: ast.AST = again
    for above in up_to(again, loop):
        block = getattr(above, "body", None)
        if isinstance(block, list) and below in block:
            return isinstance(below, ast.Return) or isinstance(block[-1], ast.Return)
        below = above
    return isinstance(below, ast.Return)


def _test(node: ast.AST) -> ast.expr | None:
    return node.test if isinstance(node, (ast.If, ast.IfExp, ast.While, ast.Assert)) else None


def _mentions_budget(function: FunctionDef) -> bool:
    return any(BUDGET.search(name) for name in logs.names_in(function))


def _goes_on(value: ast.expr, given: set[str], answers: set[str]) -> bool:
    """Whether an argument is what the function was given, or of the answer."""
    if isinstance(value, (ast.Constant, ast.Name)):
        return isinstance(value, ast.Constant) or value.id in given | answers
    return bool(logs.names_in(value) & answers) and not any(isinstance(part, ast.Slice) for part in ast.walk(value))
