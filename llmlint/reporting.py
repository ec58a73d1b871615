"""From findings to diagnostics: messages, identities, severities, suppressions."""

from __future__ import annotations

import ast
import importlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from fnmatch import fnmatch
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from llmlint.checks.finding import Finding, Settings, Sites
from llmlint.diagnostics import Diagnostic, Fix, Location, Note, Severity
from llmlint.index.tree import statement_of
from llmlint.sites.callsite import CallSite
from llmlint.sites.outward import function_name
from llmlint.source.suppress import statement_lines
from llmlint.suppression import Comments

if TYPE_CHECKING:
    from llmlint.config.model import Config
    from llmlint.engine import Result
    from llmlint.index.module import Module
    from llmlint.rulebook.model import Rule
    from llmlint.workspace import Workspace

UNKNOWN_HELP = "Set it where it can be read (on the call, its client or a default), or suppress this with the reason"
IN_TESTS = frozenset({"wrong-token-limit", "rejected-parameter"})  # what makes a call fail matters in tests, too


class Reporter:
    """Runs the rules over the call sites of a project and keeps what was asked for and not suppressed."""

    def __init__(self, workspace: Workspace, sites: Sites) -> None:
        self._workspace = workspace
        self._sites = sites
        self._rulebook = workspace.resolver.rulebook
        self._comments = Comments(self._rulebook)
        self._seen: Counter[str] = Counter()
        self._selected: dict[int, frozenset[str]] = {}
        self._fixable: dict[int, frozenset[str]] = {}
        self._spelled: dict[ast.AST, str] = {}
        self._crashes: list[Diagnostic] = []

    def run(self, result: Result) -> None:
        """Add diagnostics, sources and counts to the result."""
        wanted = self._rules()
        for rule in wanted:
            for diagnostic, finding in self._diagnostics(rule):
                if self._comments.cover(diagnostic, finding.module):
                    result.suppressed += 1
                    continue
                result.diagnostics.append(diagnostic)
                result.sources[diagnostic.location.source] = finding.module.shown(diagnostic.location)
        result.diagnostics += self._crashes
        for crash in self._sites.project.crashes:
            if self._workspace.is_reported(crash.module.key):
                where = crash.module.location(crash.node)
                text = f"This call could not be looked at ({_reason(crash.error)}): please report it"
                result.diagnostics.append(_internal_error(text, where))
        for module in self._sites.project.parsed():
            if self._workspace.is_reported(module.key):
                checked = self._checked(module)
                for mistake in (*self._comments.mistakes(module), *self._comments.unused(module, checked)):
                    result.diagnostics.append(mistake)
                    result.sources[mistake.location.source] = module.shown(mistake.location)
        from llmlint.sites.inventory import unknown_settings

        for site in self._sites.sites:
            if self._workspace.is_reported(site.module.key):
                result.call_sites += 1
                try:
                    result.unknown_settings += unknown_settings(site)
                except Exception as error:
                    if os.environ.get("LLMLINT_TRACEBACK"):
                        raise
                    text = f"The settings of `{site.spelled}` could not be counted ({_reason(error)}): please report it"
                    result.diagnostics.append(_internal_error(text, site.location))
        tables = self._sites.project.tables
        if tables:
            from llmlint.rulebook.models import outdated

            result.notes += outdated(tables.values(), _today(self._config_of(None)))

    def _rules(self) -> list[Rule]:
        chosen: set[str] = set()
        for path in self._workspace.reported:
            chosen |= self._selection(self._workspace.config_for(path))
        return [rule for rule in self._rulebook.rules if rule.name in chosen]

    def _checked(self, module: Module) -> frozenset[str]:
        """The rules that were asked about a file; none where one of them crashed, and may have missed something."""
        if self._crashes or self._sites.project.crashes:
            return frozenset()
        config = self._workspace.config_for(module.path)
        return frozenset(name for name in self._selection(config) if not self._ignored_here(name, module.path, config))

    def _selection(self, config: Config) -> frozenset[str]:
        known = self._selected.get(id(config))
        if known is None:
            known = self._rulebook.select(config.select, config.extend_select, config.ignore)
            self._selected[id(config)] = known
        return known

    def _mended(self, config: Config) -> frozenset[str]:
        """The rules whose fixes the configuration wants to be offered."""
        known = self._fixable.get(id(config))
        if known is None:
            known = self._fixable[id(config)] = self._rulebook.select(config.fixable, (), config.unfixable)
        return known

    def _diagnostics(self, rule: Rule) -> Iterator[tuple[Diagnostic, Finding]]:
        for finding in chain(self._findings(rule), self._unknowns(rule)):
            if not self._workspace.is_reported(finding.module.key):
                continue
            config = self._workspace.config_for(finding.module.path)
            if finding.confidence == "unknown" and not config.strict:
                continue
            if rule.name in self._selection(config) and not self._ignored_here(rule.name, finding.module.path, config):
                yield self._diagnostic(rule, finding, config), finding

    def _findings(self, rule: Rule) -> Iterator[Finding]:
        """What the rule's check yields; a check that crashes becomes a finding of its own and the rest goes on."""
        module_name, _, name = rule.check.partition(".")
        check = getattr(importlib.import_module(f"llmlint.checks.{module_name}"), name)
        names = check.__code__.co_varnames[: check.__code__.co_argcount]
        subjects: Iterable[CallSite | Sites] = self._sites.sites if names[0] == "site" else [self._sites]
        for subject in subjects:
            if isinstance(subject, CallSite) and subject.context == "tests" and rule.name not in IN_TESTS:
                continue
            supply: dict[str, object] = {}
            if "sites" in names[1:]:
                supply["sites"] = self._sites
            if "settings" in names:
                supply["settings"] = self._settings(rule, subject)
            try:
                yield from check(subject, **supply)
            except Exception as error:
                if os.environ.get("LLMLINT_TRACEBACK"):
                    raise
                self._note_crash(rule, subject, error)

    def _unknowns(self, rule: Rule) -> Iterator[Finding]:
        """What `--strict` adds to the rule's findings."""
        if not rule.strict or not self._strict:
            return
        from llmlint.checks.undetermined import undetermined

        try:
            yield from undetermined(self._sites, rule.strict)
        except Exception as error:
            if os.environ.get("LLMLINT_TRACEBACK"):
                raise
            self._note_crash(rule, self._sites, error)

    @cached_property
    def _strict(self) -> bool:
        """Whether the configuration of any file asks for what could not be determined."""
        return any(self._workspace.config_for(path).strict for path in self._workspace.reported)

    def _note_crash(self, rule: Rule, subject: CallSite | Sites, error: Exception) -> None:
        """Adds a finding at the call that was looked at; for a rule on the project, at the top of the first file."""
        reason = _reason(error)
        if isinstance(subject, Sites):
            where, place = Location(self._workspace.reported[0], 1, 1, 1, 1), "this project"
        else:
            where, place = subject.location, f"`{subject.spelled}`"
            if not self._workspace.is_reported(subject.module.key):
                return
        text = f"The rule {rule.name} failed on {place} ({reason}): please report it"
        self._crashes.append(_internal_error(text, where))

    def _settings(self, rule: Rule, subject: object) -> Settings:
        config = self._config_of(getattr(getattr(subject, "module", None), "path", None))
        options = rule.settings(config.options.get(rule.name, {}))
        return Settings(options, config, _today(config), rule.match)

    def _config_of(self, path: str | None) -> Config:
        """The configuration in force for a module; for the project as a whole, that of the first file."""
        return self._workspace.config_for(path or self._workspace.reported[0])

    def _ignored_here(self, name: str, path: str, config: Config) -> bool:
        for pattern, selectors in config.per_file_ignores.items():
            relative = os.path.relpath(os.path.abspath(path), config.root)
            matches = fnmatch(relative, pattern) or fnmatch(os.path.basename(relative), pattern)
            if matches and any(name in self._rulebook.expand(selector) for selector in selectors):
                return True
        return False

    def _diagnostic(self, rule: Rule, finding: Finding, config: Config) -> Diagnostic:
        location = finding.module.location(finding.node)
        fields = _Fields(finding.fields)
        severity = config.severity.get(rule.name) or finding.severity or rule.severity
        return Diagnostic(
            rule.code,
            rule.name,
            severity,
            rule.messages[finding.message].format_map(fields),
            location,
            finding.confidence,
            self._identity(rule, finding),
            UNKNOWN_HELP if finding.confidence == "unknown" else rule.messages.get("help", "").format_map(fields),
            finding.evidence,
            _without(finding.related, location),
            self._offered(finding.fix) if rule.name in self._mended(config) else None,
            _statement(finding.module, finding.node),
        )

    def _offered(self, fix: Fix | None) -> Fix | None:
        """The fix, unless it would edit a file that is not checked, or a notebook, where the text stands in JSON."""
        for target in (operation.target for operation in fix.operations) if fix is not None else ():
            if target.cell is not None or not self._workspace.is_given(target.path):
                return None
        return fix

    def _identity(self, rule: Rule, finding: Finding) -> str:
        """Tells a finding from others by file, function and the code at fault; repeats are numbered."""
        key = "\n".join([rule.code, finding.module.key, function_name(finding.node), self._code(finding.node)])
        self._seen[key] += 1
        return f"{key}\n{self._seen[key]}"

    def _code(self, node: ast.AST) -> str:
        """The code at fault on one line: many rules report the same call."""
        known = self._spelled.get(node)
        if known is None:
            code = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
            known = self._spelled[node] = " ".join(code.split())
        return known


def _today(config: Config) -> date:
    return config.today or date.today()


def _internal_error(text: str, where: Location) -> Diagnostic:
    return Diagnostic("LLM000", "internal-error", Severity.ERROR, text, where)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


class _Fields(dict[str, str]):
    """Fields of a message: one that a check does not supply shows as an ellipsis rather than failing the run."""

    def __missing__(self, key: str) -> str:
        return "…"


def _without(notes: Iterable[Note], location: Location) -> tuple[Note, ...]:
    """The notes, each once, without those of the finding's own place."""
    return tuple(dict.fromkeys(note for note in notes if note.location != location))


def _statement(module: Module, node: ast.AST) -> Location:
    """The lines of the innermost statement around a node, where a suppression counts."""
    statement = statement_of(node)
    if statement is None:
        return module.location(node)
    first, last = statement_lines(statement)
    whole = module.location(statement)
    shift = whole.line - statement.lineno
    return replace(whole, line=first + shift, end_line=max(last + shift, module.location(node).end_line))
