"""`llmlint rule`."""

from __future__ import annotations

import click

from llmlint.cli.options import output_options
from llmlint.cli.output import palette_for, write
from llmlint.cli.sections import SectionCommand, section
from llmlint.rulebook.rules import builtin_rulebook

EPILOG = """\b
Examples:
  llmlint rule                    list all rules
  llmlint rule missing-timeout    explain one, by name
  llmlint rule LLM301             by code
  llmlint rule LLM3               explain all of a group
"""


@click.command(cls=SectionCommand, epilog=EPILOG, short_help="List the rules, or explain one.")
@click.argument("name", required=False)
@section("Output", *output_options("text", "json"))
def rule(name: str | None, output_format: str, output_file: str | None, color: bool | None) -> int:
    """List all rules by pattern, or print the documentation of NAME: a rule's name or code, or a group of rules."""
    rulebook = builtin_rulebook()
    rules = list(rulebook.rules) if name is None else [rulebook.by_name[found] for found in rulebook.expand(name)]
    palette = palette_for(color, output_file)
    if output_format == "json":
        from llmlint.cli.rule_json import render_rules_json

        text = render_rules_json(rules)
    elif name is None:
        from llmlint.cli.rule_list import render_list

        text = render_list(rules, palette)
    else:
        from llmlint.cli.rule_text import render_rule

        text = "\n".join(render_rule(found, palette) for found in rules)
    write(text, output_file, palette)
    return 0
