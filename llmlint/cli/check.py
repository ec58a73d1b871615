"""`llmlint check`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import click

from llmlint.cli.options import configuration_options, output_options, parse_date, refuse_both, split_names
from llmlint.cli.output import error_line, note_line, palette_for, warning_line, write, write_bytes
from llmlint.cli.reporting import render
from llmlint.cli.sections import Command, SectionCommand, option, section
from llmlint.cli.visibility import Visibility
from llmlint.config.load import ConfigResolver
from llmlint.config.model import Overrides
from llmlint.diagnostics import Severity

if TYPE_CHECKING:
    from llmlint.cli.fixing import Fixer
    from llmlint.cli.ignoring import Ignorer

CLEAN, FINDINGS, FAILURE = 0, 1, 2

EPILOG = """\b
Exit status:
  0  no findings from --fail-on up
  1  findings
  2  wrong usage or configuration, files that cannot be read, or an internal error

\b
Rules are selected by name (missing-timeout), code (LLM301), code prefix (LLM3), pattern
(constrain, budget, fallback, cache, log, lifecycle) or ALL. The more specific selector wins.
`llmlint rule` lists them.

\b
Findings of severity info are advice. They are hidden unless --fail-on info is given, --select or
--extend-select covers their rule, or the configuration selects it by name. JSON output has all.

\b
Examples:
  llmlint check                            check the working directory
  llmlint check src app.py                 check a folder and a file
  llmlint check --fix                      apply the safe fixes
  llmlint check --unsafe-fixes --diff      show what all fixes would change
  llmlint check --add-ignore               suppress what is there today
  llmlint check --select LLM3,unlogged-call --ignore missing-retry
  llmlint check --stdin-filename app.py < app.py
  llmlint check --output-format json -o findings.json
"""


def _rules(flag: str, text: str) -> Callable[[Command], Command]:
    return option(flag, metavar="RULES", multiple=True, callback=split_names, help=text)


@click.command(
    cls=SectionCommand, epilog=EPILOG, short_help="Check Python files for LLM calls that lack what production needs."
)
@click.argument("paths", nargs=-1, type=click.Path())
@section(
    "Rules",
    _rules("--select", "Check these rules only, whatever is configured."),
    _rules("--extend-select", "Check these rules too."),
    _rules("--ignore", "Do not check these rules."),
    option("--strict", is_flag=True, default=None, help="Also report what could not be determined, marked as such."),
    option("--today", metavar="DATE", callback=parse_date, help="Judge models as of this date, such as 2026-01-31."),
)
@section(
    "Fixes",
    option("--fix", is_flag=True, help="Apply the safe fixes: they cannot change a run that succeeds."),
    option("--unsafe-fixes", is_flag=True, help="Apply all fixes, also those that change behaviour."),
    _rules("--fix-only", "Apply fixes of these rules only; safe ones, unless --unsafe-fixes is given."),
    option("--diff", is_flag=True, help="Print what would change as a patch for `git apply`, and change nothing."),
)
@section(
    "Suppressions",
    option("--add-ignore", is_flag=True, help="Add comments that suppress the findings of today."),
    option("--reason", metavar="TEXT", help="The reason that the comments of --add-ignore give after the names."),
)
@section(
    "Output",
    *output_options("text", "concise", "json"),
    option("--statistics", is_flag=True, help="Count the findings by rule instead of printing them."),
    option(
        "--fail-on",
        type=click.Choice(["error", "warning", "info"]),
        help="The least severity that makes the exit status 1.  [default: warning]",
    ),
    option("--exit-zero", is_flag=True, help="Exit with status 0 even if there are findings."),
)
@configuration_options()
@section(
    "Input",
    option(
        "--stdin-filename",
        metavar="PATH",
        type=click.Path(),
        help="Check the source on standard input as if it were this file, which need not exist.",
    ),
)
def check(
    *,
    paths: tuple[str, ...],
    select: tuple[str, ...] | None,
    extend_select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    strict: bool | None,
    fix: bool,
    unsafe_fixes: bool,
    fix_only: tuple[str, ...] | None,
    diff: bool,
    add_ignore: bool,
    reason: str | None,
    fail_on: str | None,
    exit_zero: bool,
    statistics: bool,
    stdin_filename: str | None,
    today: date | None,
    output_format: str,
    output_file: str | None,
    color: bool | None,
    config_file: str | None,
    isolated: bool,
    profile: str | None,
) -> int:
    """Check the Python files and notebooks under PATHS, by default the working directory.

    Only what is proven to be missing is reported; the last line says how many settings could not be determined.
    """
    refuse_both(isolated, config_file)
    fixing = fix or unsafe_fixes or fix_only is not None
    onto_stdout = stdin_filename is not None and fixing and not diff
    contradictions = {
        "--statistics can be used only with --output-format text or concise.": statistics and output_format == "json",
        "--stdin-filename and PATHS cannot be used together.": stdin_filename is not None and paths not in {(), ("-",)},
        "To check standard input, give --stdin-filename.": stdin_filename is None and "-" in paths,
        "--diff and --statistics cannot be used together.": diff and statistics,
        "With --fix, standard output has the fixed source; give --output-file for JSON.": onto_stdout
        and output_format == "json"
        and output_file is None,
        "--reason can be used only with --add-ignore.": reason is not None and not add_ignore,
        "--add-ignore cannot be used with fixes or --stdin-filename.": add_ignore
        and (fixing or stdin_filename is not None),
    }
    for message, holds in contradictions.items():
        if holds:
            raise click.UsageError(message)
    overrides = Overrides(
        select=select,
        extend_select=extend_select or (),
        ignore=ignore or (),
        fix_only=fix_only or (),
        profile=profile,
        strict=strict,
        today=today,
        fail_on=Severity(fail_on) if fail_on else None,
    )
    resolver = ConfigResolver(overrides, isolated=isolated, config_file=config_file)
    rulebook = resolver.rulebook
    # A mistake in the settings should show before any work is done.
    resolver.for_directory(".")
    only = None if fix_only is None else frozenset(name for given in fix_only for name in rulebook.expand(given))
    visibility = Visibility(resolver, overrides, rulebook)

    from llmlint import engine

    request = engine.Request(
        paths=() if stdin_filename is not None else paths or (".",),
        config_overrides=overrides,
        stdin=None if stdin_filename is None else (stdin_filename, sys.stdin.buffer.read()),
        isolated=isolated,
        config_file=config_file,
    )
    result = engine.check(request)
    changer: Fixer | Ignorer | None = None
    if add_ignore:
        from llmlint.cli.ignoring import Ignorer

        changer = Ignorer(request, visibility, reason or "")
    elif diff or fixing:
        from llmlint.cli.fixing import Fixer

        changer = Fixer(request, visibility, unsafe_fixes, only)
    if changer is not None and diff:
        from llmlint.cli.diff import write_diff

        write_diff(changer.changes(result), output_file, palette_for(color, output_file))
    elif changer is not None:
        result = changer.apply(result)
        request = changer.request
    if not diff:
        # The fixed source takes the place of the report on standard output.
        to_stderr = fixing and request.stdin is not None
        if to_stderr and request.stdin is not None:
            write_bytes(request.stdin[1])
        palette = palette_for(color, output_file, stderr=to_stderr)
        kind = "statistics" if statistics else output_format
        report = render(kind, result, shown=visibility.shown(result.diagnostics), request=request, palette=palette)
        write(report, output_file, palette, stderr=to_stderr)
    for warning in resolver.warnings:
        warning_line(warning)
    for note in result.notes:
        note_line(note)
    for problem in result.problems:
        error_line(problem.message, problem.path)
    crashed = any(diagnostic.name == "internal-error" for diagnostic in result.diagnostics)
    failed = changer is not None and changer.failed
    if failed or crashed or any(problem.fatal for problem in result.problems):
        return FAILURE
    return FINDINGS if visibility.any_failing(result.diagnostics) and not exit_zero else CLEAN
