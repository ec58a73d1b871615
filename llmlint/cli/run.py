"""Runs a command and turns what goes wrong into one line and an exit status."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

import click

from llmlint.cli.main import cli
from llmlint.cli.output import error_line
from llmlint.config.errors import ConfigError
from llmlint.rulebook.table import RulebookError

FAILURE = 2
INTERRUPTED = 130
BROKEN_PIPE = 141  # as a shell reports a process ended by SIGPIPE


def run(arguments: Sequence[str]) -> int:
    """The exit status of `llmlint` with these arguments.

    0 clean, 1 findings, 2 failure, 130 interrupted, 141 nobody reads the output any more. Other exceptions are
    internal errors, and the caller's business.
    """
    for stream in (sys.stdout, sys.stderr):
        # Text from scanned files must not fail to print on a terminal that lacks a character.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = cli.main(list(arguments), prog_name="llmlint", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.ClickException as error:
        error.show()
        return FAILURE
    except ConfigError as error:
        for message in (error.message, *error.further):
            error_line(message, error.path)
        return FAILURE
    except RulebookError as error:
        for problem in error.problems:
            error_line(problem)
        return FAILURE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except SystemExit:
        # click's own way out of a broken pipe.
        return BROKEN_PIPE
    except OSError as error:
        if error.errno == errno.EPIPE:
            # What is still in the buffer must not fail again when the interpreter closes the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return BROKEN_PIPE
        error_line(error.strerror or str(error), error.filename)
        return FAILURE
