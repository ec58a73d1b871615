"""Callers out of sight: what dispatch, a library, a table or a lookup by name may run with no call to be seen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from llmlint.index import classes
from llmlint.index.callers import Caller
from llmlint.index.testcode import is_no_program
from llmlint.index.tree import (
    class_of,
    function_of,
    parent,
    scope_of,
)
from llmlint.index.values import Class, Function, Symbol, Unknown, alternatives, dotted
from llmlint.rulebook.running import load_running
from llmlint.rulebook.sdk import load_sdk, sdk_for_root
from llmlint.sites.own_decorators import own_decorators, puts_into_table

if TYPE_CHECKING:
    from llmlint.index.project import Project

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef

RUN_BY_CALLING = frozenset({"forward", "aforward"})
DISPLAYS = (ast.Dict, ast.List, ast.Tuple, ast.Set)
MAX_BLIND = 12  # calls of which it cannot be told what they run, followed outward


def dispatched(project: Project, function: FunctionDef) -> bool:
    """Whether the function implements a method of a base class that something unresolved may call.

    Who calls it then cannot be told by the absence of callers. So it is with what a library runs when an object of its
    class is called: `forward` of its modules; and with a method that the calls of the one it stands in for do not fit.
    """
    if run_by_calling(project, function):
        return True
    replaced = _replaced(project, function)
    if replaced is None:
        return False
    misfit = not project.callers(function) and bool(project.callers(replaced.node))
    return misfit or perhaps_called(project, function)


def run_by_calling(project: Project, function: FunctionDef) -> bool:
    """Whether a library runs the method when an object of its class is called: `forward` of its modules."""
    owner = class_of(function)
    if owner is None or function.name not in RUN_BY_CALLING:
        return False
    return any(isinstance(entry, Symbol) for entry in project.mro(Class(scope_of(function).module, owner)))


def _replaced(project: Project, function: FunctionDef) -> Function | None:
    """The method of a base class in the project that the function stands in for."""
    owner = class_of(function)
    if owner is None:
        return None
    order = project.mro(Class(scope_of(function).module, owner))
    return classes.find([entry for entry in order[1:] if isinstance(entry, Class)], function.name)


def of_family(project: Project, function: FunctionDef) -> bool:
    """Whether the function is a method that objects of several classes of the project have, each in its way."""
    return _replaced(project, function) is not None or _inherited(project, function)


def _inherited(project: Project, function: FunctionDef) -> bool:
    owner = class_of(function)
    return owner is not None and bool(project.subclasses(Class(scope_of(function).module, owner)))


PLAIN = (
    "abc",
    "builtins",
    "collections",
    "dataclasses",
    "enum",
    "pydantic",
    "threading",
    "typing",
    "typing_extensions",
)


def hooked(project: Project, function: FunctionDef) -> bool:
    """Whether the function is a method of a class that a library defines the base of, and so may be called by it."""
    owner = class_of(function)
    if owner is None or function.name.startswith("__"):
        return False
    order = project.mro(Class(scope_of(function).module, owner))
    return any(isinstance(entry, Symbol) and not is_plain(entry.path) for entry in order)


def is_plain(base: str) -> bool:
    """Whether a base class calls no methods of its subclasses: one to describe data, or an SDK's client."""
    name = sdk_for_root(base)
    return base.partition(".")[0] in PLAIN or (name is not None and load_sdk(name).client(base) is not None)


def perhaps_called(project: Project, function: FunctionDef) -> bool:
    """Whether a call on something that cannot be resolved may be one of this method."""
    found = project.evaluator.searched(
        "called-blindly", function, lambda: list(islice(_called_blindly(project, function.name), 1))
    )
    return found != []


def blind_callers(project: Project, function: FunctionDef) -> list[Caller]:
    """The calls, tests apart, of a method of this name on something that cannot be resolved; the first of them."""
    return project.evaluator.searched(
        "blind-callers",
        function,
        lambda: list(islice(_programs(_called_blindly(project, function.name)), MAX_BLIND + 1)),
    )


def _programs(found: Iterator[Caller]) -> Iterator[Caller]:
    return (caller for caller in found if not is_no_program(caller.module))


def _called_blindly(project: Project, name: str) -> Iterator[Caller]:
    """The calls of a method of this name on something that cannot be resolved."""
    for path in sorted(project.handed_and_spelling(name)):
        module = project.module(path)
        for call in module.calls.get(name, ()) if module is not None else ():
            options = alternatives(project.evaluator.evaluate(call.func))
            if module is not None and isinstance(call.func, ast.Attribute):
                if any(isinstance(option, Unknown) for option in options):
                    yield Caller(call, module, True)


def in_table(project: Project, function: FunctionDef) -> bool:
    """Whether the function is kept for callers out of sight, in a mapping or a list: `commands = {"ask": self.ask}`.

    So it is with a field that nothing calls it by in sight: `bot.on_message = self.ask`. A decorator of the project may
    put it there, too: `TOOLS[function.__name__] = function`.
    """
    home = scope_of(function).module
    for path in project.files.mentioning(function.name):
        module = project.module(path)
        if module is None or (is_no_program(module) and module is not home):
            continue
        for load in (*module.attribute_loads.get(function.name, ()), *module.name_loads(function.name)):
            if (isinstance(parent(load), DISPLAYS) or _in_field(load)) and (
                module is home or _is(project, load, function)
            ):
                return True
    return any(puts_into_table(decorator.node) for decorator in own_decorators(project, function))


def _in_field(load: ast.expr) -> bool:
    statement = parent(load)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(isinstance(target, ast.Attribute) for target in targets)


def _is(project: Project, load: ast.expr, function: FunctionDef) -> bool:
    options = alternatives(project.evaluator.evaluate(load))
    return any(isinstance(option, Function) and option.node is function for option in options)


def looked_up(project: Project, function: FunctionDef) -> bool:
    """Whether the project asks some object for the method by its name: `getattr(bot, "ask", None)`."""
    if class_of(function) is None:
        return False
    for path in project.files.mentioning(function.name):
        module = project.module(path) if b"getattr" in project.files.by_path[path].data else None
        for call in module.calls.get("getattr", ()) if module is not None and not is_no_program(module) else ():
            if len(call.args) > 1 and getattr(call.args[1], "value", None) == function.name:
                return True
    return False


def misnamed(project: Project, function: FunctionDef) -> bool:
    """Whether calls name the function and give it what it does not take: what its answer is meant for is seen there,
    and the way on which nothing is recorded would be one that no program goes."""
    home = scope_of(function).module
    for path in project.files.using(function.name, home.key):
        module = project.module(path)
        for call in module.calls.get(function.name, ()) if module is not None and not is_no_program(module) else ():
            if _is(project, call.func, function):
                return True
    return False


def offered(project: Project, function: FunctionDef) -> bool:
    """Whether a library calls the function when it is told the name: by whom, and inside of what, cannot be seen."""
    targets = (one.func if isinstance(one, ast.Call) else one for one in function.decorator_list)
    paths = {dotted(option) for target in targets for option in alternatives(project.evaluator.evaluate(target))}
    return not load_running().offering.isdisjoint(paths)


def kept_for_later(node: ast.AST) -> bool:
    """Whether the node runs in a lambda that is kept among others, or returned: who calls it is out of sight."""
    step = function_of(node)
    if not isinstance(step, ast.Lambda):
        return False
    above, among = parent(step), False
    while isinstance(above, (ast.Tuple, ast.List, ast.Dict, ast.Set, ast.IfExp, ast.BoolOp)):
        among = among or not isinstance(above, (ast.IfExp, ast.BoolOp))
        above = parent(above)
    if isinstance(above, (ast.Assign, ast.AnnAssign)):
        targets = above.targets if isinstance(above, ast.Assign) else [above.target]
        return among or not isinstance(targets[0], ast.Name)
    return isinstance(above, ast.Return)
