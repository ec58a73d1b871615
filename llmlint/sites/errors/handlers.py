"""Exception handlers around a place: which of them can catch an SDK's errors, and what they do then."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from llmlint.index.tree import FUNCTIONS, ancestors, last_name, later, nodes_in, nodes_of, parent
from llmlint.index.values import Class, Function, Sequence, Symbol, Unknown, Value, alternatives
from llmlint.patterns import regex
from llmlint.records import entity
from llmlint.rulebook.handling import load_handling
from llmlint.sites.errors import managers
from llmlint.sites.errors.library_ends import records_and_ends

if TYPE_CHECKING:
    from llmlint.index.project import Project
    from llmlint.rulebook.sdk_model import Sdk

BROAD = frozenset({"builtins.Exception", "builtins.BaseException"})
ENDED = regex(r"(?i)abort|cancel|stopped|shut_?down|interrupt|closing")
RAISING = "only-raises"  # noted on a call

Grade = Callable[[set[str]], "Cover"]


class Cover(Enum):
    """How much of what an SDK call can raise a handler catches."""

    ALL = "all"  # Exception, the SDK's base, or everything the SDK raises
    SOME = "some"  # single errors of the SDK
    NONE = "none"
    UNKNOWN = "unknown"  # a type that cannot be resolved


@entity
class Handler:
    """An `except` clause, or a context manager that ends errors, around a place. `broad` means Exception or wider.

    `runs` is what a context manager of the project runs on an error.
    """

    node: ast.ExceptHandler | ast.With | ast.AsyncWith
    cover: Cover
    broad: bool
    types: tuple[str, ...]
    runs: tuple[ast.stmt, ...] = ()

    @property
    def block(self) -> ast.AST | None:
        """The statement whose errors it meets, together with the others of that."""
        return parent(self.node) if isinstance(self.node, ast.ExceptHandler) else self.node

    @property
    def body(self) -> list[ast.stmt]:
        """What runs on an error; empty for `suppress`."""
        return self.node.body if isinstance(self.node, ast.ExceptHandler) else list(self.runs)


def around(project: Project, node: ast.AST, grade: Grade) -> Iterator[Handler]:
    """The handlers that see an error raised at `node`, innermost first, up to the enclosing function.

    `grade` tells how much of the error a set of dotted exception types covers.
    """
    below: ast.AST = node
    above = parent(node)
    while above is not None and not isinstance(below, FUNCTIONS):
        if isinstance(above, ast.Try) or type(above).__name__ == "TryStar":
            assert isinstance(above, ast.Try) or hasattr(above, "handlers")
            if any(below is statement for statement in getattr(above, "body", ())):
                for handler in above.handlers:
                    yield _clause(project, handler, grade)
        elif isinstance(above, (ast.With, ast.AsyncWith)) and not isinstance(below, ast.withitem):
            yield from _suppressing(project, above, grade)
        below, above = above, parent(above)


def _clause(project: Project, handler: ast.ExceptHandler, grade: Grade) -> Handler:
    _note_raising_calls(project, handler)
    if handler.type is None:
        return Handler(handler, Cover.ALL, True, ("everything",))
    names, unresolved = exception_names(project, handler.type)
    return Handler(handler, _cover(names, unresolved, grade), bool(names & BROAD), tuple(sorted(names)))


def _note_raising_calls(project: Project, handler: ast.ExceptHandler) -> None:
    """Mark the calls of project functions that do nothing but raise, such as `return translate(error)`.

    Those stand in the handler, or after the loop in which it tries again.
    """
    for statement in (*nodes_of(handler, (ast.Expr, ast.Return)), *_after_loop(handler)):
        call = statement.value if isinstance(statement, (ast.Expr, ast.Return)) else None
        if isinstance(call, ast.Call):
            call.__dict__[RAISING] = project.evaluator.searched(
                RAISING, call, partial(_bodies_that_raise, project, call)
            )


def _bodies_that_raise(project: Project, call: ast.Call) -> list[list[ast.stmt]]:
    """What a call runs of the project, if all of that ends in a raise."""
    called = [option for option in alternatives(project.evaluator.evaluate(call.func)) if isinstance(option, Function)]
    bodies = [option.node.body for option in called if isinstance(option.node.body, list)]
    return bodies if len(bodies) == len(called) and all(always_raises(body) for body in bodies) else []


def _after_loop(handler: ast.ExceptHandler) -> Iterator[ast.stmt]:
    """The statements that follow the loops around a handler, those within them apart."""
    below: ast.AST = handler
    looped = False
    for above in ancestors(handler):
        if looped:
            yield from later(below)
        if isinstance(above, FUNCTIONS):
            return
        looped = looped or isinstance(above, (ast.While, ast.For, ast.AsyncFor))
        below = above


def _suppressing(project: Project, node: ast.With | ast.AsyncWith, grade: Grade) -> Iterator[Handler]:
    for item in node.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and Symbol("contextlib.suppress") in alternatives(
            project.evaluator.evaluate(call.func)
        ):
            names: set[str] = set()
            unresolved = False
            for argument in call.args:
                more, missing = exception_names(project, argument)
                names, unresolved = names | more, unresolved or missing
            yield Handler(node, _cover(names, unresolved, grade), bool(names & BROAD), tuple(sorted(names)))
            continue
        ends = list(managers.ending(project, item))
        if not ends and (managers.perhaps_ending(project, item) or records_and_ends(project, call)):
            yield Handler(node, Cover.UNKNOWN, False, ())
        for end in ends:
            if isinstance(end, ast.ExceptHandler):
                caught = _clause(project, end, grade)
                raising = any(isinstance(part, ast.Raise) for part in nodes_in(end))
                cover = Cover.UNKNOWN if raising and not always_raises(end.body) else caught.cover
                yield Handler(node, cover, caught.broad, caught.types, tuple(end.body))
            else:
                yield Handler(node, Cover.ALL, True, ("everything",), tuple(end.body))


def exception_names(project: Project, node: ast.expr) -> tuple[set[str], bool]:
    """Dotted names of the exception types an expression stands for, project classes with all their bases."""
    names: set[str] = set()
    unresolved = False
    stack: list[Value] = [project.evaluator.evaluate(node)]
    while stack:
        for option in alternatives(stack.pop()):
            if isinstance(option, Symbol):
                names.add(option.path)
            elif isinstance(option, Sequence):
                stack += option.items
                unresolved = unresolved or option.open is not None
            elif isinstance(option, Class):
                names.add(f"project.{option.node.name}")
            elif isinstance(option, Unknown):
                unresolved = True
            else:
                unresolved = True
    return names, unresolved


def _cover(names: set[str], unresolved: bool, grade: Grade) -> Cover:
    if names & BROAD:
        return Cover.ALL
    cover = grade(names)
    return Cover.UNKNOWN if unresolved and cover is not Cover.ALL else cover


def sdk_grade(sdks: list[Sdk]) -> Grade:
    """How much of what calls of these SDKs can raise is covered by a set of exception types."""

    def grade(names: set[str]) -> Cover:
        grades = [_of_sdk(names, sdk) for sdk in sdks]
        return Cover.ALL if Cover.ALL in grades else Cover.SOME if Cover.SOME in grades else Cover.NONE

    return grade


def types_grade(types: set[str]) -> Grade:
    """Any of the given types covers the error."""
    return lambda names: Cover.ALL if names & types else Cover.NONE


def _of_sdk(names: set[str], sdk: Sdk) -> Cover:
    spelled = {sdk.canonical(name) for name in names}
    errors = sdk.exceptions
    full = {errors.base, *errors.covering} - {""}
    if spelled & full:
        return Cover.ALL
    children = {child for child, above in errors.parents.items() if above == errors.base}
    if len(children) > 1 and children <= spelled:
        return Cover.ALL
    roots = {root.partition(".")[0] for root in (*sdk.roots, *errors.before.values())}  # and what it lets through
    own = {name for name in spelled if name.partition(".")[0] in roots}
    lasts = {name.rpartition(".")[2] for name in own}
    if {"APIStatusError", "APIConnectionError"} <= lasts or {"ClientError", "BotoCoreError"} <= lasts:
        return Cover.ALL
    beneath = any(name.startswith(load_handling().http_errors) for name in spelled)
    if beneath and not full:
        return Cover.ALL
    return Cover.SOME if own or beneath else Cover.NONE


def raises(handler: Handler) -> bool:
    """Whether every way through the handler ends in a raise (or leaves the process)."""
    return bool(handler.body) and always_raises(handler.body)


def always_raises(body: list[ast.stmt]) -> bool:
    """Whether every way through the statements ends in a raise (or leaves the process)."""
    for statement in body:
        if isinstance(statement, ast.Raise) or _exits(statement):
            return True
        if isinstance(statement, ast.If) and statement.orelse:
            if always_raises(statement.body) and always_raises(statement.orelse):
                return True
        elif isinstance(statement, (ast.If, ast.With, ast.AsyncWith)) and always_raises(statement.body):
            if not isinstance(statement, ast.If) or _goes_on(statement.test):
                return True
        elif isinstance(statement, (ast.Return, ast.Continue, ast.Break)):
            return False
    return False


def _goes_on(test: ast.expr) -> bool:
    """Whether a test only asks that nobody has ended the run: `if not self.aborted: raise`."""
    asked = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else None
    if isinstance(asked, ast.Call) and not asked.args and last_name(asked.func) == "is_set":
        asked = asked.func.value if isinstance(asked.func, ast.Attribute) else None
    return isinstance(asked, (ast.Name, ast.Attribute)) and bool(ENDED.search(last_name(asked)))


def _exits(statement: ast.stmt) -> bool:
    """Whether a statement calls what only raises."""
    if not isinstance(statement, (ast.Expr, ast.Return)) or not isinstance(statement.value, ast.Call):
        return False
    if statement.value.__dict__.get(RAISING):
        return True
    return isinstance(statement, ast.Expr) and last_name(statement.value.func) in load_handling().raises


def answered(types: set[str]) -> bool:
    """Whether one of these exceptions is an answer: its framework turns it into a response or a message by itself."""
    handling = load_handling()
    return any(name in handling.answers or name.startswith(handling.answer_packages) for name in types)


def raised_in(project: Project, nodes: Iterable[ast.AST]) -> set[str]:
    """The exception classes, the project's own with their bases, that are raised in these places."""
    types: set[str] = set()
    for node in (part for place in nodes for part in ast.walk(place)):
        if isinstance(node, ast.Raise) and node.exc is not None:
            target = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            for option in alternatives(project.evaluator.evaluate(target)):
                if isinstance(option, Class):
                    for base in project.mro(option):
                        types.add(f"project.{base.node.name}" if isinstance(base, Class) else base.path)
                elif isinstance(option, Symbol):
                    types.add(option.path)
    return types
