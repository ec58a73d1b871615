"""Fixes and findings for the calls of a piece of source."""

from __future__ import annotations

import ast

from llmlint.diagnostics import Applicability, Diagnostic, Fix, Location, Operation, Severity
from llmlint.fixes import Plan, plan
from llmlint.source.lines import LineIndex


def call_at(source: str, nth: int = 0, path: str = "app.py") -> Location:
    """The nth call by where it starts; of calls that start together the outermost comes first."""
    lines = LineIndex(source)
    found = [
        Location(
            path,
            node.lineno,
            lines.column(node.lineno, node.col_offset),
            node.end_lineno or 0,
            lines.column(node.end_lineno or 0, node.end_col_offset or 0),
        )
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
    ]
    return sorted(found, key=lambda at: (at.line, at.column, -at.end_line, -at.end_column))[nth]


def adding(target: Location, keyword: str = "timeout", value: str = "30.0") -> Fix:
    operation = Operation("add-keyword", target, (("keyword", keyword), ("value", value)))
    return Fix(Applicability.UNSAFE, f"Set {keyword}", (operation,))


def renaming(target: Location, keyword: str = "max_tokens", to: str = "max_completion_tokens") -> Fix:
    operation = Operation("rename-keyword", target, (("keyword", keyword), ("to", to)))
    return Fix(Applicability.SAFE, f"Use {to}", (operation,))


def finding(fix: Fix | None, location: Location, name: str = "missing-timeout", code: str = "LLM301") -> Diagnostic:
    return Diagnostic(code, name, Severity.WARNING, "no timeout", location, fix=fix)


def added(source: str, keyword: str = "timeout", value: str = "30.0", nth: int = 0) -> str:
    """The source after the keyword was added to the nth call; fails if that fix was withdrawn."""
    return done(plan(source.encode(), [adding(call_at(source, nth), keyword, value)])).new.decode()


def renamed(source: str, keyword: str = "max_tokens", to: str = "max_completion_tokens") -> str:
    return done(plan(source.encode(), [renaming(call_at(source), keyword, to)])).new.decode()


def done(result: Plan) -> Plan:
    assert not result.withdrawn, result.withdrawn[0].reason
    return result


def reasons(result: Plan) -> list[str]:
    return [withdrawal.reason for withdrawal in result.withdrawn]


def removing(target: Location, keyword: str = "temperature") -> Fix:
    return Fix(Applicability.SAFE, f"Remove {keyword}", (Operation("remove-keyword", target, (("keyword", keyword),)),))
