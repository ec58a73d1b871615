"""`llmlint rule`."""

from __future__ import annotations

import click

from llmlint.cli.options import output_options
from llmlint.cli.output import palette_for, write
from llmlint.cli.sections import SectionCommand, option, section
from llmlint.config.load import ConfigResolver

EPILOG = """\b
Examples:
  llmlint rule                    list all rules
  llmlint rule missing-timeout    explain one, by name
  llmlint rule LLM301             by code
  llmlint rule LLM3               explain all of a group
  llmlint rule --test llm-rules   run the examples of rules of your own
"""


@click.command(cls=SectionCommand, epilog=EPILOG, short_help="List the rules, or explain one.")
@click.argument("name", required=False)
@section(
    "Rules of your own",
    option("--test", "tested", type=click.Path(exists=True), help="Run the examples of the rules in a file or folder."),
)
@section("Output", *output_options("text", "json"))
def rule(name: str | None, tested: str | None, output_format: str, output_file: str | None, color: bool | None) -> int:
    """List all rules by pattern, or print the documentation of NAME: a rule's name or code, or a group of rules."""
    if tested is not None:
        if name is not None:
            raise click.UsageError("--test takes the rules from its path; NAME is for built-in rules.")
        return _test(tested)
    resolver = ConfigResolver()
    resolver.for_directory(".")
    rulebook = resolver.rulebook
    rules = list(rulebook.rules) if name is None else [rulebook.by_name[found] for found in rulebook.expand(name)]
    palette = palette_for(color, output_file)
    if output_format == "json":
        from llmlint.cli.rule_json import render_rules_json

        text = render_rules_json(rules)
    elif name is None:
        from llmlint.cli.rule_list import render_list

        text = render_list(rules, palette)
    else:
        from llmlint.rulebook.page import render_rule

        text = "\n".join(render_rule(found, palette.bold) for found in rules)
    write(text, output_file, palette)
    return 0


def _test(path: str) -> int:
    """Run the examples of rules and say which fail, and why; exit status 1 then."""
    from llmlint.report.words import count
    from llmlint.rulebook.rules import read_policies
    from llmlint.testing import check_policies

    found = check_policies(path)
    failures = [(name, failure) for name, failed in found.items() for failure in failed]
    for name, failure in failures:
        click.echo(f"{name}: {failure.example}: {failure.problem}")
    if failures:
        click.echo(f"{count(len(failures), 'example')} of {count(len(found), 'rule')} failed.")
        return 1
    for each in read_policies(path):
        if not each.examples:
            click.echo(f"{each.name}: there are no examples to run.")
    click.echo(f"{count(len(found), 'rule')}: all examples pass.")
    return 0
