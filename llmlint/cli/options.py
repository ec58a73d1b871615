"""Options that several commands have, and the types of their values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import click

from llmlint.cli.sections import Command, option, section
from llmlint.config.model import PROFILES


def configuration_options() -> Callable[[Command], Command]:
    """--config, --isolated and --profile."""
    return section(
        "Configuration",
        option(
            "--config",
            "config_file",
            metavar="FILE",
            type=click.Path(exists=True, dir_okay=False),
            help="Use this configuration file and no other; its globs are relative to the working directory.",
        ),
        option("--isolated", is_flag=True, help="Ignore all configuration files."),
        option("--profile", type=click.Choice(PROFILES), help="What kind of code this is.  [default: app]"),
    )


def output_options(*formats: str) -> tuple[Callable[[Command], Command], ...]:
    """--output-format, of which the first format is the default, --output-file and --color."""
    return (
        option(
            "--output-format",
            type=click.Choice(formats),
            default=formats[0],
            show_default=True,
            help="The form of the report.",
        ),
        option(
            "-o",
            "--output-file",
            metavar="FILE",
            type=click.Path(dir_okay=False),
            help="Write the report to this file.",
        ),
        option(
            "--color/--no-color",
            default=None,
            help="Colour the report or not.  [default: on terminals; NO_COLOR and FORCE_COLOR are honoured]",
        ),
    )


def refuse_both(isolated: bool, config_file: str | None) -> None:
    """Raises UsageError if both --isolated and --config were given."""
    if isolated and config_file is not None:
        raise click.UsageError("--isolated and --config cannot be used together.")


def split_names(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """The names in values such as `a,b`, None if the option was not given."""
    if not values:
        return None
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


def parse_date(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date | None:
    """The day written as YYYY-MM-DD."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"'{value}' is not a date such as 2026-01-31.") from None
