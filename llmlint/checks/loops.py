"""Loops that only the model can end."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from llmlint.checks.finding import Finding, Sites, site_notes
from llmlint.checks.turn_bounds import bounded
from llmlint.checks.turn_counters import counted_by_calls
from llmlint.checks.turn_ends import asked_in_test, counts_idly, is_flag, tested_in
from llmlint.diagnostics import Note, Severity
from llmlint.index.callers import Caller
from llmlint.index.conditions import decide
from llmlint.index.tree import (
    FUNCTIONS,
    ancestors,
    head_of,
    last_name,
    loops_around,
    named_function_of,
    nodes_in,
    scope_of,
    up_to,
)
from llmlint.index.values import Function, alternatives
from llmlint.patterns import regex
from llmlint.sites.callsite import CallSite
from llmlint.sites.errors.deadlines import within_deadline
from llmlint.sites.flow.dispatch import is_abstract
from llmlint.sites.outward import ways_out
from llmlint.sites.records import logs

COUNTING = regex(
    r"(?i)max|limit|budget|count|step|turn|iter|attempt|deadline|remaining|cost|token|timeout|elapsed|round|depth|retr|time"
)
BUDGET = regex(r"(?i)(?<!thinking_)(?<!reasoning_)budget|deadline|max_(turn|iter|step|round|attempt|loop|call)")
Loop = ast.For | ast.While
ASKING = frozenset({"input", "ainput", "prompt", "ask", "get_input", "multiline_input", "receive_text", "receive_json"})


def endless_loops(sites: Sites) -> Iterator[Finding]:
    """Loops whose every exit hangs on the model's answer: once for each."""
    seen: dict[int, tuple[Finding, list[CallSite]]] = {}
    for site in sites.outside_tests:
        if not site.answers or site.kind == "agent":
            continue
        for place, path in ways_out(site.project, site.node):
            if len(path) > 3 or not isinstance(place, ast.Call):
                continue
            loop = next((above for above in loops_around(place) if _turns(sites, above, place)), None)
            assert not isinstance(loop, ast.AsyncFor)
            if loop is not None and id(loop) not in seen and _only_the_model_ends(sites, loop, place):
                if not _always_asks(sites, path):
                    continue
                module = scope_of(place).module
                asks = any(last_name(call.func) in ASKING for call in logs.parts_of(loop).calls)
                severity = Severity.INFO if asks else None
                proof = Note("every exit depends on what the model answers", module.location(loop))
                fields = {"call": site.spelled, "loop": _spelled(loop)}
                finding = Finding(module, place, "default", fields, (proof,), severity=severity)
                seen[id(loop)] = (finding, [])
            if loop is not None and id(loop) in seen:
                seen[id(loop)][1].append(site)
    for finding, origins in seen.values():
        yield replace(finding, related=site_notes(origins))


def _always_asks(sites: Sites, path: tuple[Caller, ...]) -> bool:
    """Whether each of these calls runs something that asks a model, whatever it is that is called there."""
    for caller in path:
        options = alternatives(sites.project.evaluator.evaluate(caller.call.func))
        called = [option.node for option in options if isinstance(option, Function)]
        if len(called) > 1 and not all(id(function) in _asking(sites) or is_abstract(function) for function in called):
            return False
    return True


def _asking(sites: Sites) -> set[int]:
    """The functions from which a call of a model is reached."""
    tree = sites.outside_tests[0].module.tree
    found = sites.project.evaluator.searched(
        "asking",
        tree,
        lambda: [
            id(named_function_of(place))
            for site in sites.outside_tests
            if site.answers
            for place, _ in ways_out(site.project, site.node)
        ],
    )
    return set(found)


def while_around(place: ast.AST) -> ast.While | None:
    """The `while` in whose body a place stands; None where a `for` stands closer."""
    for loop in loops_around(place):
        if not isinstance(loop, ast.While):
            return None
        if place not in nodes_in(loop.test):
            return loop
    return None


def _turns(sites: Sites, loop: ast.AST, place: ast.AST) -> bool:
    """Whether a loop turns until something ends it, with the place in its body or asked by its test for a stop state.

    A `for` in between ends, the `while` goes on.
    """
    if not isinstance(loop, ast.While):
        return counts_idly(sites.project.evaluator, loop)
    return place not in nodes_in(loop.test) or bool(asked_in_test(loop.test, place))


def _spelled(loop: Loop) -> str:
    if isinstance(loop, ast.While):
        return f"while {ast.unparse(loop.test)}"
    return f"for {ast.unparse(loop.target)} in {ast.unparse(loop.iter)}"


def _only_the_model_ends(sites: Sites, loop: Loop, place: ast.Call) -> bool:
    function = named_function_of(place)
    around: ast.AST = function if function is not None else scope_of(place).module.tree
    answers = derived(around, place)
    exits: list[ast.AST] = [
        node
        for node in nodes_in(loop)
        if isinstance(node, (ast.Break, ast.Return)) and _of(node, loop) and not _handled(node, loop)
    ]
    if isinstance(loop, ast.While) and not _endless(sites, loop):
        tested = asked_in_test(loop.test, place) or tested_in(loop.test, loop)
        if not tested or not tested <= answers or _until_answered(loop, answers):
            return False
    elif not exits:
        return False
    tests = list(_tests(loop))
    if any(COUNTING.search(name) for test in tests for name in tested_words(test)) or counts(loop):
        return False
    if mentions_budget(loop) or _descends(loop) or bounded(loop):
        return False
    answers -= _taken(loop)
    if not all(_hangs_on(node, loop, answers) for node in exits):
        return False
    return not counted_by_calls(sites.project.evaluator, loop, exits) and not within_deadline(sites, loop)


def _endless(sites: Sites, loop: ast.While) -> bool:
    return isinstance(loop.test, ast.Constant) or decide(sites.project.evaluator, loop.test, None) is True


def _tests(loop: Loop) -> Iterator[ast.expr]:
    """What the loop asks in its turns, but for switches."""
    for node in nodes_in(loop):
        test = node.test if isinstance(node, (ast.If, ast.IfExp, ast.While, ast.Assert)) else None
        test = node.subject if isinstance(node, ast.Match) else test
        if test is not None and not _is_switch(test):
            yield test


def _is_switch(test: ast.expr) -> bool:
    """Whether a test asks a parameter that nothing changes, as no counter is: `if cache_tokens`."""
    name = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
    scope = scope_of(name).lookup(name.id) if isinstance(name, ast.Name) else None
    bound = scope.bindings.get(name.id, ()) if scope is not None and isinstance(name, ast.Name) else ()
    return len(bound) == 1 and bound[0].kind == "parameter"


def _taken(loop: Loop) -> set[str]:
    """The names that hold what each turn takes from a queue: `job = await queue.get()`, where a sentinel ends it."""
    names: set[str] = set()
    for node in nodes_in(loop):
        value = node.value if isinstance(node, (ast.Assign, ast.NamedExpr)) else None
        value = value.value if isinstance(value, ast.Await) else value
        if isinstance(value, ast.Call) and last_name(value.func) == "get" and not value.args:
            assert isinstance(node, (ast.Assign, ast.NamedExpr))
            names |= logs.targets(node)
    return names


def _descends(loop: Loop) -> bool:
    """Whether each turn goes on from a part of where it stood: `for child in node.children: node = child`."""
    for node in nodes_in(loop):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and isinstance(node.targets[0], ast.Name):
            name, part = node.targets[0].id, node.value.id
            inner = (a for a in ancestors(node) if isinstance(a, ast.For))
            if any(ast.unparse(a.target) == part and _within(a.iter, name) for a in inner):
                return True
    return False


def _within(value: ast.expr, name: str) -> bool:
    """Whether an expression is an attribute, at any depth, of what a name holds."""
    while isinstance(value, (ast.Attribute, ast.Call)):
        value = value.value if isinstance(value, ast.Attribute) else value.func
        if isinstance(value, ast.Name):
            return value.id == name
    return False


def _until_answered(loop: ast.While, answers: set[str]) -> bool:
    """`while answer is None`: whatever the model answers ends the loop, where it is no flag that a test of it sets."""
    test = loop.test
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        flag = is_flag(test.operand, loop, answers, lambda node: _hangs_on(node, loop, answers))
        return isinstance(test.operand, ast.Name) and not flag
    return isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is)


def tested_words(test: ast.expr) -> Iterator[str]:
    """Names and attributes in comparisons and truth tests; those of the answer's own stop state apart."""
    for node in ast.walk(test):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute) and node.attr not in ("stop_reason", "finish_reason", "content"):
            yield node.attr


def counts(loop: Loop) -> bool:
    """Whether something in the loop counts: `steps += 1`, or takes from a store that ends: `next`, `popleft`."""
    for node in nodes_in(loop):
        if (
            isinstance(node, ast.AugAssign)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, int)
            and not _is_statistic(node.target, loop)
        ):
            return True
        if isinstance(node, ast.Call) and _takes_one(node):
            return True
    return False


def _takes_one(call: ast.Call) -> bool:
    """Whether a call takes the next of what ends; `next(… for …)` searches anew each turn, `ai.next(…)` is a method."""
    if isinstance(call.func, ast.Name) and call.func.id == "next":
        return not (call.args and isinstance(call.args[0], ast.GeneratorExp))
    return last_name(call.func) in ("popleft", "get_nowait")


def _is_statistic(target: ast.expr, loop: Loop) -> bool:
    """Whether an item that is counted up is only kept: nothing in the loop compares it or is handed it."""
    if not isinstance(target, ast.Subscript):
        return False
    root = head_of(target)
    if root is None:
        return False
    for node in nodes_in(loop):
        if isinstance(node, ast.Compare) and not isinstance(node.ops[0], (ast.In, ast.NotIn)):
            looked_at: list[ast.expr] = [node.left, *node.comparators]
        elif isinstance(node, ast.Call):
            looked_at = [*node.args, *(keyword.value for keyword in node.keywords)]
        else:
            continue
        if any(root.id in logs.names_in(part) for part in looked_at):
            return False
    return True


def mentions_budget(loop: Loop) -> bool:
    """Whether a name in the loop speaks of a bound."""
    return any(BUDGET.search(name) for name in logs.names_in(loop))


def derived(around: ast.AST, place: ast.Call) -> set[str]:
    """Names that hold something of the answer, lists filled from it included."""
    names = logs.related_names(around, place)
    for _ in range(4):
        before = len(names)
        for call in logs.parts_of(around).calls:
            func = call.func
            if not isinstance(func, ast.Attribute) or func.attr not in ("append", "extend", "update", "add"):
                continue
            if isinstance(func.value, ast.Name) and (_uses(call, names) or _under(call, names)):
                names.add(func.value.id)
        for node in logs.parts_of(around).assignments:
            if node.value is not None and (logs.names_in(node.value) & names or _under(node, names)):
                names |= logs.targets(node)
        if len(names) == before:
            break
    return names


def _uses(call: ast.Call, names: set[str]) -> bool:
    return any(logs.names_in(argument) & names for argument in [*call.args, *(k.value for k in call.keywords)])


def _under(node: ast.AST, names: set[str]) -> bool:
    """Whether a test of the answer, or a loop over it, decides whether the node runs."""
    return decided(node, names, lambda above: isinstance(above, (*FUNCTIONS, ast.While)))


def decided(node: ast.AST, names: set[str], ends: Callable[[ast.AST], bool]) -> bool:
    """Whether a test of these names, or a loop over them, decides on a node, up to what `ends` the way out."""
    for above in ancestors(node):
        if ends(above):
            return False
        test = above.test if isinstance(above, ast.If) else above.iter if isinstance(above, ast.For) else None
        test = above.subject if isinstance(above, ast.Match) else test
        if test is not None and logs.names_in(test) & names:
            return True
    return False


def _of(node: ast.AST, loop: Loop) -> bool:
    """Whether a `break` or `return` leaves this loop, and not an inner one or a nested function."""
    for above in ancestors(node):
        if above is loop:
            return True
        if isinstance(above, FUNCTIONS):
            return False
        if isinstance(node, ast.Break) and isinstance(above, (ast.For, ast.AsyncFor, ast.While)):
            return False
    return False


def _handled(node: ast.AST, loop: Loop) -> bool:
    return any(isinstance(above, ast.ExceptHandler) for above in up_to(node, loop))


def _hangs_on(node: ast.AST, loop: Loop, answers: set[str]) -> bool:
    """Whether an exit is taken on a test of the answer."""
    return decided(node, answers, lambda above: above is loop)
