"""Projects in memory for tests of the index and of call sites.

Code is given as one source text (the module `app.py`) or as a dict of texts by path. An expected line is marked with
a comment at its end: `# <- call` for a call site, `# <- parse` for a place where text of an answer is parsed. In the
text of a notebook (`.ipynb`), `# %%` begins a cell.
`reveal(expression)` in the code marks an expression whose value a test asks for.
"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from textwrap import dedent
from types import FrameType

from llmlint.checks.finding import Sites
from llmlint.index.files import File, Files
from llmlint.index.project import Project
from llmlint.index.values import (
    Class,
    Const,
    Env,
    Function,
    Mapping,
    ModuleRef,
    Partial,
    Sequence,
    Template,
    Union,
    Unknown,
    Value,
    dotted,
)
from llmlint.rulebook.sdk import all_words, reserved_roots, sdk_roots
from llmlint.sites.callsite import CallSite
from llmlint.sites.errors.escaping import Error, Escape, escape
from llmlint.sites.errors.handlers import sdk_grade
from llmlint.sites.errors.recovery import takes_care
from llmlint.sites.evidence import EvidenceIndex
from llmlint.sites.find import find
from llmlint.sites.request.timeouts import effective
from llmlint.source.notebook import read_notebook
from llmlint.source.prefilter import mentioned
from llmlint.source.read import SourceText

Code = str | dict[str, str]
Place = tuple[str, int]

FOLDER = "desk"  # the name of the project's folder
MARK = re.compile(r"# <- (\w+)")


def sources(code: Code) -> dict[str, str]:
    """The texts by path, without the indentation of the test around them."""
    files = {"app.py": code} if isinstance(code, str) else code
    return {path: dedent(text).lstrip("\n") for path, text in files.items()}


def project(code: Code) -> Project:
    """The project made of these texts."""
    roots = frozenset(root.partition(".")[0] for root in sdk_roots())
    files = [
        _notebook(path, text) if path.endswith(".ipynb") else File(path, path, text.encode())
        for path, text in sorted(sources(code).items())
    ]
    named = {file.path: hits for file in files if (hits := mentioned(file.data, all_words()))}
    return Project(Files(files, reserved_roots(), named, FOLDER), roots)


def _notebook(path: str, text: str) -> File:
    cells = [{"cell_type": "code", "source": source.strip("\n")} for source in text.split("# %%")]
    source = read_notebook(path, json.dumps({"cells": cells}).encode())
    assert isinstance(source, SourceText)
    return File(path, path, source.data, source)


def call_sites(code: Code) -> list[CallSite]:
    """All call sites of a project."""
    return find(project(code))


def marked(code: Code, word: str) -> set[Place]:
    """The lines that end in `# <- word`, by path and 1-based number."""
    return {
        (path, number)
        for path, text in sources(code).items()
        for number, line in enumerate(text.splitlines(), 1)
        if word in MARK.findall(line)
    }


def expect_calls(code: Code) -> list[CallSite]:
    """Assert that exactly the lines marked `# <- call` are call sites, and give the sites."""
    sites = call_sites(code)
    assert {(site.module.key, site.node.lineno) for site in sites} == marked(code, "call")
    return sites


def only_site(code: Code) -> CallSite:
    """The one call site of a project; a mark on its line is not needed."""
    sites = call_sites(code)
    assert len(sites) == 1, [site.location for site in sites]
    return sites[0]


def setting(code: Code, name: str) -> str:
    """The state of a setting at the only call site, with the value where it is present: `present 300`, `absent`."""
    found = only_site(code).setting(name)
    return f"present {shown(found.value)}" if found.state.value == "present" and found.value else found.state.value


def timeout(code: Code) -> str:
    """The kind of timeout that holds at the only call site: `default`, `none`, `milliseconds`, `given`, `unknown`."""
    site = only_site(code)
    kinds = {effective(site, match).kind for match in site.matches}
    assert len(kinds) == 1, kinds
    return kinds.pop()


def value(code: Code) -> str:
    """What the argument of the only `reveal(…)` in the code is known to be, as `shown` spells it."""
    whole = project(code)
    calls = [
        call
        for path in whole.files.by_path
        if (module := whole.module(path)) is not None
        for call in module.calls.get("reveal", ())
    ]
    assert len(calls) == 1
    return shown(whole.evaluator.evaluate(calls[0].args[0]))


def shown(value: Value) -> str:
    """A value in short.

    Constants as in Python; a mapping as `{key: value}` with `key?` where the key may be missing; `...` where a mapping
    or sequence may hold more; text with `{}` for its holes; `$NAME` for an environment variable; options joined by
    ` | ` in alphabetical order; `unknown`.
    """
    if isinstance(value, Const):
        return repr(value.value)
    if isinstance(value, Unknown):
        return "unknown"
    if isinstance(value, Union):
        return " | ".join(sorted(shown(option) for option in value.options))
    if isinstance(value, Mapping):
        pairs = [f"{key}{'' if e.certain else '?'}: {shown(e.value)}" for key, e in value.entries.items()]
        return "{" + ", ".join([*pairs, *(["..."] if value.open else [])]) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join([*map(shown, value.items), *(["..."] if value.open else [])]) + "]"
    if isinstance(value, Template):
        return repr("".join("{}" if part is None else str(part.value) for part in value.parts))
    if isinstance(value, Env):
        return f"${value.name}"
    if isinstance(value, Partial):
        return f"partial({shown(value.function)})"
    if isinstance(value, ModuleRef):
        return value.path
    if isinstance(value, Class):
        return value.node.name
    if isinstance(value, Function):
        return getattr(value.node, "name", "lambda")
    callee = getattr(value, "callee", None)
    return f"{shown(callee)}()" if callee is not None else dotted(value) or type(value).__name__


def linked(code: Code) -> Sites:
    """What a check sees of the project."""
    whole = project(code)
    return Sites(whole, find(whole), EvidenceIndex(whole))


def expect_parses(code: Code) -> None:
    """Assert that exactly the lines marked `# <- parse` read the text of an answer as data."""
    sites = linked(code)
    uses = [
        use for site in sites.sites for use in sites.flow(site).uses("parse") if use.kind == "text" and not use.derived
    ]
    assert {(use.module.key, use.node.lineno) for use in uses} == marked(code, "parse")


def way_out(code: Code) -> Escape | None:
    """How an error of the only call site reaches the outside; None where it is handled on every known way."""
    sites = linked(code)
    assert len(sites.sites) == 1, [site.location for site in sites.sites]
    site = sites.sites[0]
    grade = sdk_grade([match.surface.sdk for match in site.matches])
    return escape(sites.project, site.node, Error(grade, partial(takes_care, sites)))


class TooSlow(BaseException):
    """Raised in code that used up its processor time; no `except Exception` may swallow it."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail when the block needs more than this processor time; a loaded machine does not count against it."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlow(f"more than {seconds:g} s of processor time")

    if not hasattr(signal, "SIGVTALRM"):  # Windows has no such timer
        yield
        return
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
