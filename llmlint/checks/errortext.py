"""Error text as data: a handler that answers with a sentence where the caller expects the model's text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from llmlint.checks.finding import Finding, Sites, site_notes
from llmlint.diagnostics import Note, Severity
from llmlint.index.tree import FUNCTIONS, ancestors, named_function_of, nodes_in, parent, scope_of
from llmlint.index.values import Const, Template, Value, alternatives
from llmlint.sites.callsite import CallSite
from llmlint.sites.errors.tool_results import answers_agent
from llmlint.sites.flow.trace import Use
from llmlint.sites.outward import function_name

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
SAYS_FAILED = re.compile(
    r"(?i)\b(errors?|exception|failed|failure|sorry|unable|cannot|can't|could not|couldn't|unavailable|went wrong"
    r"|try again|not available|encountered|timed out|no response"
    r"|fehler|fehlgeschlagen|leider|erreur|désolé|impossible|lo siento|erro|falha|desculpe)\b"
    r"|失败|失敗|出错|错误|錯誤|异常|抱歉|无法|超时|エラー|申し訳|できません|오류|실패|죄송|ошибк|не удалось|извините"
)
CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{4}")
DISTINCT = re.compile(
    r"(?i)^(error|errors|err|status|status_code|success|ok|failed|is_error|exception|error_message|warnings?)$"
)


def error_text_as_data(sites: Sites) -> Iterator[Finding]:
    """Handlers that return an error sentence on the channel of model text, each handler once."""
    found: dict[ast.AST, list[tuple[ast.AST, Use, CallSite, str]]] = {}
    for site in sites.outside_tests:
        if not site.answers:
            continue
        flow = sites.flow(site)
        for use in flow.uses("return"):
            function = named_function_of(use.node)
            if not use.kind or function is None or answers_agent(sites.project, function):
                continue
            for node, sentence in _sentences(sites, function, flow.visited, use):
                if not _tested(sites, function):
                    found.setdefault(node, []).append((_place(node, use, site), use, site, sentence))
    for node, ways in found.items():
        covered = [way for way in ways if _covers(node, way[0])]
        covered.sort(key=lambda way: way[0] is not way[2].node)  # the calls made there come first
        place, use, site, sentence = (covered or ways)[0]
        kept = any(set(use.outward) < set(store.outward) for store in sites.flow(site).uses("store"))
        others = dict.fromkeys(other for _, _, other, _ in covered or ways if other is not site)
        yield Finding(
            scope_of(place).module,
            place,
            "unread" if not covered else "stored" if kept else "default",
            {"call": site.spelled, "text": sentence, "function": function_name(node)},
            (Note("this handler answers in place of the model", use.module.location(node)),),
            site_notes([site, *others]),
            Severity.ERROR if kept else None,
            confidence=site.confidence,
        )


def _place(node: ast.AST, use: Use, site: CallSite) -> ast.AST:
    """What is called in the function of a handler: the call of the model, or what leads to it."""
    function = named_function_of(node)
    outward = [call for call in use.outward if named_function_of(call) is function]
    return outward[-1] if outward else site.node


def _sentences(sites: Sites, function: FunctionDef, visited: set[int], use: Use) -> Iterator[tuple[ast.AST, str]]:
    """The statements of handlers around the answer's way that give a sentence about a failure instead of the text."""
    for block in _tries(function):
        if not any(id(node) in visited for statement in block.body for node in nodes_in(statement)):
            continue
        answers = [statement for handler in block.handlers for statement in _answers(handler)]
        if any(use.node is statement for statement in answers):
            continue  # the handler itself quotes the answer; what it replaces is another way out
        for statement in answers:
            given, wraps = _given(statement, use)
            value = _inside(given, wraps) if given is not None else None
            text = _sentence(sites, value) if value is not None else None
            if value is not None and text is not None and not _quotes_another(sites, statement, value):
                yield statement, text


def _quotes_another(sites: Sites, statement: ast.AST, value: ast.expr) -> bool:
    """Whether the sentence introduces the answer of another call of a model that the handler makes instead."""
    handler = next(above for above in ancestors(statement) if isinstance(above, ast.ExceptHandler))
    inside = {id(node) for node in nodes_in(handler)}
    others = [site for site in sites.outside_tests if id(site.node) in inside and site.answers]
    return any(id(part) in sites.flow(site).visited for site in others for part in nodes_in(value))


def _covers(answer: ast.AST, place: ast.AST) -> bool:
    """Whether the handler that gives an answer stands around a place, and not only around what reads its result."""
    blocks = [above for above in ancestors(answer) if isinstance(above, ast.Try)]
    return any(above is block for above in ancestors(place) for block in blocks)


def _tries(function: FunctionDef) -> list[ast.Try]:
    """The `try` statements of a function, found once."""
    found: list[ast.Try] | None = function.__dict__.get("tries")
    if found is None:
        inside = [node for node in nodes_in(function) if isinstance(node, ast.Try)]
        found = function.__dict__["tries"] = [block for block in inside if named_function_of(block) is function]
    return found


def _answers(handler: ast.ExceptHandler) -> list[ast.AST]:
    """What a handler returns, yields, assigns or adds, found once."""
    found: list[ast.AST] | None = handler.__dict__.get("answers")
    if found is None:
        kinds = (ast.Return, ast.Yield, ast.YieldFrom, ast.Assign, ast.AugAssign)
        found = handler.__dict__["answers"] = [node for node in _own(handler) if isinstance(node, kinds)]
    return found


def _own(handler: ast.ExceptHandler) -> Iterator[ast.AST]:
    stack: list[ast.AST] = list(reversed(handler.body))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, FUNCTIONS):
            stack += reversed(list(ast.iter_child_nodes(node)))


def _given(statement: ast.AST, use: Use) -> tuple[ast.expr | None, tuple[str, ...]]:
    """What the handler returns or yields, or puts into a name that is returned later, and how the text is wrapped."""
    if not isinstance(use.node, ast.Return):
        given = statement.value if isinstance(statement, (ast.Yield, ast.Return)) else None
        return (None if given is None or _made_elsewhere(statement, given) else given), use.wraps
    if isinstance(statement, ast.Return):
        return statement.value, use.wraps
    if isinstance(statement, (ast.Assign, ast.AugAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        returned, wraps = use.node.value, use.wraps
        if isinstance(returned, ast.Tuple) and wraps and wraps[0][1:].isdigit():
            returned, wraps = returned.elts[int(wraps[0][1:])], wraps[1:]
        if isinstance(returned, ast.Name):
            if any(isinstance(t, ast.Name) and t.id == returned.id for t in targets):
                return statement.value, wraps
    return None, ()


def _made_elsewhere(statement: ast.AST, given: ast.expr) -> bool:
    """Whether what is yielded are the events that another generator makes of the sentence."""
    loops = (above.target for above in ancestors(statement) if isinstance(above, (ast.For, ast.AsyncFor)))
    return isinstance(given, ast.Name) and any(isinstance(t, ast.Name) and t.id == given.id for t in loops)


def _inside(given: ast.expr, wraps: tuple[str, ...]) -> ast.expr | None:
    """The part of the handler's answer that stands where the text stands; None where a field tells them apart."""
    if wraps[:1] == ("*",) and not isinstance(given, (ast.List, ast.Tuple)):
        wraps = wraps[1:]  # of what a generator yields
    if not wraps:
        return given if isinstance(given, (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Name, ast.Attribute)) else None
    step, rest = wraps[0], wraps[1:]
    if isinstance(given, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in given.keys]
        if any(isinstance(key, str) and DISTINCT.match(key) for key in keys) or any(map(_is_member, given.values)):
            return None
        for key, value in zip(keys, given.values, strict=True):
            if isinstance(key, str) and step == f".{key}":
                return _inside(value, rest)
    if isinstance(given, ast.Call):
        if any(k.arg is not None and (DISTINCT.match(k.arg) or _is_member(k.value)) for k in given.keywords):
            return None
        for keyword in given.keywords:
            if step == f".{keyword.arg}":
                return _inside(keyword.value, rest)
    if isinstance(given, ast.Tuple) and step.startswith("#") and step[1:].isdigit():
        others = [part for number, part in enumerate(given.elts) if number != int(step[1:])]
        if any(isinstance(part, ast.Constant) for part in others) or int(step[1:]) >= len(given.elts):
            return None
        return _inside(given.elts[int(step[1:])], rest)
    return None


def _is_member(node: ast.expr) -> bool:
    """`Action.SKIP`: the member of an enumeration, which a caller can tell from the others."""
    return isinstance(node, ast.Attribute) and node.attr.isupper() and isinstance(node.value, ast.Name)


def _sentence(sites: Sites, node: ast.expr) -> str | None:
    """The constant text of an expression where it says in words that something failed."""
    for option in alternatives(sites.project.evaluator.evaluate(node)):
        text = _words(option)
        if text is not None and (" " in text.strip() or CJK.search(text)) and SAYS_FAILED.search(text):
            short = " ".join(text.split())
            return short if len(short) <= 48 else short[:47] + "…"
    return None


def _words(value: Value) -> str | None:
    if isinstance(value, Const):
        return value.value if isinstance(value.value, str) else None
    if isinstance(value, Template):
        return "".join(
            part.value if part is not None and isinstance(part.value, str) else " … " for part in value.parts
        )
    return None


def _tested(sites: Sites, function: FunctionDef) -> bool:
    """Whether a caller looks for the sentence: `answer.startswith("Error")`."""
    for caller in sites.project.callers(function):
        around = named_function_of(caller.call)
        for node in nodes_in(around) if around is not None else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "startswith":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and SAYS_FAILED.search(str(first.value)):
                    return True
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
                if isinstance(node.left, ast.Constant) and SAYS_FAILED.search(str(node.left.value)):
                    return not isinstance(parent(node), ast.expr)
    return False
