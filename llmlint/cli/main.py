"""The group of commands."""

from __future__ import annotations

from importlib import import_module

import click

from llmlint import __version__

COMMANDS = ("check", "audit", "rule", "config")


class LazyGroup(click.Group):
    """Imports a command's module only when that command, or a list of all, is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of their importance."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"llmlint.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named by the first argument; an unknown one is a usage error with a suggestion."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            from llmlint.rulebook.names import suggestion

            ctx.fail(f"there is no command '{args[0]}'.{suggestion(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)


EPILOG = """\b
Examples:
  llmlint check                        check the working directory
  llmlint check src --fix              and apply the fixes that cannot change behaviour
  llmlint audit                        list every LLM call and what it lacks
  llmlint rule missing-timeout         explain a rule
"""


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
    no_args_is_help=True,
)
@click.version_option(__version__, "-V", "--version", prog_name="llmlint", message="%(prog)s %(version)s")
def cli() -> None:
    """Find every LLM call in a Python codebase, and what it lacks to run in production.

    llmlint looks for constrained output, a token budget, a fallback, caching, logging and a model that will still exist
    next month. It resolves clients, wrappers and settings across files, reports what is proven to be missing, and says
    what it could not determine.
    """
