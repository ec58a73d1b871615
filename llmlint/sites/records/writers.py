"""Writers: functions and loggers of libraries that write what they are given, see `rules/evidence/log.toml`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.values import alternatives

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites


def is_writer(sites: Sites, call: ast.Call, *, script: bool) -> bool:
    """Whether a call writes its arguments to a log, a metric or a tracker; in a script, to the screen as well."""
    evaluate = sites.project.evaluator.evaluate
    for option in alternatives(evaluate(call.func)):
        entry = sites.evidence.named(option, "log", "writers")
        if entry is not None and (script or entry.strength != "weak"):
            return True
    if not isinstance(call.func, ast.Attribute):
        return False
    for option in alternatives(evaluate(call.func.value)):
        entry = sites.evidence.named(option, "log", "loggers")
        if entry is not None and call.func.attr in (*entry.methods, *entry.derive):
            return True
    return False
