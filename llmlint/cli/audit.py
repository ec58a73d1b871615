"""`llmlint audit`."""

from __future__ import annotations

import click

from llmlint.cli.options import configuration_options, output_options, refuse_both
from llmlint.cli.output import error_line, palette_for, write
from llmlint.cli.sections import SectionCommand, option, section
from llmlint.config.load import ConfigResolver
from llmlint.config.model import Overrides

EPILOG = """\b
For each call: where it is, which SDK and model it uses, and whether each pattern is in place
(+), missing (-) or could not be determined (?).

\b
Exit status: 0, 1 if a file cannot be parsed (its calls are missing from the list), or 2 for wrong usage or
configuration and for files that cannot be read.

\b
Examples:
  llmlint audit                       list every call under the working directory
  llmlint audit --unknown src         list what could not be determined, and why
  llmlint audit --output-format json  the same for programs
"""


@click.command(
    cls=SectionCommand, epilog=EPILOG, short_help="List every LLM call and its state in each production pattern."
)
@click.argument("paths", nargs=-1, type=click.Path())
@section(
    "Output",
    option("--unknown", is_flag=True, help="List what could not be determined, calls and settings, and why."),
    *output_options("text", "json"),
)
@configuration_options()
def audit(
    *,
    paths: tuple[str, ...],
    unknown: bool,
    output_format: str,
    output_file: str | None,
    color: bool | None,
    config_file: str | None,
    isolated: bool,
    profile: str | None,
) -> int:
    """List every LLM call under PATHS, by default the working directory, and what surrounds it."""
    refuse_both(isolated, config_file)
    if unknown and output_format == "json":
        raise click.UsageError(
            "--unknown can be used only with --output-format text; JSON has the state of every setting."
        )
    overrides = Overrides(profile=profile)
    ConfigResolver(overrides, isolated=isolated, config_file=config_file).for_directory(".")

    from llmlint import engine
    from llmlint.report.words import place

    request = engine.Request(
        paths=paths or (".",), config_overrides=overrides, stdin=None, isolated=isolated, config_file=config_file
    )
    result = engine.audit(request)
    palette = palette_for(color, output_file)
    if output_format == "json":
        from llmlint.report.json import render_audit_json

        text = render_audit_json(result.sites)
    else:
        from llmlint.report.audit_text import render_audit_text, render_unknown_text, render_unresolved_text

        render = render_unknown_text if unknown else render_audit_text
        nothing = not result.files and result.problems
        text = "No files were read.\n" if nothing else render(result.sites, result.files, request.paths, palette)
        if unknown:
            text = render_unresolved_text(result.unresolved, palette) + text
    write(text, output_file, palette)
    for problem in result.problems:
        error_line(problem.message, problem.path)
    for unparsed in result.diagnostics:
        error_line(f"{place(unparsed.location)}: {unparsed.message}")
    if any(problem.fatal for problem in result.problems):
        return 2
    return 1 if result.diagnostics else 0
