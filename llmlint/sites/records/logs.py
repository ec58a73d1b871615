"""Logging: whether something of a call reaches a logger near it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index.tree import FUNCTIONS, class_of, last_name, nodes_in, nodes_of, parent, scope_of
from llmlint.index.values import Class, Result, alternatives, dotted
from llmlint.patterns import regex
from llmlint.records import entity
from llmlint.sites.records.displayed import is_builtin_display

if TYPE_CHECKING:
    from llmlint.index.project import Project

LEVELS = frozenset(
    {"debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log", "success", "trace", "msg"}
)
LOGGER_NAME = regex(r"(?i)^_*(?:\w*_)?(log|logger|logging|audit_log|auditlog)$")
LOGGER_PATHS = ("logging.", "loguru.", "structlog.", "absl.logging", "flask.current_app.logger", "celery.utils.log")
NO_LOGGER = ("math", "numpy", "np", "torch", "cmath", "jnp", "tf")
LOG_ENTRY = regex(r"(?i)^_*log_?(item|entry|record|event|line|ctx|context)$")
FAILING = frozenset({"error", "exception", "warning", "warn", "critical"})
LABEL = regex(r"(^|_)(id|uuid|pk|key)$")
RECORDING = frozenset(
    {
        "set_attribute",
        "set_attributes",
        "add_event",
        "record_exception",
        "capture_exception",
        "capture_message",
        "log_generation",
    }
)
CARRYING = frozenset({"bind", "contextualize"})  # what the logger's later lines carry
Assignment = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr
Loop = ast.For | ast.AsyncFor | ast.comprehension
PRINTS = frozenset(
    {
        "builtins.print",
        "rich.print",
        "click.echo",
        "typer.echo",
        "IPython.display.display",
        "pprint.pprint",
        "rich.pretty.pprint",
    }
)
CONSOLES = ("rich.console.Console().print", "rich.console.Console().log", "sys.stdout.write", "sys.stderr.write")


def written(call: ast.Call) -> list[ast.expr]:
    """The arguments of a log call that get into its line: none behind a text without a place for them."""
    first = call.args[0] if call.args else None
    constant = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
    fixed = constant is not None and "%" not in constant and "{" not in constant
    return [*call.args[: 1 if fixed else None], *(keyword.value for keyword in call.keywords)]


def is_log_call(project: Project, call: ast.Call) -> bool:
    """Whether a call writes to a log, judged by the receiver's type, else by its name."""
    func = call.func
    if isinstance(func, ast.Name):
        return any(
            dotted(o).startswith(LOGGER_PATHS) for o in alternatives(project.evaluator.evaluate(func)) if dotted(o)
        )
    if not isinstance(func, ast.Attribute):
        return False
    if func.attr in RECORDING:
        return True
    receiver = func.value
    name = last_name(receiver)
    if LOG_ENTRY.match(name):
        return True
    if func.attr not in LEVELS and func.attr not in CARRYING:
        return False
    if isinstance(receiver, ast.Call):
        inner = receiver.func
        name = last_name(inner)
        if name in ("bind", "opt", "getLogger", "get_logger"):
            return True
    if LOGGER_NAME.match(name) and name not in NO_LOGGER:
        return True
    options = list(alternatives(project.evaluator.evaluate(receiver)))
    if any(dotted(option).startswith(LOGGER_PATHS) for option in options):
        return True
    # A class of the project with a method `error` or `warning` is its own way to log.
    own = (isinstance(option, Result) and isinstance(option.callee, Class) for option in options)
    return func.attr in FAILING and any(own)


def is_print(project: Project, call: ast.Call) -> bool:
    """Whether a call shows something on the terminal: print, rich's console, click's echo."""
    if is_builtin_display(call):
        return True
    for option in alternatives(project.evaluator.evaluate(call.func)):
        path = dotted(option)
        if path in PRINTS or path in CONSOLES:
            return True
    return False


def prints_itself(call: ast.Call, names: set[str]) -> bool:
    """Whether something under one of these names is told to show itself: LangChain's messages can."""
    func = call.func
    return isinstance(func, ast.Attribute) and func.attr == "pretty_print" and bool(names_in(func.value) & names)


PUTTING = frozenset({"append", "extend", "update"})  # what a list or a mapping is filled by


@entity
class Filling:
    """A call that puts something into a list or a mapping."""

    holder: ast.expr
    call: ast.Call


@entity
class Parts:
    """What a function (or a module, at any depth) consists of, as far as names get their values by it."""

    assignments: list[Assignment]
    loops: list[Loop]
    entered: list[ast.withitem]
    fillings: list[Filling]
    calls: list[ast.Call]


def _fillings(calls: list[ast.Call]) -> Iterator[Filling]:
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in PUTTING:
            yield Filling(call.func.value, call)


def parts_of(function: ast.AST) -> Parts:
    """The parts of a function, nested functions included; found once."""
    found: Parts | None = function.__dict__.get("parts")
    if found is None:
        calls = nodes_of(function, ast.Call)
        found = function.__dict__["parts"] = Parts(
            nodes_of(function, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)),
            nodes_of(function, (ast.For, ast.AsyncFor, ast.comprehension)),
            nodes_of(function, ast.withitem),
            list(_fillings(calls)),
            calls,
        )
    return found


def names_in(node: ast.AST, *, content: bool = False) -> frozenset[str]:
    """Plain names and `self.x` attributes read in an expression; with `content`, none read for an id or a length."""
    kept: dict[bool, frozenset[str]] = node.__dict__.setdefault("names_in", {})
    if content not in kept:
        kept[content] = _names(node, content)
    return kept[content]


def _names(node: ast.AST, content: bool) -> frozenset[str]:
    found: set[str] = set()
    labels: set[int] = set()
    for part in nodes_in(node):
        if content and isinstance(part, ast.Attribute) and LABEL.search(part.attr):
            labels.add(id(part.value))
        elif content and isinstance(part, ast.Call) and getattr(part.func, "id", "") == "len":
            labels |= {id(argument) for argument in part.args}
        if id(part) in labels:
            continue
        if isinstance(part, ast.Name):
            found.add(part.id)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in ("self", "cls"):
            found.add(f"self.{part.attr}")
    return frozenset(found - {"self", "cls"})


def related_names(function: ast.AST, call: ast.expr) -> set[str]:
    """Names in a function that hold something of a call: its answer, what is derived from it, its input, its error."""
    kept: dict[int, frozenset[str]] = call.__dict__.setdefault("related names", {})
    if id(function) not in kept:
        kept[id(function)] = frozenset(_related(function, call))
    return set(kept[id(function)])


def _related(function: ast.AST, call: ast.expr) -> set[str]:
    outputs: set[str] = set()
    parts = parts_of(function)
    inside = {id(part) for part in _holding(call)}
    changed = True
    while changed:
        before = len(outputs)
        for node in parts.assignments:
            value = node.value
            if value is not None and (id(value) in inside or names_in(value) & outputs):
                outputs |= targets(node)
        for loop in parts.loops:
            if id(loop.iter) in inside or names_in(loop.iter) & outputs:
                outputs |= names_in(loop.target)
        for item in parts.entered:
            if item.optional_vars is not None and (
                id(item.context_expr) in inside or names_in(item.context_expr) & outputs
            ):
                outputs |= names_in(item.optional_vars)
        for filling in parts.fillings:
            holder = filling.holder.value if isinstance(filling.holder, ast.Subscript) else filling.holder
            if isinstance(holder, ast.Name):
                if any(id(given) in inside or names_in(given) & outputs for given in filling.call.args):
                    outputs.add(holder.id)
        changed = len(outputs) > before
    return outputs


def bound_to(function: ast.AST, call: ast.expr) -> set[str]:
    """The names that a call's answer gets at once."""
    inside = {id(part) for part in _holding(call)}
    found = (targets(node) for node in parts_of(function).assignments if id(node.value) in inside)
    return {name for names in found for name in names}


def input_names(function: ast.AST, expressions: list[ast.expr]) -> set[str]:
    """Names whose values go into the given expressions, through assignments of the function."""
    inputs: set[str] = set()
    for expression in expressions:
        inputs |= names_in(expression)
    parts = parts_of(function)
    for _ in range(4):
        before = len(inputs)
        for node in parts.assignments:
            if node.value is not None and targets(node) & inputs:
                inputs |= names_in(node.value)
        for filling in parts.fillings:
            if names_in(filling.holder) & inputs:
                for argument in filling.call.args:
                    inputs |= names_in(argument)
        if len(inputs) == before:
            break
    return inputs


def _holding(call: ast.expr) -> Iterator[ast.AST]:
    yield call
    above = parent(call)
    while above is not None and not isinstance(above, ast.stmt) and not isinstance(above, FUNCTIONS):
        yield above
        above = parent(above)


def targets(node: Assignment) -> set[str]:
    """The names that an assignment sets, those in the path of an item or attribute included."""
    places = node.targets if isinstance(node, ast.Assign) else [node.target]
    found: set[str] = set()
    for target in places:
        found |= names_in(target)
    return found


def says_something(call: ast.Call, wanted: set[str], errors: set[str]) -> bool:
    """Whether a log line carries something of the call: the answer, the input, the error or the usage."""
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr in ("exception", "record_exception", "capture_exception"):
        return True
    for keyword in call.keywords:
        if keyword.arg == "exc_info" and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value):
            return True
    names: set[str] = set()
    before = func.value if isinstance(func, ast.Attribute) else None
    carried = [*before.args, *(k.value for k in before.keywords)] if isinstance(before, ast.Call) else []
    for argument in [*call.args, *(keyword.value for keyword in call.keywords), *carried]:
        names |= names_in(argument, content=True)
        for part in nodes_in(argument):
            if isinstance(part, ast.Call) and "format_exc" in ast.dump(part.func):
                return True
    return bool(names & (wanted | errors))


def errors_caught(function: ast.AST) -> set[str]:
    """The names of exceptions caught in a function, and of what it makes of them."""
    caught = {handler.name for handler in nodes_of(function, ast.ExceptHandler) if handler.name}
    made: set[str] = set()
    for node in parts_of(function).assignments if caught else ():
        if node.value is not None and names_in(node.value) & caught:
            made |= {target for target in targets(node) if not target.startswith("self.")}
    return caught | made


STORING = (
    "execute",
    "executemany",
    "insert_one",
    "insert",
    "save",
    "log_event",
    "log_to_db",
    "commit_log",
    "bulk_create",
)
WHOLE = ("model_dump", "model_dump_json", "to_dict", "to_json", "dict", "json")


def stores(call: ast.Call, outputs: set[str]) -> bool:
    """Whether a call saves a whole answer to the application's own store."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in STORING:
        return False
    for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
        for part in nodes_in(argument):
            if isinstance(part, ast.Attribute) and part.attr in WHOLE and names_in(part.value) & outputs:
                return True
            if isinstance(part, ast.Attribute) and part.attr == "usage" and names_in(part.value) & outputs:
                return True
    return False


KEEPING = regex(r"^(log|save|store|record|persist)_(to|in|response|result|usage|call|turn|run)")


def kept_by_its_class(project: Project, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the object that makes the call is saved as a whole by a method of its own: `response.log_to_db(db)`."""
    owner = class_of(function)
    if owner is None:
        return False
    order = project.mro(Class(scope_of(function).module, owner))
    bodies = [node for entry in order if isinstance(entry, Class) for node in entry.node.body]
    methods = [n for n in bodies if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and KEEPING.match(n.name)]
    return any(project.callers(method) for method in methods)
