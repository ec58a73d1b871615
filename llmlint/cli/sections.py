"""Help texts whose options stand in sections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


class SectionOption(click.Option):
    """An option that knows under which heading the help text has it."""

    section = ""


class SectionCommand(click.Command):
    """A command whose help text has its options under the headings they were declared with, in that order."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the options, those without a section last."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in sorted(self.get_params(ctx), key=lambda parameter: not isinstance(parameter, SectionOption)):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                name = parameter.section if isinstance(parameter, SectionOption) else "Other options"
                sections.setdefault(name, []).append(record)
        for name, records in sections.items():
            with formatter.section(name):
                formatter.write_dl(records)


def section(name: str, *options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """A decorator that puts options, made with `option`, under one heading."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        parameters = getattr(command, "__click_params__", [])
        for parameter in parameters[len(parameters) - len(options) :]:
            parameter.section = name
        return command

    return add


def option(*declarations: str, **settings: Any) -> Callable[[Command], Command]:
    """`click.option` for a SectionCommand."""
    return click.option(*declarations, cls=SectionOption, **settings)
