"""Puts the result of a check into the form asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from llmlint.diagnostics import Diagnostic
from llmlint.report.palette import Palette
from llmlint.report.summary import Totals, summary_line

if TYPE_CHECKING:
    from llmlint.engine import Request, Result

MANY = 30  # findings that fill more screens than one reads


def render(
    kind: str,
    result: Result,
    *,
    shown: Sequence[Diagnostic],
    request: Request,
    palette: Palette,
) -> str:
    """The report of the kind text, concise, statistics or json; `shown` are the findings meant for people.

    JSON has all of them.
    """
    totals = Totals(
        files=result.files,
        sites=result.call_sites,
        suppressed=result.suppressed,
        unknown_settings=result.unknown_settings,
        hidden=len(result.diagnostics) - len(shown),
        failed=bool(result.problems),
    )
    if kind == "json":
        from llmlint.cli.fixing import edits_of
        from llmlint.report.json import render_check_json

        return render_check_json(result.diagnostics, totals, edits_of(request))
    summary = summary_line(shown, totals, [request.stdin[0]] if request.stdin else request.paths) + "\n"
    if kind == "concise":
        from llmlint.report.concise import render_concise

        # On standard output, every line is a finding.
        click.echo(summary, nl=False, err=True)
        return render_concise(shown, palette)
    if kind == "statistics":
        from llmlint.report.statistics import render_statistics

        return render_statistics(shown, palette) + summary
    from llmlint.report.text import render_text

    if len(shown) > MANY:
        summary += "llmlint check --statistics counts them by rule.\n"
    return render_text(shown, result.sources, palette) + summary
