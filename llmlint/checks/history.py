"""Histories that only grow."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from llmlint.checks.finding import Finding, Places, Sites, site_notes
from llmlint.checks.loops import COUNTING, counts, mentions_budget, tested_words, while_around
from llmlint.diagnostics import Note
from llmlint.index.tree import ancestors, class_of, named_function_of, nodes_in, parent, scope_of
from llmlint.sites import logs
from llmlint.sites.callsite import CallSite
from llmlint.sites.ingredients import arguments
from llmlint.sites.outward import function_name

TRIMMING = re.compile(
    r"(?i)trim|trunc|summar|compact|compress|prune|window|shorten|limit|keep_last|max_(messages|history|turns)"
)


def unbounded_history(sites: Sites) -> Iterator[Finding]:
    """Message lists that are sent whole, grow with every turn and are never trimmed: once for each list."""
    found: Places[tuple[str, ast.Call]] = Places()
    for site in sites.outside_tests:
        if site.kind not in ("chat", "responses", "chain"):
            continue
        for spelled, holder in _lists(site):
            home, growing = _grows(site, spelled, holder)
            if home is None or growing is None or _trimmed(home, spelled):
                continue
            found.add((home, spelled), site, (spelled, growing))
    for (spelled, growing), origins in found:
        site = origins[0]
        proof = Note("it grows here", scope_of(growing).module.location(growing))
        fields = {"list": spelled, "call": site.spelled, "function": function_name(site.node)}
        yield Finding(
            site.module, site.node, "default", fields, (proof,), site_notes(origins), confidence=site.confidence
        )


def _lists(site: CallSite) -> Iterator[tuple[str, ast.expr]]:
    """The lists that the call sends whole as its messages, as they are spelled."""
    table = site.match.operation.settings
    keywords = {path for path in table.paths("prompt") if "." not in path}
    for value in arguments(site, keywords):
        parts = [value]
        if isinstance(value, ast.List):
            parts = [part.value for part in value.elts if isinstance(part, ast.Starred)]
        elif isinstance(value, ast.BinOp):
            parts = [value.left, value.right]
        for part in parts:
            if isinstance(part, (ast.Name, ast.Attribute)) or (
                isinstance(part, ast.Subscript) and not isinstance(part.slice, ast.Slice)
            ):
                yield ast.unparse(part), part


def _grows(site: CallSite, spelled: str, holder: ast.expr) -> tuple[ast.AST | None, ast.Call | None]:
    """Where the list lives, and the call that makes it longer with every turn."""
    function = site.function
    root = holder
    while isinstance(root, (ast.Attribute, ast.Subscript)):
        root = root.value
    if not isinstance(root, ast.Name):
        return None, None
    if root.id == "self" and function is not None:
        owner = class_of(function)
        return (owner, _growth(owner, spelled, None)) if owner is not None else (None, None)
    scope = scope_of(root).lookup(root.id)
    if scope is None:
        return None, None
    if scope.kind == "module" and function is not None:
        return scope.node, _growth(scope.node, spelled, None)
    loop = while_around(site.node)
    if loop is None or _counted(loop) or any(b.kind == "parameter" for b in scope.bindings.get(root.id, ())):
        return None, None
    inside = {id(node) for node in nodes_in(loop)}
    if any(id(binding.node) in inside for binding in scope.bindings.get(root.id, ())):
        return None, None
    around: ast.AST = function if function is not None else scope.node
    return around, _growth(loop, spelled, loop)


def _counted(loop: ast.While) -> bool:
    """Whether the turns of a loop are counted, so that the list has an end."""
    return any(COUNTING.search(word) for word in tested_words(loop.test)) or counts(loop) or mentions_budget(loop)


def _growth(around: ast.AST, spelled: str, loop: ast.AST | None) -> ast.Call | None:
    for call in logs.parts_of(around).calls:
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr in ("append", "extend") and ast.unparse(func.value) == spelled:
            function = named_function_of(call)
            if loop is None and (function is None or function.name == "__init__"):
                continue
            return call
    return None


def _trimmed(home: ast.AST, spelled: str) -> bool:
    """Whether anything shortens, replaces, counts or summarises the list."""
    root = re.split(r"[\[.]", spelled.removeprefix("self."))[0]
    for node in nodes_in(home):
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            function = named_function_of(node)
            first = function is None or function.name in ("__init__", "__post_init__")
            for target in targets:
                if root in ast.unparse(target) and not (first and _fresh(node)):
                    if not (isinstance(node.value, (ast.List, ast.ListComp)) and not _again(node)):
                        return True
        elif isinstance(node, ast.Delete) and any(root in ast.unparse(target) for target in node.targets):
            return True
        elif isinstance(node, ast.Call):
            func = node.func
            if isinstance(func, ast.Attribute) and func.attr in ("pop", "clear", "popleft", "remove", "setdefault"):
                if root in ast.unparse(func.value):
                    return True
            if getattr(func, "id", "") in ("len", "deque", "defaultdict") and (
                root in ast.unparse(node) or getattr(func, "id", "") == "deque"
            ):
                return True
            if TRIMMING.search(ast.unparse(func)):
                return True
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and root in ast.unparse(node.value):
            return True
    return False


def _fresh(node: ast.Assign | ast.AnnAssign) -> bool:
    return node.value is None or isinstance(node.value, (ast.List, ast.Dict, ast.Call))


def _again(node: ast.AST) -> bool:
    """Whether an assignment runs again later: inside of a loop or a method other than the constructor."""
    function = named_function_of(node)
    if function is not None and class_of(function) is not None and function.name not in ("__init__", "__post_init__"):
        return True
    return any(isinstance(above, (ast.While, ast.For)) for above in ancestors(node)) or isinstance(parent(node), ast.If)
