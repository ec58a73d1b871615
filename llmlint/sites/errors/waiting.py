"""Waiting: where what was started, and kept under a name or among others, gives its result or its error."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from llmlint.index.tree import FUNCTIONS, last_name, named_function_of, nodes_in, parent, scope_of
from llmlint.sites.records.logs import names_in

DISPLAYS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.List, ast.Set, ast.Dict, ast.Tuple)
AT_ONCE = "()"
WAITING = ("gather", "shield", "wait_for")


def taken(started: ast.Call, takes: Callable[[ast.AST], str]) -> list[ast.AST]:
    """Where the function that starts it takes the result: at once, or of what it keeps under a name, or among others.

    Where it asks for the error first, as a value, the result is one that came without.
    """
    function = named_function_of(started)
    at_once = next((above for above in _using(started) if takes(above) == AT_ONCE), None)
    if at_once is not None:
        return [at_once]
    names, among = kept(started)
    if not names:
        return []
    inside = nodes_in(function) if function is not None else _at_top(scope_of(started).module.tree)
    asked = {_method_of(node, "exception") for node in inside} - {"", AT_ONCE}
    if among:
        gathered = [node for node in inside if _gathers(node, names)]
        names = _members(inside, names)
        return [*gathered, *(node for node in inside if takes(node) in names - asked)]
    return [node for node in inside if takes(node) in names - asked or _waits(node, names)]


def _using(started: ast.Call) -> list[ast.AST]:
    """What takes the result of what was started, where it stands: `await task`, `future.result()`."""
    above = parent(started)
    method = parent(above) if isinstance(above, ast.Attribute) else None
    return [node for node in (above, method) if node is not None]


def _at_top(tree: ast.Module) -> list[ast.AST]:
    """What a module does when it is run, without what stands in its functions and classes."""
    apart = (*FUNCTIONS, ast.ClassDef)
    return [node for part in tree.body if not isinstance(part, apart) for node in nodes_in(part)]


def kept(started: ast.Call) -> tuple[set[str], bool]:
    """The names under which what was started is kept, and whether it is there among others."""
    node: ast.AST = started
    above = parent(node)
    among = False
    while isinstance(above, (*DISPLAYS, ast.Subscript)):
        if isinstance(above, ast.Subscript):  # `started_for[submit(…)] = item`
            holder = above.value if above.slice is node and isinstance(above.ctx, ast.Store) else None
            return ({holder.id} if isinstance(holder, ast.Name) else set()), True
        node, above, among = above, parent(above), True
    if isinstance(above, (ast.Assign, ast.AnnAssign)) and above.value is node:
        targets = above.targets if isinstance(above, ast.Assign) else [above.target]
        items = [target.value for target in targets if isinstance(target, ast.Subscript)]
        return {_spelled(target) for target in (*targets, *items)} - {""}, among or bool(items)
    if isinstance(above, ast.Call) and isinstance(above.func, ast.Attribute) and above.func.attr in ("append", "add"):
        holder = above.func.value
        return ({holder.id} if isinstance(holder, ast.Name) else set()), True
    return set(), among


def _members(inside: Sequence[ast.AST], names: set[str]) -> set[str]:
    """The names that single members of these holders go by: `for future in as_completed(futures)`."""
    members: set[str] = set()
    for node in inside:
        if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) and names_in(node.iter) & names:
            members |= names_in(node.target)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and last_name(node.value.func) == "wait":
            if names_in(node.value) & names:
                names = names.union(*(names_in(target) for target in node.targets))
    return members


def _gathers(node: ast.AST, names: set[str]) -> bool:
    """Whether it waits for all members of a holder, and raises what one of them raises."""
    if not isinstance(node, ast.Call) or last_name(node.func) != "gather":
        return False
    return not gives_errors(node) and any(isinstance(one, ast.Starred) and names_in(one) & names for one in node.args)


def gives_errors(gather: ast.Call) -> bool:
    """Whether it gives errors among the results in place of raising them, or may."""
    return any(
        keyword.arg is None
        or (keyword.arg == "return_exceptions" and getattr(keyword.value, "value", None) is not False)
        for keyword in gather.keywords
    )


def _waits(node: ast.AST, names: set[str]) -> bool:
    """Whether a call waits for one of these, perhaps beside others, and raises what it raises."""
    if not isinstance(node, ast.Call) or last_name(node.func) not in WAITING or gives_errors(node):
        return False
    return any(_spelled(given) in names for given in node.args)


def result_of(node: ast.AST) -> str:
    """The name in `future.result()`, or attribute of `self`; else nothing."""
    return _method_of(node, "result")


def _method_of(node: ast.AST, method: str) -> str:
    """The name in a call of this method, or attribute of `self`, or that it is called on what was just made."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method:
        return _spelled(node.func.value)
    return ""


def waited(node: ast.AST) -> str:
    """The name in `await task`, or attribute of `self`, or whose result is taken; else nothing."""
    return _spelled(node.value) if isinstance(node, ast.Await) else result_of(node)


def _spelled(node: ast.expr) -> str:
    """A name, or an attribute of `self`, as `names_in` gives it; else nothing."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return f"self.{node.attr}"
    if isinstance(node, ast.Call):
        return AT_ONCE
    return node.id if isinstance(node, ast.Name) else ""
