"""Probes: functions that try a parse to tell data from text, and what runs only where they say that it is data."""

from __future__ import annotations

import ast

from llmlint.checks.finding import Sites
from llmlint.index.tree import FUNCTIONS, ancestors, last_name, named_function_of, nodes_in, nodes_of, parent
from llmlint.index.values import Function, alternatives
from llmlint.sites.flow.trace import Use


def only_probed(sites: Sites, use: Use) -> bool:
    """Whether a parse only asks if the text is data, or runs only after one that found it so."""
    own = named_function_of(use.node)
    if (own is not None and probe(own)) or _leaves_the_text(use.node) or _cuts_what_it_saw(use.node):
        return True
    return any(_after_probe(sites, place) for place in (use.node, *use.entered))


def probe(function: ast.AST) -> bool:
    """Whether a function answers False where its parse fails: `try: return json.loads(…)… except: return False`."""
    for node in nodes_of(function, ast.Try):
        if any(_says_no(handler) for handler in node.handlers):
            calls = (call for statement in node.body for call in nodes_of(statement, ast.Call))
            if any(last_name(call.func) == "loads" for call in calls):
                return True
    return False


def _leaves_the_text(call: ast.AST) -> bool:
    """Whether a text stays what it was where it is no data: `try: text = json.loads(text)… except …: pass`."""
    statement = parent(call)
    attempt = parent(statement) if isinstance(statement, ast.Assign) else None
    if not isinstance(statement, ast.Assign) or not isinstance(attempt, ast.Try) or not isinstance(call, ast.Call):
        return False
    same = [ast.unparse(target) for target in statement.targets] == [ast.unparse(part) for part in call.args]
    return same and all(isinstance(part, ast.Pass) for handler in attempt.handlers for part in handler.body)


def _cuts_what_it_saw(call: ast.AST) -> bool:
    """Whether a label is taken off a text that was seen to begin with it, and that is used whole where it does not."""
    label = call.args[0] if isinstance(call, ast.Call) and call.args else None
    if not isinstance(label, ast.Constant):
        return False
    for above in ancestors(call):
        if isinstance(above, FUNCTIONS):
            return False
        test = above.test if isinstance(above, ast.If) else None
        if not isinstance(above, ast.If) or not isinstance(test, ast.Call) or not isinstance(test.func, ast.Attribute):
            continue
        if test.func.attr == "startswith" and [ast.unparse(part) for part in test.args] == [ast.unparse(label)]:
            text = ast.unparse(test.func.value)
            others = (node for statement in above.orelse for node in nodes_in(statement))
            return any(isinstance(node, (ast.Name, ast.Attribute)) and ast.unparse(node) == text for node in others)
    return False


def _says_no(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Return) and isinstance(last.value, ast.Constant) and last.value.value is False


def _after_probe(sites: Sites, place: ast.AST) -> bool:
    below = place
    for above in ancestors(place):
        if isinstance(above, FUNCTIONS):
            return False
        if isinstance(above, ast.If) and any(below is statement for statement in above.body):
            test = above.test
            if isinstance(test, ast.Call) and _calls_probe(sites, test):
                return True
        below = above
    return False


def _calls_probe(sites: Sites, call: ast.Call) -> bool:
    options = list(alternatives(sites.project.evaluator.evaluate(call.func)))
    return bool(options) and all(isinstance(option, Function) and probe(option.node) for option in options)
