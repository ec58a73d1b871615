"""Outward from a place: the callers of what stands around it, as far as they can be seen, and who may call unseen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from llmlint.index import classes
from llmlint.index.callers import Caller
from llmlint.index.calls import parameter_of
from llmlint.index.testcode import is_no_program
from llmlint.index.tree import (
    FUNCTIONS,
    ancestors,
    class_of,
    function_of,
    named_function_of,
    nodes_in,
    parameters,
    parent,
    scope_of,
)
from llmlint.index.values import Class, Function, Symbol, Unknown, alternatives
from llmlint.rulebook.sdk import load_sdk, sdk_for_root
from llmlint.sites.flow.receivers import on_its_object

if TYPE_CHECKING:
    from llmlint.index.project import Project

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef

RUN_BY_CALLING = frozenset({"forward", "aforward"})
DISPLAYS = (ast.Dict, ast.List, ast.Tuple, ast.Set)
MAX_DEPTH = 12
MAX_BLIND = 12  # calls of which it cannot be told what they run, followed outward


def deciding(callers: list[Caller]) -> list[Caller]:
    """The callers that tell how a function fares; a notebook, or a trial under `__main__`, does for want of others."""
    programs = [caller for caller in callers if caller.module.source.cells is None and not is_trial(caller.call)]
    return programs or [caller for caller in callers if caller.module.source.cells is None] or callers


def is_trial(node: ast.AST) -> bool:
    """Whether the node stands directly under `if __name__ == "__main__"`."""
    if named_function_of(node) is not None:
        return False
    guards = (above.test for above in ancestors(node) if isinstance(above, ast.If))
    return any(isinstance(node, ast.Name) and node.id == "__name__" for test in guards for node in nodes_in(test))


def dispatched(project: Project, function: FunctionDef) -> bool:
    """Whether the function implements a method of a base class that something unresolved may call.

    Who calls it then cannot be told by the absence of callers. So it is with what a library runs when an object of its
    class is called: `forward` of its modules.
    """
    return run_by_calling(project, function) or (_implements(project, function) and perhaps_called(project, function))


def run_by_calling(project: Project, function: FunctionDef) -> bool:
    """Whether a library runs the method when an object of its class is called: `forward` of its modules."""
    owner = class_of(function)
    if owner is None or function.name not in RUN_BY_CALLING:
        return False
    return any(isinstance(entry, Symbol) for entry in project.mro(Class(scope_of(function).module, owner)))


def _implements(project: Project, function: FunctionDef) -> bool:
    """Whether a base class in the project has the method, too."""
    owner = class_of(function)
    if owner is None:
        return False
    order = project.mro(Class(scope_of(function).module, owner))
    return classes.find([entry for entry in order[1:] if isinstance(entry, Class)], function.name) is not None


def of_family(project: Project, function: FunctionDef) -> bool:
    """Whether the function is a method that objects of several classes of the project have, each in its way."""
    return _implements(project, function) or _inherited(project, function)


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
    return any(isinstance(entry, Symbol) and not _plain(entry.path) for entry in order)


def _plain(base: str) -> bool:
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


def own_decorators(project: Project, function: FunctionDef) -> Iterator[Function]:
    """The decorators of a function that are functions of the project."""
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        for option in alternatives(project.evaluator.evaluate(target)):
            if isinstance(option, Function):
                yield option


def run_by_decorators(project: Project, function: FunctionDef) -> Iterator[tuple[ast.expr, Function, ast.Call]]:
    """The project's decorators of a function, and where they call it: `return function(*args, **kwargs)`."""
    for decorator in function.decorator_list:
        called = isinstance(decorator, ast.Call)
        for option in alternatives(
            project.evaluator.evaluate(decorator.func if isinstance(decorator, ast.Call) else decorator)
        ):
            if isinstance(option, Function):
                yield from ((decorator, option, call) for call in _calls_of_taken(option.node, called))


def _calls_of_taken(decorator: ast.AST, called: bool) -> Iterator[ast.Call]:
    """The calls of the function that a decorator takes, or that a function within one takes that is `called` first."""
    inside = [one for one in nodes_in(decorator) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
    takers = [one for one in inside[1:] if named_function_of(one) is decorator] if called else inside[:1]
    for taker in takers:
        name = next((arg.arg for arg in parameters(taker) if arg.arg not in ("self", "cls")), "")
        for node in nodes_in(taker):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield node


def in_table(project: Project, function: FunctionDef) -> bool:
    """Whether the function is kept in a mapping or a list, for callers out of sight: `commands = {"ask": self.ask}`.

    A decorator of the project may put it there, too: `TOOLS[function.__name__] = function`.
    """
    home = scope_of(function).module
    for path in project.files.mentioning(function.name):
        module = project.module(path)
        if module is None or (is_no_program(module) and module is not home):
            continue
        for load in (*module.attribute_loads.get(function.name, ()), *module.name_loads(function.name)):
            if isinstance(parent(load), DISPLAYS) and (module is home or _is(project, load, function)):
                return True
    return any(_puts_into_table(decorator.node) for decorator in own_decorators(project, function))


def _is(project: Project, load: ast.expr, function: FunctionDef) -> bool:
    options = alternatives(project.evaluator.evaluate(load))
    return any(isinstance(option, Function) and option.node is function for option in options)


def _puts_into_table(decorator: ast.AST) -> bool:
    given = _given(decorator)
    for node in ast.walk(decorator):
        value = node.value if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript) else None
        if isinstance(value, ast.Name) and value.id in given:
            return True
    return False


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


def hands_out(project: Project, function: FunctionDef) -> bool:
    """Whether a decorator of the project keeps the function for callers out of sight.

    It gives the function back as it is, or something that runs it by other means than a call of what it was given.
    """
    return any(
        _gives_back(decorator.node) or not _calls_given(decorator.node)
        for decorator in own_decorators(project, function)
    )


def _calls_given(decorator: ast.AST) -> bool:
    """Whether a decorator, at any depth, calls or hands on something that it was given."""
    given = _given(decorator)
    for node in ast.walk(decorator):
        if isinstance(node, ast.Call):
            run = [node.func, *node.args, *(keyword.value for keyword in node.keywords)]
            if any(isinstance(part, ast.Name) and part.id in given for part in run):
                return True
    return False


def runs(project: Project, function: FunctionDef) -> Iterator[tuple[str, ast.Call]]:
    """The calls by which decorators of the project run the function, each with the decorator's name."""
    for decorator in own_decorators(project, function):
        given = _given(decorator.node)
        for node in ast.walk(decorator.node):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in given:
                yield getattr(decorator.node, "name", ""), node


def _given(decorator: ast.AST) -> set[str]:
    """The parameters of a decorator and of the functions within it."""
    makers = [maker for maker in ast.walk(decorator) if isinstance(maker, FUNCTIONS)]
    return {argument.arg for maker in makers for argument in parameters(maker)} - {"self", "cls"}


def _gives_back(decorator: ast.AST) -> bool:
    for maker in ast.walk(decorator):
        if isinstance(maker, (ast.FunctionDef, ast.AsyncFunctionDef)):
            given = {argument.arg for argument in parameters(maker)} - {"self", "cls"}
            returned = (node.value for node in nodes_in(maker) if isinstance(node, ast.Return))
            if any(isinstance(value, ast.Name) and value.id in given for value in returned):
                return True
    return False


def ways_out(project: Project, node: ast.AST, limit: int = 40) -> Iterator[tuple[ast.AST, tuple[Caller, ...]]]:
    """The place and the calls that lead to it, nearest first, each with the callers passed on the way."""
    seen: set[int] = set()
    queue: list[tuple[ast.AST, tuple[Caller, ...]]] = [(node, ())]
    while queue and len(seen) < limit:
        place, path = queue.pop(0)
        if id(place) in seen:
            continue
        seen.add(id(place))
        yield place, path
        function = named_function_of(place)
        if function is not None and len(path) < MAX_DEPTH:
            for caller in project.callers(function):
                if on_its_object(project, named_function_of(node), path, caller):
                    queue.append((caller.call, (*path, caller)))


def given_for(project: Project, function: FunctionDef, name: str) -> Iterator[tuple[Caller, ast.expr]]:
    """The known callers of a function, and what each gives for a parameter."""
    for caller in project.callers(function):
        for callee in alternatives(project.evaluator.evaluate(caller.call.func)) if caller.reference is None else ():
            if isinstance(callee, Function) and callee.node is function:
                for argument in [*caller.call.args, *(keyword.value for keyword in caller.call.keywords)]:
                    if parameter_of(callee, caller.call, argument) == name:
                        yield caller, argument


def function_name(node: ast.AST) -> str:
    """The dotted name of the function around a node within its module; empty at module level."""
    parts: list[str] = []
    scope = scope_of(node)
    step = scope if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else node.__dict__["inner"]
    while step is not None:
        if isinstance(step.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            parts.append(step.node.name)
        step = step.parent
    return ".".join(reversed(parts))
