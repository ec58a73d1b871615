"""Reads questions as JSON, answers each with yes, no, absent or unknown, and writes the answers as JSON."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable

from llmlint.rulebook.verify.probe.accept import in_order, takes
from llmlint.rulebook.verify.probe.answer import MissingError, NotInstalledError, OutOfSightError, UnclearError
from llmlint.rulebook.verify.probe.build import prepare
from llmlint.rulebook.verify.probe.defaults import has_default
from llmlint.rulebook.verify.probe.find import named, target
from llmlint.rulebook.verify.probe.form import has_form
from llmlint.rulebook.verify.probe.walk import Unseen

MARK = "@@answers@@"


def main() -> None:
    """Answer what stands on the standard input; the SDKs may print what they like before the mark."""
    warnings.simplefilter("ignore")
    asked = json.load(sys.stdin)
    sys.path.extend(asked["folders"])
    prepare()
    answers = [answer(question) for question in asked["questions"]]
    print(MARK + json.dumps(answers))


def answer(question: list[str]) -> list[str]:
    """The verdict on one question, and why it is not plain."""
    ask, name, path, *given = question
    try:
        return ["yes" if QUESTIONS[ask](name, path, given) else "no", ""]
    except NotInstalledError as error:
        return ["unseen", str(error)]
    except OutOfSightError as error:
        return ["absent", str(error)]
    except MissingError as error:
        return ["no" if ask in {"exists", "path"} and _there(ask, name) else "absent", f"no {error}"]
    except UnclearError as error:
        return ["unknown", str(error)]
    except Exception as error:
        return ["unknown", repr(error)[:200]]


def _there(ask: str, name: str) -> bool:
    if ask == "exists":
        return True
    try:
        named(name)
    except (MissingError, UnclearError):
        return False
    return True


def _exists(name: str, _: str, __: list[str]) -> bool:
    named(name)
    return True


def _path(name: str, path: str, _: list[str]) -> bool:
    target(name, path)
    return True


def _same(name: str, _: str, given: list[str]) -> bool:
    one, other = named(name), named(given[0])
    if isinstance(one, type) and isinstance(other, type):
        # A preview of a class is another class, which is used alike if it has all that the first has.
        return {each for each in dir(other) if not each.startswith("_")} <= set(dir(one))
    return getattr(one, "__func__", one) == getattr(other, "__func__", other)


def _below(name: str, _: str, given: list[str]) -> bool:
    child, parent = named(name), named(given[0])
    return isinstance(child, type) and isinstance(parent, type) and issubclass(child, parent)


def _takes(name: str, path: str, given: list[str]) -> bool:
    return _seen(name, path, lambda found: takes(found, given[0]))


def _order(name: str, path: str, given: list[str]) -> bool:
    return _seen(name, path, lambda found: in_order(found, tuple(given)))


def _form(name: str, path: str, given: list[str]) -> bool:
    return _seen(name, path, lambda found: has_form(found, given[0] == "async", given[1]))


def _default(name: str, _: str, given: list[str]) -> bool:
    return has_default(named(name), given[0], given[1])


def _seen(name: str, path: str, holds: Callable[[object], bool]) -> bool:
    try:
        return holds(_callable(name, path, True))
    except UnclearError as unclear:
        # A wrapper that the constructor puts on the object may hide what the class says.
        try:
            return holds(_callable(name, path, False))
        except (MissingError, UnclearError):
            raise unclear from None


def _callable(name: str, path: str, build: bool) -> object:
    found = target(name, path, build)
    return target(name, f"{path}.__call__", build) if isinstance(found, Unseen) else found


QUESTIONS: dict[str, Callable[[str, str, list[str]], bool]] = {
    "exists": _exists,
    "path": _path,
    "same": _same,
    "below": _below,
    "takes": _takes,
    "order": _order,
    "form": _form,
    "default": _default,
}
"""What can be asked: `[question, dotted name, attribute path, *given]`."""
