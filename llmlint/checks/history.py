"""Histories that only grow."""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable, Iterator

from llmlint.checks import agent_history, chain_memory, session_history
from llmlint.checks.few_turns import few_turns
from llmlint.checks.finding import Finding, Places, Sites, site_notes
from llmlint.checks.loops import COUNTING, counts, mentions_budget, tested_words, while_around
from llmlint.diagnostics import Note
from llmlint.index.project import Project
from llmlint.index.tree import ancestors, class_of, last_name, named_function_of, nodes_in, parent, scope_of
from llmlint.sites.callsite import CallSite
from llmlint.sites.kept_in_session import kept
from llmlint.sites.outward import function_name, given_for
from llmlint.sites.records import logs
from llmlint.sites.request.ingredients import arguments

MAX_STEPS = 3
BUILDING = (ast.List, ast.BinOp, ast.ListComp, ast.Call)
COPYING = ("list", "copy", "deepcopy")
TRIMMING = re.compile(
    r"(?i)trim|trunc|summar|compact|compress|prune|window|shorten|limit|keep_last|max_(messages|history|turns)"
)


def unbounded_history(sites: Sites) -> Iterator[Finding]:
    """Message lists that are sent whole, grow with every turn and are never trimmed: once for each list."""
    found: Places[tuple[str, ast.AST]] = Places()
    for site in sites.outside_tests:
        carried = _carried(site) if site.kind == "agent" else None
        if carried is not None:
            found.add(carried[1], site, carried)
        if site.kind not in ("chat", "responses", "chain"):
            continue
        for holder in _lists(site):
            grown = _in_session(site, holder) or _in_code(site.project, site.node, holder) or _in_callers(site, holder)
            if grown is not None:
                key, growing = grown
                found.add(key, site, (ast.unparse(holder), growing))
        memory = chain_memory.memory(site)
        if memory is not None:
            found.add(memory.built, site, (memory.spelled, memory.built))
    for (spelled, growing), origins in found:
        site = origins[0]
        ours = isinstance(growing, ast.Call) and ast.unparse(growing.func) == spelled
        proof = Note("it is built here" if ours else "it grows here", scope_of(growing).module.location(growing))
        how = "a memory with a window or a token limit" if ours else f"`{spelled}[-20:]` after the system message"
        fields = {"list": spelled, "call": site.spelled, "function": function_name(site.node), "how": how}
        yield Finding(
            site.module, site.node, "default", fields, (proof,), site_notes(origins), confidence=site.confidence
        )


def _carried(site: CallSite) -> tuple[str, ast.expr] | None:
    """The list that an agent hands out and is given again with every turn of an endless loop."""
    loop = while_around(site.node)
    if loop is None or _counted(loop) or any(_trims(call) for call in logs.parts_of(loop).calls):
        return None
    return agent_history.carried(site, loop)


def _lists(site: CallSite) -> Iterator[ast.expr]:
    """The lists that the call sends whole as its messages."""
    table = site.match.operation.settings
    keywords = {path for path in table.paths("prompt") if "." not in path}
    for value in (*arguments(site, keywords), *_spread(site, keywords)):
        yield from _parts(value)


def _spread(site: CallSite, keywords: set[str]) -> Iterator[ast.expr]:
    """What stands under these keys of a mapping of the function that the call is given as keywords: `**params`."""
    for value in (keyword.value for keyword in site.node.keywords if keyword.arg is None):
        scope = scope_of(value).lookup(value.id) if isinstance(value, ast.Name) else None
        bound = scope.bindings.get(value.id, []) if scope is not None and isinstance(value, ast.Name) else []
        built = bound[0].value if len(bound) == 1 and bound[0].kind == "value" else value
        if isinstance(built, ast.Dict):
            for key, part in zip(built.keys, built.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in keywords:
                    yield part


def _parts(value: ast.expr, depth: int = 0) -> Iterator[ast.expr]:
    """An expression, and the lists that it takes over whole: by `+`, `*`, a copy or a comprehension over all of one."""
    inner: list[ast.expr] = []
    if isinstance(value, ast.List):
        inner = [part.value for part in value.elts if isinstance(part, ast.Starred)]
    elif isinstance(value, ast.BinOp):
        inner = [value.left, value.right]
    elif isinstance(value, ast.ListComp):
        inner = [one.iter for one in value.generators[:1] if len(value.generators) == 1 and not one.ifs]
    elif isinstance(value, ast.Call) and last_name(value.func) in COPYING:
        inner = value.args[:1] or ([value.func.value] if isinstance(value.func, ast.Attribute) else [])
    else:
        yield value
    if isinstance(value, ast.Name):
        scope = scope_of(value).lookup(value.id)
        bound = [one for one in (scope.bindings.get(value.id, []) if scope is not None else []) if one.value]
        if len(bound) == 1 and bound[0].kind == "value" and bound[0].value is not None:
            inner = [bound[0].value] if isinstance(bound[0].value, BUILDING) else []
    for part in inner if depth < MAX_STEPS else ():
        yield from _parts(part, depth + 1)


def _in_session(site: CallSite, holder: ast.expr) -> tuple[Hashable, ast.AST] | None:
    """What tells a list in the store of a session from others, and the place that makes it longer with every turn."""
    history = kept(site.project.evaluator, holder)
    growing = session_history.growth(site.project, site.module, history) if history is not None else None
    if history is None or growing is None or session_history.shortened(site.project, site.module, history):
        return None
    calls = logs.parts_of(scope_of(growing).module.tree).calls
    if any(_trims(call) for call in (*calls, *logs.parts_of(site.module.tree).calls)):
        return None
    return growing, growing


def _in_code(project: Project, place: ast.AST, holder: ast.expr) -> tuple[Hashable, ast.AST] | None:
    """The same for a list of an object, a module or a function with a loop, sent by the call at `place`."""
    if not isinstance(holder, (ast.Name, ast.Attribute, ast.Subscript)):
        return None
    if isinstance(holder, ast.Subscript) and isinstance(holder.slice, ast.Slice):
        return None
    spelled = ast.unparse(holder)
    home, growing, loop = _grows(place, spelled, holder)
    if home is None or growing is None or _trimmed(home, spelled, loop):
        return None
    if spelled.startswith("self.") and few_turns(project, place):
        return None
    return (home, spelled), growing


def _in_callers(site: CallSite, holder: ast.expr) -> tuple[Hashable, ast.AST] | None:
    """The same for a list of a caller that comes in as a parameter and is sent whole."""
    queue: list[tuple[ast.AST, ast.expr, int]] = [(site.node, holder, 0)]
    while queue:
        place, given, depth = queue.pop(0)
        function = named_function_of(place)
        scope = scope_of(given).lookup(given.id) if isinstance(given, ast.Name) else None
        if function is None or scope is None or not isinstance(given, ast.Name) or scope.node is not function:
            continue
        if any(binding.kind != "parameter" for binding in scope.bindings.get(given.id, ())):
            continue
        if _trimmed(function, given.id, None):
            continue
        for caller, argument in given_for(site.project, function, given.id):
            for part in _parts(argument):
                grown = _in_code(site.project, caller.call, part)
                if grown is not None:
                    return grown
                if depth < MAX_STEPS:
                    queue.append((caller.call, part, depth + 1))
    return None


def _grows(place: ast.AST, spelled: str, holder: ast.expr) -> tuple[ast.AST | None, ast.Call | None, ast.While | None]:
    """Where the list lives, the call that makes it longer with every turn, and the loop that takes the turns."""
    nowhere = (None, None, None)
    function = named_function_of(place)
    root = holder
    while isinstance(root, (ast.Attribute, ast.Subscript)):
        root = root.value
    if not isinstance(root, ast.Name):
        return nowhere
    if root.id == "self" and function is not None:
        owner = class_of(function)
        return (owner, _growth(owner, spelled, None), None) if owner is not None else nowhere
    scope = scope_of(root).lookup(root.id)
    if scope is None:
        return nowhere
    if scope.kind == "module" and function is not None:
        return scope.node, _growth(scope.node, spelled, None), None
    loop = while_around(place)
    if loop is None or _counted(loop) or any(b.kind == "parameter" for b in scope.bindings.get(root.id, ())):
        return nowhere
    inside = {id(node) for node in nodes_in(loop)}
    if any(id(binding.node) in inside for binding in scope.bindings.get(root.id, ())):
        return nowhere
    around: ast.AST = function if function is not None else scope.node
    return around, _growth(loop, spelled, loop), loop


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


def _trimmed(home: ast.AST, spelled: str, loop: ast.While | None) -> bool:
    """Whether anything shortens, replaces, counts or summarises the list; what it is before its loop does not count."""
    root = re.split(r"[\[.]", spelled.removeprefix("self."))[0]
    for node in nodes_in(home):
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            if loop is not None and node.lineno < loop.lineno:
                continue
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
            if _trims(node):
                return True
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and root in ast.unparse(node.value):
            return True
    return False


def _trims(call: ast.Call) -> bool:
    """Whether the name of what is called speaks of shortening; `table.search(question).limit(5)` is about rows."""
    return TRIMMING.search(re.sub(r"\.limit\b", "", ast.unparse(call.func))) is not None


def _fresh(node: ast.Assign | ast.AnnAssign) -> bool:
    return node.value is None or isinstance(node.value, (ast.List, ast.Dict, ast.Call))


def _again(node: ast.AST) -> bool:
    """Whether an assignment runs again later: inside of a loop or a method other than the constructor."""
    function = named_function_of(node)
    if function is not None and class_of(function) is not None and function.name not in ("__init__", "__post_init__"):
        return True
    return any(isinstance(above, (ast.While, ast.For)) for above in ancestors(node)) or isinstance(parent(node), ast.If)
