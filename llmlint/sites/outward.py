"""Outward from a place: through the handlers around it and around every caller, to where an error would end."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from llmlint.index import classes
from llmlint.index.handed_to import run_at
from llmlint.index.tree import FUNCTIONS, ancestors, class_of, named_function_of, nodes_in, parameters, parent, scope_of
from llmlint.index.values import Class, Function, Symbol, Unknown, alternatives
from llmlint.records import entity
from llmlint.rulebook.sdk import load_sdk, sdk_for_root
from llmlint.sites import graphs, recursion, surfacing
from llmlint.sites.giving_up import passed_types, passes_on, surely_passed_types
from llmlint.sites.handlers import Cover, Handler, answered, around
from llmlint.sites.registered import answering
from llmlint.sites.telling import tells

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.index.project import Project

Grade = Callable[[set[str]], Cover]
FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef

RUN_BY_CALLING = frozenset({"forward", "aforward"})
MAX_DEPTH = 12
MAX_CALLERS = 60


@entity
class Escape:
    """A way on which an error reaches the outside: the callers passed, innermost first, and handlers too narrow."""

    callers: tuple[Caller, ...]
    function: FunctionDef | None
    narrow: tuple[Handler, ...] = ()


@entity
class Raised:
    """The types into which handlers have turned an error, and those of them that it has whatever a handler asks."""

    types: frozenset[str] = frozenset()
    surely: frozenset[str] = frozenset()


UNTURNED = Raised()


def escape(
    project: Project,
    node: ast.AST,
    grade: Grade,
    ends: Callable[[FunctionDef, Grade], bool],
    callers: tuple[Caller, ...] = (),
    narrow: tuple[Handler, ...] = (),
    entered: tuple[ast.Call | ast.Attribute, ...] = (),
    passes: Callable[[tuple[Caller, ...]], bool] | None = None,
    enough: Callable[[Handler], bool] | None = None,
    reference: ast.expr | None = None,
    raised: Raised = UNTURNED,
) -> Escape | None:
    """A way out for an error raised at `node`, None where it is handled on every known way (or that is unclear).

    `grade` tells how much of the error a set of exception types covers; `ends` whether a function takes care of the
    error by other means (a decorator with a fallback), given the grade, which knows what the error has been turned
    into. `entered` are the calls that lead to the place, the last one its function's: where they are callers, no others
    count. `passes` tells whether control can come through callers. `enough` tells which handlers count though the
    error comes out of them again. Where `node` only hands on what raises, `reference` is what it hands on. `raised`
    is what handlers have turned the error into.
    """
    left: ast.AST | None = None  # a `try` that the error has left by one of its clauses

    def now(names: set[str]) -> Cover:
        return _also(grade, raised.types)(names)

    for handler in _around_both(project, node, reference, now):
        if left is not None and parent(handler.node) is left:
            continue
        if handler.cover is Cover.UNKNOWN:
            return None
        beside = tuple(one for one in narrow if parent(one.node) is parent(handler.node))
        together = handler.cover is Cover.SOME and bool(beside) and _complete(now, (*beside, handler))
        if handler.cover is Cover.ALL or together:
            passing = [
                one
                for one in ((*beside, handler) if together else (handler,))
                if passes_on(one) and not (enough is not None and enough(one)) and not tells(project, one.node)
            ]
            if not passing:
                return None
            if not together and _only_perhaps(handler, grade, raised):
                continue
            ways = [passed_types(project, one) for one in passing]
            if all(answered(types) or answering(project, types) for types in ways):
                return None
            surely = raised.surely.union(*(surely_passed_types(project, one) for one in passing))
            raised = Raised(raised.types.union(*ways), surely)
            left = parent(handler.node)
            narrow = tuple(one for one in narrow if one not in beside) if together else narrow
        elif handler.cover is Cover.SOME:
            narrow = (*narrow, handler)
    function = named_function_of(node)
    if function is None:
        return Escape(callers, None, narrow)
    if ends(function, now) or _decorated_with_handler(project, function):
        return None
    if entered and isinstance(entered[-1], ast.Attribute):  # a property that was read there
        return escape(project, entered[-1], grade, ends, callers, narrow, entered[:-1], passes, enough, raised=raised)
    every = project.callers(function)
    own = [caller for caller in every if named_function_of(caller.call) is function]
    known = deciding([caller for caller in every if caller not in own])
    if entered:
        known = [caller for caller in known if caller.call is entered[-1]] or known
    if not known and _returned(function):
        known = graphs.added(project, function)
    if len(callers) >= MAX_DEPTH or len(known) > MAX_CALLERS:
        return None
    if not known:
        hidden = (
            any(not recursion.is_itself(caller.call.func, function) for caller in own)  # of another object, perhaps
            or _returned(function)
            or _called_as_object(project, function, raised.types)
            or (not callers and (dispatched(project, function) or hooked(project, function)))
        )
        return None if hidden else Escape(callers, function, narrow)
    seen = {id(caller.call) for caller in callers}
    for caller in known:
        if id(caller.call) in seen:
            continue
        way = (*callers, caller)
        if passes is not None and not passes(way):
            continue
        for place in surfacing.places(project, function, caller):
            handed = caller.reference if place is caller.call else None
            found = escape(project, place, grade, ends, way, narrow, entered[:-1], passes, enough, handed, raised)
            if found is not None:
                return found
    return None


def _returned(function: FunctionDef) -> bool:
    """Whether the function is one that another function makes and returns: who calls it cannot be seen."""
    maker = named_function_of(function)
    if maker is None:
        return False
    returned = (node.value for node in nodes_in(maker) if isinstance(node, ast.Return))
    return any(isinstance(value, ast.Name) and value.id == function.name for value in returned)


def _called_as_object(project: Project, function: FunctionDef, raised: frozenset[str]) -> bool:
    """Whether a function runs where an object is called, and what it raises is caught somewhere in the project."""
    if function.name != "__call__":
        return False
    for name in (entry.removeprefix("project.") for entry in raised if entry.startswith("project.")):
        clause = re.compile(rb"\bexcept\b[^:\n]*\b" + re.escape(name.encode()) + rb"\b")
        if any(clause.search(project.files.by_path[path].data) for path in project.files.mentioning(name)):
            return True
    return False


def deciding(callers: list[Caller]) -> list[Caller]:
    """The callers that tell how a function fares; a notebook, or a trial under `__main__`, does for want of others."""
    programs = [caller for caller in callers if caller.module.source.cells is None and not _trial(caller)]
    return programs or [caller for caller in callers if caller.module.source.cells is None] or callers


def _trial(caller: Caller) -> bool:
    """Whether the call stands directly under `if __name__ == "__main__"`."""
    if named_function_of(caller.call) is not None:
        return False
    guards = (above.test for above in ancestors(caller.call) if isinstance(above, ast.If))
    return any(isinstance(node, ast.Name) and node.id == "__name__" for test in guards for node in nodes_in(test))


def dispatched(project: Project, function: FunctionDef) -> bool:
    """Whether the function implements a method of a base class that something unresolved may call.

    Who calls it then cannot be told by the absence of callers. So it is with what a library runs when an object of its
    class is called: `forward` of its modules.
    """
    owner = class_of(function)
    if owner is None:
        return False
    order = project.mro(Class(scope_of(function).module, owner))
    if function.name in RUN_BY_CALLING and any(isinstance(entry, Symbol) for entry in order):
        return True
    if classes.find([entry for entry in order[1:] if isinstance(entry, Class)], function.name) is None:
        return False
    return project.evaluator.searched("called-blindly", function, lambda: _called_blindly(project, function.name)) != []


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


def _called_blindly(project: Project, name: str) -> list[str]:
    """The first file with a call of a method of this name on something that cannot be resolved."""
    for path in sorted(project.handed_and_spelling(name)):
        module = project.module(path)
        for call in module.calls.get(name, ()) if module is not None else ():
            options = alternatives(project.evaluator.evaluate(call.func))
            if isinstance(call.func, ast.Attribute) and any(isinstance(option, Unknown) for option in options):
                return [path]
    return []


def _around_both(project: Project, node: ast.AST, reference: ast.expr | None, grade: Grade) -> Iterator[Handler]:
    """The handlers around a place, after those around where a function of the project calls what the place hands it."""
    inner = run_at(project, node, reference) if reference is not None and isinstance(node, ast.Call) else None
    if inner is not None:
        yield from around(project, inner, grade)
    yield from around(project, node, grade)


def _complete(grade: Grade, handlers: tuple[Handler, ...]) -> bool:
    """Whether handlers of one `try` catch between them all that the call can raise."""
    return grade({name for handler in handlers for name in handler.types}) is Cover.ALL


def _only_perhaps(handler: Handler, grade: Grade, raised: Raised) -> bool:
    """Whether a handler catches nothing but what the error was turned into under a condition."""
    return not handler.broad and _also(grade, raised.surely)(set(handler.types)) is not Cover.ALL


def _also(grade: Grade, types: frozenset[str]) -> Grade:
    """After a translation, handlers of the new types count as well as those of the old."""
    return lambda names: Cover.ALL if names & types else grade(names)


def _decorated_with_handler(project: Project, function: FunctionDef) -> bool:
    """Whether a decorator of the project runs the function inside a `try` that does not raise again."""
    return any(_has_quiet_handler(decorator.node) for decorator in _own_decorators(project, function))


def _own_decorators(project: Project, function: FunctionDef) -> Iterator[Function]:
    """The decorators of a function that are functions of the project."""
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        for option in alternatives(project.evaluator.evaluate(target)):
            if isinstance(option, Function):
                yield option


def hands_out(project: Project, function: FunctionDef) -> bool:
    """Whether a decorator of the project gives the function back as it is: it keeps it for callers out of sight."""
    return any(_gives_back(decorator.node) for decorator in _own_decorators(project, function))


def _gives_back(decorator: ast.AST) -> bool:
    for maker in ast.walk(decorator):
        if isinstance(maker, (ast.FunctionDef, ast.AsyncFunctionDef)):
            given = {argument.arg for argument in parameters(maker)} - {"self", "cls"}
            returned = (node.value for node in nodes_in(maker) if isinstance(node, ast.Return))
            if any(isinstance(value, ast.Name) and value.id in given for value in returned):
                return True
    return False


def _has_quiet_handler(function: ast.AST) -> bool:
    """Whether a decorator calls what it is given in a `try` with a handler that does not raise."""
    given = {a.arg for f in ast.walk(function) if isinstance(f, FUNCTIONS) for a in parameters(f)}
    for node in ast.walk(function):
        if isinstance(node, ast.Try) and any(not _raises_somewhere(handler) for handler in node.handlers):
            calls = (part for statement in node.body for part in ast.walk(statement) if isinstance(part, ast.Call))
            if any(isinstance(call.func, ast.Name) and call.func.id in given for call in calls):
                return True
    return False


def _raises_somewhere(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for node in ast.walk(handler))


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
            queue += [(caller.call, (*path, caller)) for caller in project.callers(function)]


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
