"""Clocks and dice: values that are others at each run, or on each day."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.values import Result, Template, Value, alternatives, dotted, text_of
from llmlint.patterns import regex

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

CLOCK = regex(
    r"^(datetime\.datetime\.(now|utcnow|today)|time\.(time|time_ns|monotonic|ctime|asctime|strftime|localtime)"
    r"|uuid\.uuid[1-8]|random\.\w+|secrets\.\w+|django\.utils\.timezone\.(now|localtime)|pendulum\.now|arrow\.(now|utcnow))\(\)"
)
DATE = regex(r"^(datetime\.date\.today|datetime\.datetime\.(now|utcnow|today)\(\)\.date)\(\)")
WITHIN_A_DAY = regex(r"%[HIMSfpXcTsrR]")
MOVING = regex(r"%[^zZ%]")  # a time zone alone does not move
CONVERTING = ("builtins.str()", "builtins.repr()", "builtins.int()")
MAX_DEPTH = 5


def daily_format(text: str) -> bool:
    """Whether the format of a moment shows its day and no time of the day."""
    return "%" in text and not WITHIN_A_DAY.search(text)


def moment(ev: Evaluator, node: ast.expr, depth: int = 0) -> str | None:
    """`each` for a value that differs with every request, `daily` for one that changes with the date, else None."""
    if depth > MAX_DEPTH:
        return None
    kinds = [_of_option(ev, option, depth) for option in alternatives(ev.evaluate(node))]
    return kinds[0] if kinds and all(kind == kinds[0] for kind in kinds) else None


def _of_option(ev: Evaluator, option: Value, depth: int) -> str | None:
    path = dotted(option)
    if DATE.match(path):
        return "daily"
    if CLOCK.match(path):
        call = option.call if isinstance(option, Result) else None
        if path.endswith("strftime()") and call is not None and call.args:
            formats = text_of(ev.evaluate(call.args[-1 if len(call.args) == 1 else 0]))
            if formats is None or not MOVING.search(formats):
                return None
            return "each" if WITHIN_A_DAY.search(formats) else "daily"
        if path.endswith((".date()", ".year()", ".weekday()")) or path.startswith("random.seed"):
            return "daily"
        return "each"
    if isinstance(option, Template) and option.origin is not None and isinstance(option.origin.node, ast.Call):
        arguments = option.origin.node.args
        return moment(ev, arguments[0], depth + 1) if len(arguments) == 1 else None
    if isinstance(option, Result) and option.call is not None and path in CONVERTING:
        return moment(ev, option.call.args[0], depth + 1) if option.call.args else None
    return None
