"""Histories kept in the store of a session: whether they grow with every turn, and whether anything shortens them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.checks.growing_lists import trimmed
from llmlint.index import sessions
from llmlint.index.calls import parameter_of
from llmlint.index.module import Module
from llmlint.index.tree import (
    FUNCTIONS,
    ancestors,
    block_of,
    exits,
    last_name,
    named_function_of,
    position_of,
    scope_of,
)
from llmlint.index.values import Function, alternatives, dotted
from llmlint.patterns import regex
from llmlint.sites.kept_in_session import MEMBER, Kept, kept, store
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.project import Project

GROWING = ("append", "extend", "insert")
COUNTS = regex(r"(?i)turn|count|number|token|budget|quota|credit|remaining|limit|round")
SHORTENING = ("pop", "popleft", "remove")


def growth(project: Project, home: Module, history: Kept) -> ast.AST | None:
    """What makes the history longer with every turn, in the files that run together with `home`; None if nothing.

    What a turn adds to a list that it has begun anew, or that nothing ever puts into the store, is gone with the turn.
    """
    ev = project.evaluator
    modules = list(sessions.around(project, home))
    written = {module.key: list(_written(ev, module, history)) for module in modules}
    holder = Kept(history.store, history.name.removesuffix(MEMBER))
    if not any(written.values()) and (holder == history or not any(any(_written(ev, m, holder)) for m in modules)):
        return None
    for module in modules:
        anew = [*_emptied(ev, module, history), *(one for one, value in written[module.key] if _fresh(value))]
        for place in _growing(ev, module, history, written[module.key]):
            if not _once(ev, place, history) and not any(_each_time_before(start, place) for start in anew):
                return place
    return None


def _growing(
    ev: Evaluator, module: Module, history: Kept, written: list[tuple[ast.expr, ast.expr]]
) -> Iterator[ast.expr]:
    for method in GROWING:
        for call in module.calls.get(method, ()):
            if isinstance(call.func, ast.Attribute) and kept(ev, call.func.value) == history:
                yield call
    yield from (target for target, value in written if _extends(ev, value, history))


def _emptied(ev: Evaluator, module: Module, history: Kept) -> Iterator[ast.expr]:
    for call in module.calls.get("clear", ()):
        if isinstance(call.func, ast.Attribute) and kept(ev, call.func.value) == history:
            yield call


def _each_time_before(start: ast.expr, place: ast.expr) -> bool:
    """Whether one place of a function always runs before another."""
    same = named_function_of(start) is named_function_of(place)
    return same and position_of(start) < position_of(place) and block_of(place).within(block_of(start))


def shortened(project: Project, home: Module, history: Kept) -> bool:
    """Whether anything there slices, counts or summarises the history, or puts what is computed in its place."""
    ev = project.evaluator
    for module in sessions.around(project, home):
        if any(kept(ev, node) == history for node in _cut(module)) or _counted(ev, module, history):
            return True
        for target, value in _written(ev, module, history):
            if not _once(ev, target, history) and not _keeps(ev, value, history):
                return True
    return False


def _counted(ev: Evaluator, module: Module, history: Kept) -> bool:
    """Whether a count in the same store is compared, that of the turns."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
            found = [kept(ev, side) for side in (node.left, *node.comparators)]
            if any(one is not None and one.store == history.store and COUNTS.search(one.name) for one in found):
                return True
    return False


def _cut(module: Module) -> Iterator[ast.expr]:
    """What is sliced, counted, deleted from or emptied by turns."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            yield node.value
        elif isinstance(node, ast.Delete):
            yield from (target.value for target in node.targets if isinstance(target, ast.Subscript))
        elif isinstance(node, ast.Call) and node.args and last_name(node.func) in ("len", "deque", "islice"):
            if not any(isinstance(above, ast.FormattedValue) for above in ancestors(node)):
                yield node.args[0]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SHORTENING:
            yield node.func.value


def _written(ev: Evaluator, module: Module, history: Kept) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The places that put something under the name of the history, with what they put there."""
    for node in logs.parts_of(module.tree).assignments:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, (ast.Attribute, ast.Subscript)) and node.value is not None:
                if kept(ev, target) == history:
                    yield target, _whole(node)
    session = next(one for one in ev.project.sessions.by_path.values() if one.objects[0] == history.store)
    for method in session.set:
        for call in module.calls.get(method, ()):
            name = call.args[0] if len(call.args) > 1 else None
            if isinstance(name, ast.Constant) and name.value == history.name and isinstance(call.func, ast.Attribute):
                if store(ev, call.func.value) is session:
                    yield call, call.args[1]


def _whole(node: logs.Assignment) -> ast.expr:
    """What a place holds after an assignment: `x += y` is `x + y`."""
    assert node.value is not None
    if not isinstance(node, ast.AugAssign):
        return node.value
    whole = ast.BinOp(node.target, node.op, node.value)
    return ast.copy_location(whole, node)


def _extends(ev: Evaluator, value: ast.expr, history: Kept) -> bool:
    """Whether a value is the history and more: `history + [turn]`, `[*history, turn]`."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return any(kept(ev, side) == history or _extends(ev, side, history) for side in (value.left, value.right))
    if isinstance(value, ast.List):
        return any(isinstance(part, ast.Starred) and kept(ev, part.value) == history for part in value.elts)
    return False


def _keeps(ev: Evaluator, value: ast.expr, history: Kept) -> bool:
    """Whether a value leaves the history as long as it is, or starts a new one when the conversation begins anew."""
    if isinstance(value, ast.Name) and kept(ev, value) is None:
        scope = scope_of(value).lookup(value.id)
        bound = [binding.value for binding in (scope.bindings.get(value.id, []) if scope is not None else [])]
        return bool(bound) and all(isinstance(one, (ast.List, ast.Call)) and _fresh(one) for one in bound)
    same = kept(ev, value) == history or _extends(ev, value, history) or _fresh(value)
    return same or _given_back(ev, value, history)


def _given_back(ev: Evaluator, value: ast.expr, history: Kept) -> bool:
    """Whether a value is what a function was given as the history, and gives back wherever it ends."""
    call = value.value if isinstance(value, ast.Await) else value
    options = list(alternatives(ev.evaluate(call.func))) if isinstance(call, ast.Call) else []
    function = options[0] if len(options) == 1 else None
    if not isinstance(call, ast.Call) or not isinstance(function, Function) or isinstance(function.node, ast.Lambda):
        return False
    returned = {ast.unparse(one.value) if one.value is not None else "" for one in exits(function.node)[0]}
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        name = parameter_of(function, call, argument)
        if name is not None and returned == {name} and kept(ev, argument) == history:
            return not trimmed(ev.project, function.node, name, None, handed=True)
    return False


def _fresh(value: ast.expr) -> bool:
    """Whether a value is a list that is written out or empty, or None."""
    if isinstance(value, ast.Call):
        return last_name(value.func) == "list" and not value.args
    if isinstance(value, ast.List):
        return not any(isinstance(part, ast.Starred) for part in value.elts)
    return isinstance(value, ast.Constant) and value.value is None


def _once(ev: Evaluator, node: ast.AST, history: Kept) -> bool:
    """Whether a place runs before the first turn: where the name is found missing, or when a session begins."""
    for above in ancestors(node):
        if isinstance(above, FUNCTIONS):
            break
        if isinstance(above, ast.If) and _missing(above.test, history):
            return True
    function = named_function_of(node)
    session = next(one for one in ev.project.sessions.by_path.values() if one.objects[0] == history.store)
    return function is not None and any(
        dotted(option).removesuffix("()") in session.begins
        for decorator in function.decorator_list
        for option in alternatives(ev.evaluate(decorator))
    )


def _missing(test: ast.expr, history: Kept) -> bool:
    """Whether a test asks if the name is not there yet: `"messages" not in st.session_state`."""
    for part in ast.walk(test):
        if isinstance(part, ast.Compare) and isinstance(part.ops[0], (ast.NotIn, ast.Is)):
            if any(getattr(side, "value", None) == history.name for side in ast.walk(part)):
                return True
        if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not):
            return True
    return False
