"""Filed: answers that are written to a file, at once or by a function of the project."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from llmlint.index import calls
from llmlint.index.tree import ancestors
from llmlint.index.values import Function, alternatives
from llmlint.sites.flow import sinks
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites

LOG_FILE = re.compile(r"(?:^|[/\\\\._-])logs?(?:[/\\\\._-]|$)", re.IGNORECASE)


def filed(sites: Sites, call: ast.Call, outputs: set[str], *, script: bool) -> bool:
    """Whether a call writes something of the answer to a file, or hands it to a function of the project that does.

    To the user of a script any file tells as much as a print; elsewhere it is one that is named for a log.
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
    return (script or _into_log(call)) and sinks.files(sites.project.evaluator, call, argument)


def _into_log(call: ast.Call) -> bool:
    """Whether it writes to a file that is opened around it under the name of a log: `.logs/…`, `calls.log`."""
    file = call.func.value if isinstance(call.func, ast.Attribute) else None
    for above in ancestors(call) if isinstance(file, ast.Name) else ():
        for item in above.items if isinstance(above, (ast.With, ast.AsyncWith)) else ():
            target, opened = item.optional_vars, item.context_expr
            if isinstance(target, ast.Name) and isinstance(file, ast.Name) and target.id == file.id:
                path = opened.args[0] if isinstance(opened, ast.Call) and opened.args else opened
                words = [n.value for n in ast.walk(path) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
                return any(LOG_FILE.search(word) for word in words)
    return False
