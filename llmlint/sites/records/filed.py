"""Filed: answers that are written to a file, at once or by a function of the project."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from llmlint.index import calls
from llmlint.index.tree import last_name, named_function_of, scope_of
from llmlint.index.values import Function, alternatives
from llmlint.patterns import regex
from llmlint.sites.flow import sinks
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites

LOG_FILE = regex(r"(?:^|[/\\\\._-])logs?(?:[/\\\\._-]|$)", re.IGNORECASE)
TEMPORARY = ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile")
OPENING = ("open", "fdopen", "Path", *TEMPORARY)
SCREEN = ("stdout", "stderr")
MODULES = ("io", "codecs", "aiofiles", "gzip", "bz2", "lzma", "os")
PASSING = regex(r"(?i)(?:^|[^a-z])te?mp(?:[^l]|$)")


def filed(sites: Sites, call: ast.Call, outputs: set[str], *, script: bool) -> bool:
    """Whether a call writes something of the answer to a file, or hands it to a function of the project that does.

    To the user of a script any file tells as much as a print. Elsewhere one that the next answer overwrites, under a
    name that is always the same, records nothing, and neither does a temporary one.
    """
    given = [argument for argument in call.args if logs.names_in(argument, content=True) & outputs]
    if any(_writes(sites, call, argument, script) for argument in given):
        return True
    for option in alternatives(sites.project.evaluator.evaluate(call.func)) if given else ():
        if isinstance(option, Function) and id(option.node) not in sites.asking:
            taken = {name for a in given if (name := calls.parameter_of(option, call, a)) is not None}
            for inner in logs.parts_of(option.node).calls if taken else ():
                whole = [a for a in inner.args if isinstance(a, ast.Name) and a.id in taken]
                if any(_writes(sites, inner, argument, script) for argument in whole):
                    return True
    return False


def _writes(sites: Sites, call: ast.Call, argument: ast.expr, script: bool) -> bool:
    into = next((keyword.value for keyword in call.keywords if keyword.arg == "file"), None)
    printed = last_name(call.func) == "print" and into is not None and last_name(into) not in SCREEN
    return (printed or sinks.files(sites.project.evaluator, call, argument)) and (script or _lasts(call, argument))


def _lasts(call: ast.Call, argument: ast.expr) -> bool:
    """Whether what a call writes to a file is there after the next answer, as far as the function tells."""
    function = named_function_of(call)
    around: ast.AST = function if function is not None else scope_of(call).module.tree
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    into = [keyword.value for keyword in call.keywords if keyword.arg == "file"]
    holders = [receiver, *(other for other in call.args if other is not argument), *into]
    opened = [_opened(around, holder) for holder in holders if holder is not None]
    return all(one is None or not _passes(one) for one in opened)


def _opened(around: ast.AST, holder: ast.expr) -> ast.Call | None:
    """The call of `open` that a name holds the file of; a path itself, where it writes the text."""
    parts = logs.parts_of(around)
    values = [item.context_expr for item in parts.entered if logs.names_in(holder) & _names(item.optional_vars)]
    values += [a.value for a in parts.assignments if a.value is not None and logs.names_in(holder) & logs.targets(a)]
    values += [holder]
    return next((v for v in values if isinstance(v, ast.Call) and last_name(v.func) in OPENING), None)


def into_log(node: ast.AST) -> bool:
    """Whether a call writes to a file that is a log by its name: whoever reads it looks for what went wrong, too."""
    holder = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    if holder is None:
        return False
    function = named_function_of(node)
    opened = _opened(function if function is not None else scope_of(node).module.tree, holder)
    name = opened.args[0] if opened is not None and opened.args else None
    return isinstance(name, ast.Constant) and bool(LOG_FILE.search(str(name.value)))


def _names(node: ast.expr | None) -> frozenset[str]:
    return logs.names_in(node) if node is not None else frozenset()


def _passes(opened: ast.Call) -> bool:
    """Whether what is in an opened file does not stay: it is not added to it, and the name is fixed, or temporary."""
    if last_name(opened.func) in TEMPORARY:
        return True
    path = opened.func.value if isinstance(opened.func, ast.Attribute) and opened.func.attr == "open" else None
    own = path is not None and last_name(path) not in MODULES  # `Path(…).open("a")`
    name = path if own else opened.args[0] if opened.args else None
    mode = next(iter(opened.args[0 if own else 1 :]), None)
    mode = next((keyword.value for keyword in opened.keywords if keyword.arg == "mode"), mode)
    if isinstance(mode, ast.Constant) and "a" in str(mode.value):
        return False
    if isinstance(name, ast.Constant):
        return not LOG_FILE.search(str(name.value))
    return name is not None and bool(PASSING.search(ast.unparse(name)))
