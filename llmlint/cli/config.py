"""`llmlint config`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

import click

from llmlint.cli.options import refuse_both
from llmlint.cli.output import relative, warning_line, write
from llmlint.config.build import PLAIN
from llmlint.config.load import ConfigResolver, Loaded
from llmlint.config.source import Key
from llmlint.config.toml import toml_key, toml_value
from llmlint.report.escape import escape
from llmlint.report.palette import Palette

EPILOG = """\b
Examples:
  llmlint config              the configuration of the working directory
  llmlint config src/app.py   the one in force for a file
"""

_TABLES = ("per-file-ignores", "severity", "options", "fix")


@click.command(epilog=EPILOG, short_help="Show the configuration in force and where it comes from.")
@click.argument("path", default=".", type=click.Path())
@click.option("--isolated", is_flag=True, help="Ignore all configuration files.")
@click.option(
    "--config", "config_file", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="Use this file."
)
def config(path: str, isolated: bool, config_file: str | None) -> int:
    """Print the configuration in force for PATH as TOML, each setting with the file it comes from."""
    refuse_both(isolated, config_file)
    resolver = ConfigResolver(isolated=isolated, config_file=config_file)
    directory = path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))
    text = "\n".join(_lines(resolver.load(directory), path)) + "\n"
    write(text, None, Palette(False))
    for warning in resolver.warnings:
        warning_line(warning)
    return 0


def _lines(loaded: Loaded, path: str) -> Iterator[str]:
    settings = loaded.config
    yield f"# The configuration for {escape(path)}"
    yield f"# File: {escape(relative(settings.path)) if settings.path else 'none'}"
    yield f"# Extends: {_files(loaded.layers.extends) or 'none'}"
    yield f"# Root: {escape(settings.root)}"
    for key in PLAIN:
        value = getattr(settings, key.replace("-", "_"))
        if key == "rules":  # they are relative to the file that names them
            value = tuple(os.path.relpath(each, settings.root).replace(os.sep, "/") for each in value)
        yield _line((key,), value, loaded)
    options: dict[Key, object] = {
        (name, key): value for name, given in settings.options.items() for key, value in given.items()
    }
    fix = {
        "timeout": settings.fix.timeout,
        "max-tokens": settings.fix.max_tokens,
        "max-retries": settings.fix.max_retries,
    }
    tables: dict[str, dict[Key, object]] = {
        "per-file-ignores": {(glob,): selectors for glob, selectors in settings.per_file_ignores.items()},
        "severity": {(name,): level for name, level in settings.severity.items()},
        "options": options,
        "fix": {(key,): value for key, value in fix.items()},
    }
    for name in (*(name for name in _TABLES if not tables[name]), *(() if settings.gateway else ("gateway",))):
        yield _line((name,), None, loaded)
    for name in _TABLES:
        if tables[name]:
            yield ""
            yield f"[{name}]"
            for parts, value in tables[name].items():
                yield _line((name, *parts), value, loaded)
    for gateway in settings.gateway:
        yield ""
        yield f"[[gateway]]  # {_files(loaded.layers.origins['gateway',])}"
        yield from (f"{toml_key((key,))} = {toml_value(value)}" for key, value in gateway.items())


def _line(key: Key, value: object, loaded: Loaded) -> str:
    shown = toml_key(key[1:] or key)
    if value is None:
        return f"# {shown} is not set"
    origins = loaded.layers.origins
    paths = [*origins.get(key, ())]
    if key == ("ignore",):
        # `severity = "off"` has become part of it.
        paths += (path for other, level in loaded.layers.values.items() if level == "off" for path in origins[other])
    return f"{shown} = {toml_value(value)}  # {_files(paths) or 'default'}"


def _files(paths: Iterable[str]) -> str:
    return ", ".join(escape(relative(path)) for path in dict.fromkeys(paths))
