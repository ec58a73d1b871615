"""Keyed histories: one list for each user in a mapping of a module or an object, which only grow: `histories[user]`."""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable

from llmlint.checks.growing_lists import asks_if_empty, shortens, trimmed
from llmlint.checks.loops import tested_words
from llmlint.checks.session_history import COUNTS
from llmlint.checks.user_commands import by_command
from llmlint.checks.whole_lists import adds_to, keeps_start
from llmlint.index.calls import parameter_of
from llmlint.index.narrowing import assigned
from llmlint.index.project import Project
from llmlint.index.tree import class_of, head_of, last_name, named_function_of, nodes_in, scope_of, up_to
from llmlint.index.values import Function, alternatives
from llmlint.sites.records import logs

REMOVING = ("pop", "popleft", "popitem", "clear", "remove")
GROWING = ("append", "extend", "insert")
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef


def grown(project: Project, place: ast.AST, holder: ast.expr) -> tuple[Hashable, ast.AST] | None:
    """What tells such a mapping from others, and the call that makes one of its lists longer with every turn."""
    table = _table(holder) if "up" in holder.__dict__ else None
    home = _home(place, table) if table is not None else None
    if table is None or home is None:
        return None
    spelled = ast.unparse(table)
    growing = next((call for call in logs.parts_of(home).calls if _grows(call, spelled)), None)
    if growing is None or not _plain(home, spelled) or _read_elsewhere(project, home, spelled):
        return None
    if any(_shortens(project, node, spelled) for node in nodes_in(home)) or _counts(place):
        return None
    return (home, spelled), growing


def _table(holder: ast.expr, depth: int = 1) -> ast.expr | None:
    """The mapping of which an expression is a list: `histories[user]`, `histories.setdefault(user, [])`, or a name."""
    if isinstance(holder, ast.Subscript) and not isinstance(holder.slice, (ast.Slice, ast.Constant, ast.UnaryOp)):
        return holder.value if isinstance(holder.value, (ast.Name, ast.Attribute)) else None
    if isinstance(holder, ast.Call) and isinstance(holder.func, ast.Attribute) and holder.func.attr == "setdefault":
        return holder.func.value if isinstance(holder.func.value, (ast.Name, ast.Attribute)) else None
    made = assigned(holder) if isinstance(holder, ast.Name) and depth else None
    return _table(made, 0) if made is not None else None


def _home(place: ast.AST, table: ast.expr) -> ast.AST | None:
    """The module or class that keeps the mapping from one turn to the next."""
    function, head = named_function_of(place), head_of(table)
    if function is None or head is None:
        return None
    if isinstance(table, ast.Attribute):
        return class_of(function) if head.id == "self" and table.value is head else None
    scope = scope_of(head).lookup(head.id)
    return scope.node if scope is not None and scope.kind == "module" else None


def _plain(home: ast.AST, spelled: str) -> bool:
    """Whether the mapping is a plain one, made empty once: none that forgets by itself, or comes from elsewhere."""
    made = [
        node.value
        for node in logs.parts_of(home).assignments
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if ast.unparse(target) == spelled
    ]
    return len(made) == 1 and made[0] is not None and _is_empty(made[0])


def _is_empty(value: ast.expr) -> bool:
    if isinstance(value, ast.Dict):
        return not value.keys
    if not isinstance(value, ast.Call) or value.keywords:
        return False
    lists = [ast.unparse(argument) for argument in value.args] in (["list"], [])
    return lists and last_name(value.func) in ("dict", "defaultdict")


def _read_elsewhere(project: Project, home: ast.AST, spelled: str) -> bool:
    """Whether another module imports the mapping, and may shorten its lists."""
    if not isinstance(home, ast.Module):
        return False
    taking = re.compile(rb"import[^\n]*\b" + spelled.encode() + rb"\b")
    return any(taking.search(file.data) for file in project.files.by_path.values())


def _of(node: ast.expr, spelled: str) -> bool:
    table = _table(node)
    return table is not None and ast.unparse(table) == spelled


def _grows(call: ast.Call, spelled: str) -> bool:
    func = call.func
    grows = isinstance(func, ast.Attribute) and func.attr in GROWING and _of(func.value, spelled)
    return grows and named_function_of(call) is not None


def _shortens(project: Project, node: ast.AST, spelled: str) -> bool:
    """Whether a node shortens a list of the mapping or takes it out, measures it, or puts another in its place."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        ours = [one for one in targets if isinstance(one, ast.Subscript) and ast.unparse(one.value) == spelled]
        kept = node.value is not None and (
            _of(node.value, spelled) or any(adds_to(node.value, ast.unparse(one)) for one in ours)
        )
        return bool(ours) and not kept and not _where_missing(node) and not by_command(project, node)
    if isinstance(node, ast.Delete):
        return any(spelled in ast.unparse(one) or _of(getattr(one, "value", one), spelled) for one in node.targets)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return _of(node.value, spelled) and not keeps_start(node)
    if not isinstance(node, ast.Call):
        return False
    func = node.func
    if shortens(node):
        return True
    if isinstance(func, ast.Attribute) and func.attr in REMOVING:
        taken = _of(func.value, spelled) or ast.unparse(func.value) == spelled
        return taken and not by_command(project, node)
    given = [argument for argument in node.args if _of(argument, spelled)]
    if last_name(func) in ("deque", "islice"):
        return bool(given)
    if last_name(func) == "len":
        return bool(given) and not asks_if_empty(node)
    return any(_handed_to_what_shortens(project, node, argument) for argument in given)


def _counts(place: ast.AST) -> bool:
    """Whether the function around compares a number of turns, tokens or the like, whose end may be that of the list."""
    for node in nodes_in(named_function_of(place) or place):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
            if any(COUNTS.search(word) for word in tested_words(node)):
                return True
    return False


def _where_missing(node: ast.AST) -> bool:
    """Whether a list is put there because there is none: `if user not in histories`."""
    function = named_function_of(node)
    tests = [above.test for above in up_to(node, function) if isinstance(above, ast.If)] if function is not None else []
    return any(
        (isinstance(part, ast.Compare) and isinstance(part.ops[0], (ast.NotIn, ast.Is)))
        or (isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not))
        for test in tests
        for part in ast.walk(test)
    )


def _handed_to_what_shortens(project: Project, call: ast.Call, argument: ast.expr) -> bool:
    for option in alternatives(project.evaluator.evaluate(call.func)):
        if isinstance(option, Function) and not isinstance(option.node, ast.Lambda):
            name = parameter_of(option, call, argument)
            if name is not None and trimmed(project, option.node, name, None, handed=True):
                return True
    return False
