"""Lists that grow with every turn, of an object, a module or a function with a loop, and what would shorten them."""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable

from llmlint.checks.few_turns import FEW, few_turns
from llmlint.checks.loops import COUNTING, counts, mentions_budget, tested_words, while_around
from llmlint.checks.user_commands import by_command
from llmlint.checks.whole_lists import adds_to, goes_on, keeps_growing, keeps_start, made_of, taken_whole, whole
from llmlint.index.calls import parameter_of
from llmlint.index.project import Project
from llmlint.index.tree import (
    ancestors,
    class_of,
    head_of,
    last_name,
    named_function_of,
    nodes_in,
    nodes_of,
    parent,
    scope_of,
)
from llmlint.index.values import Class, Function, alternatives
from llmlint.patterns import regex
from llmlint.records import record
from llmlint.sites.errors.counters import number
from llmlint.sites.records import logs

TRIMMING = regex(
    r"(?i)trim|trunc|summar|compact|compress|prune|window|shorten|limit|keep_last|max_(messages|history|turns)"
)


def grown(project: Project, place: ast.AST, holder: ast.expr) -> tuple[Hashable, ast.AST] | None:
    """What tells a list that the call at `place` sends from others, and what makes it longer with every turn."""
    if not isinstance(holder, (ast.Name, ast.Attribute, ast.Subscript)):
        return None
    if isinstance(holder, ast.Subscript) and isinstance(holder.slice, ast.Slice):
        return None
    spelled, home = ast.unparse(holder), lives(project, place, holder)
    growing = lengthened(project, home.around, spelled, home.loop) if home is not None else None
    if home is None or growing is None or trimmed(project, home.node, spelled, home.loop):
        return None
    if spelled.startswith("self.") and few_turns(project, place):
        return None
    made = made_of(project, holder) if "up" in holder.__dict__ else None  # an attribute of another object has no place
    if made is not None and forgets(made):
        return None
    return (home.node, spelled), growing


@record
class Home:
    """Where a list lives, what runs again with every turn there, and the loop that takes the turns."""

    node: ast.AST
    around: ast.AST
    loop: ast.While | None


def lives(project: Project, place: ast.AST, holder: ast.expr) -> Home | None:
    """The home of a list that outlives a turn; None where it does not, or where its turns are few."""
    function = named_function_of(place)
    root = head_of(holder)
    if root is None:
        return None
    if root.id == "self" and function is not None:
        owner = class_of(function)
        return Home(owner, owner, None) if owner is not None else None
    scope = scope_of(root).lookup(root.id)
    if scope is None:
        return None
    if scope.kind == "module" and function is not None:
        return Home(scope.node, scope.node, None)
    loop = while_around(place)
    if loop is None or _ends_soon(project, loop) or any(b.kind == "parameter" for b in scope.bindings.get(root.id, ())):
        return None
    inside = {id(node) for node in nodes_in(loop)}
    again = [binding.value for binding in scope.bindings.get(root.id, ()) if id(binding.node) in inside]
    if not all(value is not None and _longer_back(project, value, root.id) for value in again):
        return None
    return Home(function if function is not None else scope.node, loop, loop)


def _ends_soon(project: Project, loop: ast.While) -> bool:
    """Whether the turns of a loop are counted, and not up to a number of many turns: `while step < 50`."""
    test = loop.test
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.Lt, ast.LtE)) and len(test.ops) == 1:
        most = number(project.evaluator, test.comparators[0])
        if most is not None and most > FEW:
            return False
    return counted(loop)


def counted(loop: ast.While) -> bool:
    """Whether the turns of a loop are counted, so that the list has an end."""
    return any(COUNTING.search(word) for word in tested_words(loop.test)) or counts(loop) or mentions_budget(loop)


def lengthened(project: Project, around: ast.AST, spelled: str, loop: ast.AST | None) -> ast.AST | None:
    """What makes a list longer in a loop, or without one at any time after its object or module was made."""
    parts = logs.parts_of(around)
    for call in parts.calls:
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr in ("append", "extend") and ast.unparse(func.value) == spelled:
            if loop is not None or later(call):
                return call
    for node in parts.assignments:
        if _lengthens(project, node, spelled) and (loop is not None or later(node)):
            return node
    return None


def forgets(made: Class) -> bool:
    """Whether the class of a list drops parts by itself: it deletes, takes out, slices or measures, or is a queue."""
    for node in nodes_of(made.node, (ast.Delete, ast.Call, ast.Subscript, ast.Name)):
        if isinstance(node, ast.Delete) or getattr(node, "id", "") == "deque":
            return True
        if isinstance(node, ast.Call) and last_name(node.func) in ("pop", "popleft", "clear", "remove", "len"):
            return True
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and not keeps_start(node):
            return True
    return False


def later(node: ast.AST) -> bool:
    """Whether something runs when its object or module is there already."""
    function = named_function_of(node)
    return function is not None and function.name != "__init__"


def _lengthens(project: Project, node: logs.Assignment, spelled: str) -> bool:
    """Whether an assignment adds to what a list holds: `messages += [turn]`, `messages = messages + [turn]`.

    Or `messages = ask(messages, text)`, where the function puts the question and the answer behind what it gets.
    """
    if isinstance(node, ast.AugAssign):
        return isinstance(node.op, ast.Add) and ast.unparse(node.target) == spelled
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if node.value is None or not any(ast.unparse(target) == spelled for target in targets):
        return False
    return _more(project, node.value, spelled) or _longer_back(project, node.value, spelled)


def _more(project: Project, value: ast.expr, spelled: str) -> bool:
    """Whether a value is all that a list holds, under whatever name, with something behind it."""
    if adds_to(value, spelled):
        return True
    left = value.left if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add) else None
    return left is not None and _all_of(project, left, spelled)


def _all_of(project: Project, value: ast.expr, spelled: str) -> bool:
    return any(ast.unparse(part) == spelled for part in whole(project, value))


def _longer_back(project: Project, value: ast.expr, spelled: str) -> bool:
    """Whether a function of the project is given the list, makes it longer and returns it."""
    call = value.value if isinstance(value, ast.Await) else value
    options = list(alternatives(project.evaluator.evaluate(call.func))) if isinstance(call, ast.Call) else []
    function = options[0] if len(options) == 1 else None
    if not isinstance(call, ast.Call) or not isinstance(function, Function) or isinstance(function.node, ast.Lambda):
        return False
    taken = taken_whole(project, function.node)
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)) if taken else ():
        name = parameter_of(function, call, argument) if ast.unparse(argument) == spelled else None
        if name in taken and lengthened(project, function.node, name, function.node) is not None:
            return True
    return False


def trimmed(project: Project, home: ast.AST, spelled: str, loop: ast.While | None, *, handed: bool = False) -> bool:
    """Whether anything shortens, replaces, counts or summarises the list; what it is before its loop does not count.

    What a function that is `handed` a list leaves out at an end each time does not shorten the caller's.
    """
    root = re.split(r"[\[.]", spelled.removeprefix("self."))[0]
    keeps = keeps_growing if handed else keeps_start
    for node in nodes_of(home, (ast.Assign, ast.AnnAssign, ast.Delete, ast.Call, ast.Subscript)):
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            if loop is not None and node.lineno < loop.lineno:
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if spelled.startswith("self."):  # a local name is not the attribute
                targets = [target for target in targets if not isinstance(target, ast.Name)]
            if any(_names(root, target) and not _leaves(project, node, target, handed) for target in targets):
                if not by_command(project, node):
                    return True
        elif isinstance(node, ast.Delete) and any(_names(root, target) for target in node.targets):
            return True
        elif isinstance(node, ast.Call):
            if _shortens(node, root) and not by_command(project, node):
                return True
            if shortens(node):
                return True
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and _names(root, node.value):
            if not keeps(node):
                return True
    return False


def _leaves(project: Project, node: ast.Assign | ast.AnnAssign, target: ast.expr, handed: bool) -> bool:
    """Whether an assignment leaves a list as long as it is or makes it longer, or gives it its first value."""
    spelled = ast.unparse(target)
    if node.value is not None and (
        _more(project, node.value, spelled)
        or _longer_back(project, node.value, spelled)
        or goes_on(node.value, spelled, start=not handed)
    ):
        return True
    function = named_function_of(node)
    if (function is None or function.name in ("__init__", "__post_init__")) and _fresh(node):
        return True
    return isinstance(node.value, (ast.List, ast.ListComp)) and not _again(node)


def _names(root: str, node: ast.expr) -> bool:
    """Whether a name in an expression is that of the list, or contains it."""
    parts = nodes_in(node)
    return any(
        root in (part.id if isinstance(part, ast.Name) else part.attr)
        for part in parts
        if isinstance(part, (ast.Name, ast.Attribute))
    )


def _shortens(call: ast.Call, root: str) -> bool:
    """Whether a call takes something out of the list, counts it or makes it one that forgets by itself."""
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr in ("pop", "clear", "popleft", "remove", "setdefault"):
        return _names(root, func.value)
    name = getattr(func, "id", "")
    if name == "len":
        return any(_names(root, argument) for argument in call.args) and not asks_if_empty(call)
    return name == "deque" or (name == "defaultdict" and any(_names(root, argument) for argument in call.args))


def asks_if_empty(length: ast.Call) -> bool:
    """Whether a length is only compared with zero or one: `len(messages) > 0`."""
    test = parent(length)
    other = test.comparators[0] if isinstance(test, ast.Compare) and test.left is length else None
    return isinstance(other, ast.Constant) and other.value in (0, 1)


def shortens(call: ast.Call) -> bool:
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
