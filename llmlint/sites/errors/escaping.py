"""Escaping: the way of an error through the handlers around a place and around every caller, to where it would end."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from llmlint.index.properties import reads
from llmlint.index.tree import FUNCTIONS, named_function_of, nodes_in, parameters
from llmlint.records import entity
from llmlint.rulebook.handling import load_handling
from llmlint.sites.errors import graphs, recursion, surfacing
from llmlint.sites.errors.around_run import around_run
from llmlint.sites.errors.caught_tools import is_caught_tool, makes_caught_tool
from llmlint.sites.errors.giving_up import passed_types, passed_ways, passes_on, sorts_out
from llmlint.sites.errors.handlers import BROAD, Cover, Grade, Handler, answered, exception_names
from llmlint.sites.errors.lambdas import raised_at
from llmlint.sites.errors.library_ends import told
from llmlint.sites.errors.registered import answering
from llmlint.sites.errors.telling import tells
from llmlint.sites.flow.receivers import on_its_object
from llmlint.sites.kept_functions import only_kept
from llmlint.sites.out_of_sight import (
    MAX_BLIND,
    blind_callers,
    hooked,
    in_table,
    kept_for_later,
    looked_up,
    of_family,
    offered,
    perhaps_called,
    run_by_calling,
)
from llmlint.sites.outward import MAX_DEPTH, FunctionDef, deciding
from llmlint.sites.own_decorators import own_decorators, run_by_decorators
from llmlint.sites.run_later import run_later

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.index.project import Project

MAX_CALLERS = 60
ITERATING = frozenset({"__iter__", "__aiter__", "__next__", "__anext__"})


@entity
class Error:
    """An error whose way out is asked for, and what ends it.

    `grade` tells how much of it a set of exception types covers; `ends` whether a function takes care of it by other
    means (a decorator with a fallback), given the grade, which knows what the error has been turned into. `passes`
    tells whether control can come through callers, `offered` that others may come where no program in sight
    can. `enough` tells which handlers count though the error comes out of them again. `given_up` tells
    what a retry on a function, or around a place, makes of the error, `again` whether something around
    a place, or what takes a reference there, runs it once more and that is enough.
    """

    grade: Grade
    ends: Callable[[FunctionDef, Grade], bool]
    passes: Callable[[tuple[Caller, ...]], bool] | None = None
    enough: Callable[[Handler], bool] | None = None
    offered: bool = False
    given_up: Callable[[ast.AST, ast.expr | None, Grade], Raised] | None = None
    again: Callable[[ast.AST, ast.expr | None, Grade], bool] | None = None


@entity
class Escape:
    """A way on which an error reaches the outside: the callers passed, innermost first, and handlers too narrow.

    `raised` are the types that it comes out as, where handlers on the way have turned it into others.
    """

    callers: tuple[Caller, ...]
    function: FunctionDef | None
    narrow: tuple[Handler, ...] = ()
    raised: frozenset[str] = frozenset()


@entity
class Raised:
    """The types into which handlers have turned an error, and those of them that it has on the way at hand.

    Some of what can be raised, and no more, has come to be one of those in `partly`.
    """

    types: frozenset[str] = frozenset()
    surely: frozenset[str] = frozenset()
    partly: frozenset[str] = frozenset()

    def joined(self, other: Raised) -> Raised:
        """The types of both."""
        return Raised(self.types | other.types, self.surely | other.surely, self.partly | other.partly)


UNTURNED = Raised()


@entity
class _Place:
    """Where the error has come to: the callers and narrow handlers passed, and the calls by which it was entered.

    Where `node` only hands on what raises, `reference` is what it hands on. `start` is where the way begins. `read` are
    the properties passed, which are read and not called.
    """

    node: ast.AST
    entered: tuple[ast.expr, ...]
    reference: ast.expr | None
    start: ast.AST
    callers: tuple[Caller, ...] = ()
    narrow: tuple[Handler, ...] = ()
    raised: Raised = UNTURNED
    read: tuple[int, ...] = ()


def escape(
    project: Project,
    node: ast.AST,
    error: Error,
    entered: tuple[ast.expr, ...] = (),
    reference: ast.expr | None = None,
) -> Escape | None:
    """A way out for an error raised at `node`, None where it is handled on every known way (or that is unclear).

    `entered` are the calls that lead to the place, the last one its function's: where they are callers, no others
    count. Where `node` only hands on what raises, `reference` is what it hands on.
    """
    return _out(project, error, _Place(node, entered, reference, node))


def _out(project: Project, error: Error, at: _Place) -> Escape | None:
    if kept_for_later(at.node):
        return None
    if error.again is not None and error.again(at.node, at.reference, _also(error.grade, at.raised)):
        return None
    for past in _past_handlers(project, error, at):
        found = _further(project, error, past)
        if found is not None:
            return found
    return None


def _further(project: Project, error: Error, past: _Place) -> Escape | None:
    """A way out for an error that no handler in the function of the place has ended."""
    at = past
    function = named_function_of(at.node)
    outside = raised_at(project, at.node)
    if outside is not None:
        ways = (_out(project, error, replace(past, node=place, reference=None)) for place in outside)
        return next((way for way in ways if way is not None), None)
    if function is None:
        return Escape(past.callers, None, past.narrow)
    grade = _also(error.grade, past.raised)
    if error.ends(function, grade) or _decorated_with_handler(project, function) or _ended(project, function, grade):
        return None
    if is_caught_tool(project, function):
        return None
    turned = _by_decorators(project, error, function, past)
    if turned is None:
        return None
    past = replace(past, raised=_given_up(error, function, None, turned))
    entered = past.entered
    if entered and (not isinstance(entered[-1], ast.Call) or function.name in ITERATING):  # it was not called by name
        return _out(project, error, replace(past, node=entered[-1], entered=entered[:-1], reference=None))
    every = project.callers(function)
    own = [caller for caller in every if named_function_of(caller.call) is function]
    known = deciding([caller for caller in every if caller not in own])
    start = named_function_of(past.start)
    known = [caller for caller in known if on_its_object(project, start, past.callers, caller)]
    if entered:
        known = [caller for caller in known if caller.call is entered[-1]] or known
    if not known and _returned(function):
        known = graphs.added(project, function)
    if len(past.callers) >= MAX_DEPTH or len(known) > MAX_CALLERS:
        return None
    read = reads(project, function) if not known and id(function) not in past.read else []
    if read:
        passed = (*past.read, id(function))
        outs = (_out(project, error, replace(past, node=place, reference=None, read=passed)) for place in read)
        return next((out for out in outs if out is not None), None)
    if not known:
        if _hidden(project, function, own, past):
            return None
        if of_family(project, function) and perhaps_called(project, function):
            return _out_of_all(project, error, past, blind_callers(project, function))
        return Escape(past.callers, function, past.narrow, past.raised.surely)
    # What keeps a function may be what runs it, too: `Screen(assistant.answer)` builds the button that does.
    seen = {id(one.call) for one in past.callers if one.reference is None or not only_kept(project, one)}
    passing = [one for one in known if error.passes is None or error.passes((*past.callers, one))]
    if error.offered and not passing and any(one.module.source.cells is None for one in known):
        heard = _handled_by_some(project, error, past, known)
        return None if heard else Escape(past.callers, function, past.narrow, past.raised.surely)
    for caller in passing:
        way = (*past.callers, caller)
        if id(caller.call) in seen:
            continue
        if caller.reference is not None and makes_caught_tool(project, caller.call):
            continue
        if only_kept(project, caller):
            found = _out_of_all(project, error, replace(past, callers=way), run_later(project, caller))
            if found is not None:
                return found
            continue
        if surfacing.apart(project, function, caller):
            return Escape(way, function, past.narrow)
        for place in surfacing.places(project, function, caller):
            handed = caller.reference if place is caller.call else None
            up = replace(past, node=place, entered=entered[:-1], reference=handed, callers=way)
            found = _out(project, error, up)
            if found is not None:
                return found
    return None


def _handled_by_some(project: Project, error: Error, past: _Place, callers: list[Caller]) -> bool:
    """Whether one of the callers that may come after all, as its `**mapping` is not known, handles the error."""
    for caller in callers:
        way = (*past.callers, caller)
        at = replace(past, node=caller.call, entered=(), reference=caller.reference, callers=way)
        if any(keyword.arg is None for keyword in caller.call.keywords) and not _past_handlers(project, error, at):
            return True
    return False


def _out_of_all(project: Project, error: Error, at: _Place, callers: list[Caller]) -> Escape | None:
    """A way out where it cannot be told which of the callers is the one: all must let the error out."""
    seen = {id(caller.call) for caller in at.callers}
    found: Escape | None = None
    for caller in callers if len(callers) <= MAX_BLIND else ():
        way = (*at.callers, caller)
        if id(caller.call) in seen:
            continue
        if error.passes is not None and not error.passes(way):
            return None
        out = _out(project, error, replace(at, node=caller.call, entered=(), reference=None, callers=way))
        if out is None:
            return None
        found = found or out
    return found


def _past_handlers(project: Project, error: Error, at: _Place, left: ast.AST | None = None) -> list[_Place]:
    """The same place with what the handlers around it make of the error, once for each kind of error that comes out.

    Empty where one ends it, or may. The error has `left` a `try` by one of its clauses, where it is given.
    """
    narrow, raised = at.narrow, at.raised if left is not None else _given_up(error, at.node, at.reference, at.raised)
    inside = left is not None

    def now(names: set[str]) -> Cover:
        return _also(error.grade, raised)(names)

    for _, handler in around_run(project, at.node, at.reference, now):
        if left is not None and handler.block is left:
            inside = False
            continue
        if inside:
            continue
        if handler.cover is Cover.UNKNOWN:
            return []
        beside = tuple(one for one in narrow if one.block is handler.block)
        together = handler.cover is Cover.SOME and bool(beside) and _complete(now, (*beside, handler))
        if handler.cover is Cover.ALL or together:
            catching = (*beside, handler) if together else (handler,)
            passing = [one for one in catching if _lets_through(project, error, one)]
            if not passing:
                return []
            if not together and _only_perhaps(handler, error.grade, raised):
                continue
            turned = _turned(project, passing, raised)
            if not turned:
                return []
            left = handler.block
            narrow = ()  # all of it was caught, and raised again
            if len(turned) != 1:
                outs = [_past_handlers(project, error, replace(at, narrow=(), raised=one), left) for one in turned]
                return [place for out in outs for place in out]
            raised = turned[0]
        elif handler.cover is Cover.SOME:
            narrow = (*narrow, handler)
    return [replace(at, narrow=narrow, raised=raised)]


def _given_up(error: Error, node: ast.AST, reference: ast.expr | None, raised: Raised) -> Raised:
    """What an error has been turned into with what a retry at the place raises when it gives up."""
    if error.given_up is None:
        return raised
    return raised.joined(error.given_up(node, reference, _also(error.grade, raised)))


def _by_decorators(project: Project, error: Error, function: FunctionDef, past: _Place) -> Raised | None:
    """What the project's decorators of a function turn the error into; None where a handler there ends it."""
    raised = past.raised
    for _, _, run in run_by_decorators(project, function):
        outs = _past_handlers(project, error, replace(past, node=run, reference=None, narrow=(), raised=raised))
        if not outs:
            return None
        for out in outs:
            raised = raised.joined(out.raised)
    return raised


def _turned(project: Project, passing: list[Handler], raised: Raised) -> list[Raised]:
    """What handlers make of an error, once for each kind of error that is sure to come out; none where it is answered.

    Where a test decides between several, all are one: none of them is sure.
    """
    found: list[tuple[frozenset[str], frozenset[str]]] = []
    for handler in passing:
        every = frozenset(passed_types(project, handler))
        if answered(set(every)) or answering(project, set(every)):
            continue
        ways = passed_ways(project, handler)
        found += [(every, way or raised.surely) for way in ways] or [(every, raised.surely)]
    return [Raised(raised.types | types, surely, raised.partly) for types, surely in dict.fromkeys(found)]


def _lets_through(project: Project, error: Error, handler: Handler) -> bool:
    """Whether the error, or another in its place, comes out of a handler, and that nobody is told there."""
    if not (passes_on(handler) or sorts_out(handler)) or (error.enough is not None and error.enough(handler)):
        return False
    return not tells(project, handler.node)


def _hidden(project: Project, function: FunctionDef, own: list[Caller], at: _Place) -> bool:
    """Whether a function without known callers may have some out of sight; `own` are calls of it in itself."""
    return (
        any(not recursion.is_itself(caller.call.func, function) for caller in own)  # of another object, perhaps
        or _returned(function)
        or _called_as_object(project, function, at.raised.types)
        or (not at.callers and hooked(project, function))
        or run_by_calling(project, function)
        or offered(project, function)
        or in_table(project, function)
        or looked_up(project, function)
    )


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


def _complete(grade: Grade, handlers: tuple[Handler, ...]) -> bool:
    """Whether handlers of one `try` catch between them all that the call can raise."""
    return grade({name for handler in handlers for name in handler.types}) is Cover.ALL


def _only_perhaps(handler: Handler, grade: Grade, raised: Raised) -> bool:
    """Whether a handler catches nothing but what the error was turned into under a condition."""
    return not handler.broad and _also(grade, Raised(raised.surely))(set(handler.types)) is not Cover.ALL


def _also(grade: Grade, raised: Raised) -> Grade:
    """After a translation, handlers of the new types count as well as those of the old."""

    def also(names: set[str]) -> Cover:
        if names & raised.types:
            return Cover.ALL
        cover = grade(names)
        return Cover.SOME if cover is Cover.NONE and names & raised.partly else cover

    return also


def _decorated_with_handler(project: Project, function: FunctionDef) -> bool:
    """Whether a decorator of the project runs the function inside a `try` that does not raise again."""
    return any(_has_quiet_handler(decorator.node) for decorator in own_decorators(project, function))


def _ended(project: Project, function: FunctionDef, grade: Grade) -> bool:
    """Whether a library's decorator has the function return something in place of the error."""
    for decorator in function.decorator_list:
        types = told(project, decorator, load_handling().ends)
        if types == []:
            return True
        names = [exception_names(project, one) for one in types or ()]
        if any(unresolved or found & BROAD or grade(found) is Cover.ALL for found, unresolved in names):
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
