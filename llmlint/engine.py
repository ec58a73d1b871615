"""The engine: from paths to diagnostics."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from llmlint.config.load import ConfigResolver
from llmlint.config.model import Overrides
from llmlint.diagnostics import Diagnostic, Note
from llmlint.inventory import SiteRecord
from llmlint.records import record
from llmlint.workspace import Problem, Workspace

if TYPE_CHECKING:
    from llmlint.checks.finding import Sites
    from llmlint.index.project import Project


@record
class Request:
    """What to look at and how. `stdin` is a file name with the bytes that stand for the file's content."""

    paths: tuple[str, ...]
    config_overrides: Overrides = field(default_factory=Overrides)
    stdin: tuple[str, bytes] | None = None
    isolated: bool = False
    config_file: str | None = None


@dataclass(slots=True)
class Result:
    """What was found.

    `files` counts the Python files and notebooks looked at, `call_sites` the calls of models in them; `sources` holds
    the text of the files, or cells, with findings by `Location.source`, `sites` what an audit lists, `unresolved` the
    calls that may be some of an SDK's but whose receiver could not be resolved, `notes` what to know of the run itself.
    """

    diagnostics: list[Diagnostic] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: int = 0
    call_sites: int = 0
    sites: list[SiteRecord] = field(default_factory=list)
    unknown_settings: int = 0
    suppressed: int = 0
    sources: dict[str, str] = field(default_factory=dict)
    unresolved: list[Note] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check(request: Request) -> Result:
    """Run the selected rules. Raises ConfigError and RulebookError; problems with single files are in the result."""
    with _no_collection():
        workspace = _workspace(request)
        result = Result(problems=workspace.problems)
        for sites in _linked(workspace):
            from llmlint.reporting import Reporter

            reporter = Reporter(workspace, sites)
            reporter.run(result)
        workspace.report_unparsed(result)
        result.files = workspace.looked_at
        result.diagnostics.sort(key=lambda d: (*d.location.start, d.code, d.message))
        return result


def audit(request: Request) -> Result:
    """List the calls in the files asked for, judged by what a check finds; what cannot be parsed is a diagnostic."""
    with _no_collection():
        workspace = _workspace(request)
        result = Result(problems=workspace.problems)
        for sites in _linked(workspace):
            from llmlint.reporting import Reporter
            from llmlint.sites.inventory import record, wrapper_record
            from llmlint.sites.request.wrappers import wrapped
            from llmlint.wanting import judged

            result.sites += [record(sites, site) for site in sites.sites if workspace.is_reported(site.module.key)]
            calls = wrapped(sites.outside_tests)
            result.sites += [wrapper_record(sites, call) for call in calls if workspace.is_reported(call.module.key)]
            for one in sites.project.unresolved:
                if workspace.is_reported(one.module.key):
                    text = f"`{ast.unparse(one.node.func)}`: {one.why}"
                    result.unresolved.append(Note(text, one.module.location(one.node)))
            checked = Result()
            Reporter(workspace, sites).run(checked)
            result.sites = list(judged(result.sites, checked.diagnostics))
        workspace.report_unparsed(result)
        result.files = workspace.looked_at
        result.unresolved.sort(key=lambda note: note.location.start if note.location is not None else ())
        result.sites.sort(key=lambda s: (s.path, s.cell or 0, s.line, s.column, s.via, s.api))
        return result


def _workspace(request: Request) -> Workspace:
    resolver = ConfigResolver(request.config_overrides, isolated=request.isolated, config_file=request.config_file)
    return Workspace(request.paths, request.stdin, resolver)


def _linked(workspace: Workspace) -> Iterator[Sites]:
    """The call sites of the project around the paths; nothing where no file names an SDK."""
    project: Project | None = workspace.project()
    if project is None:
        return
    from llmlint.checks.finding import Sites
    from llmlint.sites.evidence import EvidenceIndex
    from llmlint.sites.find import find

    yield Sites(project, find(project), EvidenceIndex(project))


class _no_collection:  # noqa: N801
    """A run keeps nearly all it allocates: the cycle collector would only walk over it again and again."""

    def __enter__(self) -> None:
        self._enabled = gc.isenabled()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        if self._enabled:
            gc.enable()
