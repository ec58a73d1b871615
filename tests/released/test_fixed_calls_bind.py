"""The code that fixes write, bound to the signatures of the released SDKs: a check of its own (`pytest -m slow`)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from environment import interpreter
from fixed_examples import BAD, Project

from llmlint import engine

PROBE = Path(__file__).parent / "bind_probe.py"
# SDK as the rulebook calls it: what is installed, and how it is imported.
SDKS = {
    "openai": ("openai", "openai"),
    "anthropic": ("anthropic", "anthropic"),
    "google-genai": ("google-genai", "google"),
    "mistralai": ("mistralai", "mistralai"),
    "cohere": ("cohere", "cohere"),
    "groq": ("groq", "groq"),
    "ollama": ("ollama", "ollama"),
    "litellm": ("litellm", "litellm"),
}
UNBOUND = {
    "a call in the manner of another SDK": "one of its calls is refused after all fixes, too",
    "a client is built with what its constructor does not take": "it is refused, and no fix is offered",
    "mistralai before 1.0 tries five times in all": "the released SDK has no such client",
    "the config of one message takes the place of the chat's": "it is called on what another call gives",
    "one of two ways to build the client brings limits of its own, and the call goes through a helper that is given "
    "the method": "the helper calls a parameter",
    "clients that are kept by key, in an object and in a module": "a client is built for a base that is a stand-in",
    "helpers that try again what they are handed: a lambda, a function, the method itself, a method of the same "
    "object": "the helper calls a parameter",
    "the request goes through JSON, and an address is given for some models only": "what is decoded is a stand-in",
}
"""Titles of examples whose calls cannot all be bound, each with the reason."""


@pytest.mark.slow
def test_every_call_of_every_fixed_example_binds(tmp_path: Path) -> None:
    assert UNBOUND.keys() <= {example.title for _, example in BAD}
    modules, required = fixed_modules(tmp_path)
    assert modules
    asked = json.dumps({"modules": modules, "roots": [root for _, root in SDKS.values()]})
    python = interpreter(tmp_path, [distribution for distribution, _ in SDKS.values()])
    run = subprocess.run(
        [python, "-W", "ignore", PROBE],
        input=asked,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=900,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    answers: list[dict[str, Any]] = [json.loads(line) for line in run.stdout.splitlines()]
    assert [each["name"] for each in answers] == [each["name"] for each in modules]
    faults = [f"{each['name']}: {fault}" for each in answers for fault in each["faults"]]
    for each in answers:
        reached = {(path, line) for path, line in each["bound"]}
        faults += [f"{each['name']}: {place} was not reached" for place in required[each["name"]] - reached]
    assert not faults, "\n".join(faults)
    assert sum(each["async"] for each in answers)
    print(f"{len(modules)} examples, {sum(len(each['bound']) for each in answers)} calls bound")


def fixed_modules(tmp_path: Path) -> tuple[list[dict[str, Any]], dict[str, set[tuple[str, int]]]]:
    """The fixed examples that call one of the SDKs, and where they call it."""
    modules: list[dict[str, Any]] = []
    required: dict[str, set[tuple[str, int]]] = {}
    for number, (rule, example) in enumerate(BAD):
        if example.title in UNBOUND:
            continue
        folder = tmp_path / str(number)
        folder.mkdir()
        project = Project(folder.resolve(), rule, example)
        before = {path: text.encode() for path, text in project.texts.items()}
        after = project.fixed(before)
        if after == before:
            continue
        project.write(after)
        name = f"{rule.name}: {example.title}"
        required[name] = {
            (project.place(site.path), site.line)
            for site in engine.audit(engine.Request((str(folder),))).sites
            if site.sdk in SDKS and site.via != "wrapper"
        }
        if required[name]:
            modules.append({"name": name, "files": {path: data.decode() for path, data in after.items()}})
    return modules, required
