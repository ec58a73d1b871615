"""The command line with an engine that finds what a test tells it to."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest

import llmlint
from llmlint.__main__ import main
from llmlint.diagnostics import Applicability, Diagnostic, Fix, Location, Operation, Severity
from llmlint.inventory import SiteRecord


def engine() -> ModuleType:
    try:
        return importlib.import_module("llmlint.engine")
    except ImportError:
        return _stand_in()


def _stand_in() -> ModuleType:
    @dataclass(frozen=True)
    class Request:
        paths: tuple[str, ...]
        config_overrides: Any
        stdin: tuple[str, bytes] | None
        isolated: bool
        config_file: str | None

    @dataclass
    class Result:
        diagnostics: list[Diagnostic]
        problems: list[Any]
        files: int
        sites: list[SiteRecord]
        unknown_settings: int
        suppressed: int
        sources: dict[str, str]

    @dataclass(frozen=True)
    class Problem:
        path: str
        message: str
        fatal: bool

    module = ModuleType("llmlint.engine")
    module.Request, module.Result, module.Problem = Request, Result, Problem  # type: ignore[attr-defined]
    module.check = module.audit = None  # type: ignore[attr-defined]
    sys.modules["llmlint.engine"] = module
    llmlint.engine = module  # type: ignore[attr-defined]
    return module


@dataclass
class Run:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


@dataclass
class Lint:
    """Runs the command line; its engine answers with `finds(request)` and the other attributes."""

    engine: ModuleType
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    finds: Callable[[Any], list[Diagnostic]] = field(default=lambda request: [])
    problems: list[Any] = field(default_factory=list)
    sites: list[SiteRecord] = field(default_factory=list)
    requests: list[Any] = field(default_factory=list)
    files: int = 1

    def __call__(self, *arguments: str, stdin: bytes | None = None) -> Run:
        if stdin is not None:
            self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self.monkeypatch.setattr(sys, "argv", ["llmlint", *arguments])
        status = main()
        captured = self.capsys.readouterr()
        return Run(status, captured.out, captured.err)

    def answer(self, request: Any) -> Any:
        """What the engine returns."""
        self.requests.append(request)
        return self.engine.Result(
            diagnostics=self.finds(request),
            problems=self.problems,
            files=self.files,
            sites=self.sites,
            unknown_settings=0,
            suppressed=0,
            sources={},
        )


def finding(
    name: str = "missing-timeout",
    code: str = "LLM301",
    severity: Severity = Severity.WARNING,
    path: str = "app.py",
    fix: Fix | None = None,
) -> Diagnostic:
    return Diagnostic(code, name, severity, f"{name} it is", Location(path, 1, 1, 1, 4), fix=fix)


def calls_without_timeout(
    source: bytes, path: str = "app.py", kind: Applicability = Applicability.SAFE
) -> list[Diagnostic]:
    """A fixable finding for each line that reads `ask()`."""
    found = []
    for number, line in enumerate(source.decode().split("\n"), 1):
        if line.strip() == "ask()":
            target = Location(path, number, 1, number, 6)
            operation = Operation("add-keyword", target, (("keyword", "timeout"), ("value", "30")))
            fix = Fix(kind, "Add `timeout=30`", (operation,))
            found.append(Diagnostic("LLM301", "missing-timeout", Severity.WARNING, "no timeout", target, fix=fix))
    return found
