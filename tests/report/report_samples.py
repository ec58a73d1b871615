"""Findings and call sites with something of everything."""

from __future__ import annotations

from llmlint.diagnostics import Applicability, Diagnostic, Edit, Fix, Location, Note, Operation, Severity
from llmlint.inventory import SiteRecord

CLIENTS = """from openai import OpenAI


class Settings:
    retries = 2

client = OpenAI()
"""
ASK = """def ask(question):
    answer = client.chat.completions.create(
        model="gpt-4.1",
        messages=[{"role": "user", "content": question}],
        temperature=0,
    )
    return json.loads(answer.choices[0].message.content)
"""
SOURCES = {"app/clients.py": CLIENTS, "app/ask.py": ASK, "demo.ipynb:3": "client.responses.create(model=m)\n"}


def at(path: str, line: int, column: int, end_line: int, end_column: int, cell: int | None = None) -> Location:
    return Location(path, line, column, end_line, end_column, cell)


def caller(line: int) -> Note:
    return Note("called here", at("app/ask.py", line, 14, line, 40))


TIMEOUT = Diagnostic(
    code="LLM301",
    name="missing-timeout",
    severity=Severity.WARNING,
    message="This client waits up to 600 s, three times over, before it gives up",
    location=at("app/clients.py", 7, 10, 7, 18),
    identity="LLM301 app/clients.py",
    help="Pass `timeout=` to `OpenAI()`",
    evidence=(
        Note("`OpenAI()` is built here without `timeout`", at("app/clients.py", 7, 10, 7, 18)),
        Note("openai waits 600 s by default and tries three times"),
    ),
    related=tuple(caller(line) for line in (2, 12, 22, 32, 42, 52, 62)),
    fix=Fix(
        Applicability.UNSAFE,
        "Add `timeout=30`",
        (Operation("add-keyword", at("app/clients.py", 7, 10, 7, 18), (("timeout", "30"),)),),
    ),
)
PARSE = Diagnostic(
    code="LLM105",
    name="unguarded-parse",
    severity=Severity.ERROR,
    message="`json.loads` raises when the answer is no JSON, and nothing catches it",
    location=at("app/ask.py", 7, 12, 7, 57),
    confidence="shape",
    identity="LLM105 app/ask.py",
)
NOTEBOOK = Diagnostic(
    code="LLM308",
    name="missing-retry",
    severity=Severity.INFO,
    message="Nothing tries this call again",
    location=at("demo.ipynb", 1, 1, 1, 34, cell=3),
    confidence="unknown",
    identity="LLM308 demo.ipynb",
    fix=Fix(Applicability.SAFE, "Add `max_retries=2`", ()),
)
FINDINGS = [TIMEOUT, PARSE, NOTEBOOK]

SITES = [
    SiteRecord(
        path="app/ask.py",
        cell=None,
        line=2,
        column=14,
        sdk="openai",
        provider="openai",
        api="chat.completions.create",
        kind="chat",
        via="direct",
        confidence="resolved",
        function="ask",
        model="gpt-4.1",
        settings={
            "timeout": {"state": "absent", "value": None, "why": "neither the call nor its client sets it"},
            "temperature": {"state": "present", "value": "0", "why": "keyword of the call"},
        },
        patterns={
            "constrain": "no",
            "budget": "no",
            "fallback": "no",
            "cache": "no",
            "log": "yes",
            "model": "yes",
        },
    ),
    SiteRecord(
        path="app/ask.py",
        cell=None,
        line=112,
        column=5,
        sdk="openai",
        provider="openai",
        api="responses.create",
        kind="responses",
        via="wrapper",
        confidence="shape",
        function="Bot.reply",
        settings={
            "timeout": {"state": "unknown", "value": None, "why": "`**options` comes from outside the project"},
            "max-tokens": {"state": "unknown", "value": None, "why": "`**options` comes from outside the project"},
        },
        patterns={
            "constrain": "unknown",
            "budget": "unknown",
            "fallback": "yes",
            "cache": "no",
            "log": "no",
            "model": "unknown",
        },
    ),
    SiteRecord(
        path="demo.ipynb",
        cell=3,
        line=1,
        column=1,
        sdk="anthropic",
        provider="anthropic",
        api="messages.create",
        kind="chat",
        via="direct",
        confidence="resolved",
        function="",
        model="claude-sonnet-4-5",
        settings={"timeout": {"state": "present", "value": "30", "why": "constructor of the client"}},
        patterns={"constrain": "yes", "budget": "yes", "fallback": "yes", "cache": "yes", "log": "yes", "model": "yes"},
    ),
]


def edits(diagnostic: Diagnostic) -> list[Edit]:
    if diagnostic is TIMEOUT:
        return [Edit(at("app/clients.py", 7, 17, 7, 17), "timeout=30")]
    return []
