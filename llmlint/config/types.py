"""The types of settings: each check returns the value as it is kept, or raises WrongValueError."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from math import isfinite


class WrongValueError(Exception):
    """A value that a setting cannot have; the text says what it can have."""


def a_string(value: object) -> object:
    """A string."""
    if not isinstance(value, str):
        raise WrongValueError("a string")
    return value


def a_list_of_strings(value: object) -> object:
    """A list of strings, as a tuple."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise WrongValueError("a list of strings")
    return tuple(value)


def a_boolean(value: object) -> object:
    """True or false."""
    if not isinstance(value, bool):
        raise WrongValueError("true or false")
    return value


def a_date(value: object) -> object:
    """A day."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise WrongValueError("a date without quotes, such as 2026-01-31")
    return value


def one_of(*choices: str) -> Callable[[object], object]:
    """A check for one of these strings."""

    def check(value: object) -> object:
        if not isinstance(value, str) or value not in choices:
            raise WrongValueError("one of " + ", ".join(f'"{choice}"' for choice in choices))
        return value

    return check


def seconds(value: object) -> object:
    """A length of time, in seconds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value) or value <= 0:
        raise WrongValueError("a number of seconds above 0")
    return value


def a_count(least: int) -> Callable[[object], object]:
    """A check for an integer from `least` up."""

    def check(value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise WrongValueError(f"an integer of {least} or more")
        return value

    return check


def describe(value: object) -> str:
    """What a value read from TOML is, for a message."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'the string "{value}"'
        case int() | float():
            return f"the number {value}"
        case list():
            return "a list"
        case dict():
            return "a table"
        case date() | time():
            return f"the time {value}" if isinstance(value, (datetime, time)) else f"the date {value}"
        case _:
            return "something else"
