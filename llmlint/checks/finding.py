"""What a check yields, and what it may ask of the run."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from llmlint.diagnostics import Fix, Note, Severity
from llmlint.records import record

if TYPE_CHECKING:
    from llmlint.config.model import Config, OptionValue
    from llmlint.index.module import Module
    from llmlint.index.project import Project
    from llmlint.rulebook.match import Condition
    from llmlint.sites.callsite import CallSite
    from llmlint.sites.evidence import EvidenceIndex
    from llmlint.sites.flow.follow import Flow

T = TypeVar("T")


@record
class Finding:
    """A fault at `node`. `message` names one of the rule's templates, `fields` fills it and the help text.

    `severity` overrides the rule's. `unknown` marks what `--strict` adds.
    """

    module: Module
    node: ast.AST
    message: str = "default"
    fields: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[Note, ...] = ()
    related: tuple[Note, ...] = ()
    severity: Severity | None = None
    fix: Fix | None = None
    confidence: str = "resolved"


@record
class Settings:
    """What a check may know of the configuration in force for a file."""

    options: Mapping[str, OptionValue]
    config: Config
    today: date
    match: Mapping[str, Condition] = field(default_factory=dict)

    def number(self, name: str) -> float:
        """A numeric option of the rule."""
        value = self.options[name]
        assert isinstance(value, (int, float))
        return value


@dataclass(eq=False)
class Sites:
    """All call sites of the project, for rules that report one cause of many calls once."""

    project: Project
    sites: list[CallSite]
    evidence: EvidenceIndex
    facts: dict[str, bool] = field(default_factory=dict)  # what was found out about the project as a whole

    _flows: dict[int, Flow] = field(default_factory=dict)

    def flow(self, site: CallSite) -> Flow:
        """Where the site's answer goes, traced once."""
        found = self._flows.get(id(site))
        if found is None:
            from llmlint.sites.flow.follow import Flow

            found = self._flows[id(site)] = Flow(site)
        return found

    @cached_property
    def outside_tests(self) -> list[CallSite]:
        """The sites that are not in test code."""
        return [site for site in self.sites if site.context != "tests"]

    @cached_property
    def calls(self) -> frozenset[int]:
        """The ids of the call expressions."""
        return frozenset(id(site.node) for site in self.sites)

    @cached_property
    def asking(self) -> frozenset[int]:
        """The ids of the functions that hold a call."""
        return frozenset(id(site.function) for site in self.sites)


class Places(Generic[T]):
    """Faults by the place at fault, in the order found, each with the calls that lead to it: it is reported once."""

    def __init__(self) -> None:
        self._found: dict[Hashable, tuple[T, list[CallSite]]] = {}

    def add(self, place: Hashable, site: CallSite, fault: T) -> T:
        """Note that a call leads to a fault at a place, a node for most; what is said of it is what was said first."""
        said, origins = self._found.setdefault(place, (fault, []))
        if site not in origins:
            origins.append(site)
        return said

    def __iter__(self) -> Iterator[tuple[T, list[CallSite]]]:
        """Each fault with its calls."""
        return iter(self._found.values())


def site_notes(sites: Iterable[CallSite], message: str = "the call") -> tuple[Note, ...]:
    """Related places: the calls of some sites."""
    return tuple(Note(message, site.location) for site in sites)
