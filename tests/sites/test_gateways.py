"""Gateways that a project declares: their calls are call sites, with what the declaration says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmlint import engine
from llmlint.cli.run import run

CONFIG = """
[[gateway]]
function = "acme_llm.Client.chat"
parameters = { prompt = "messages", model = "model", max-tokens = "limit" }
gives = ["timeout", "retry", "trace"]
text = "answer"

[[gateway]]
function = "app.llm.complete"
kind = "responses"
parameters = { prompt = "prompt", temperature = "heat" }
gives = ["timeout", "fallback", "trace", "cap"]
"""


def project(folder: Path, files: dict[str, str]) -> engine.Request:
    (folder / "llmlint.toml").write_text(CONFIG)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return engine.Request((str(folder),))


EXTERNAL = """import json

from acme_llm import Client

client = Client("team-a")


def labels(text):
    reply = client.chat([{"role": "user", "content": text}], model="large", limit=200)
    return json.loads(reply.answer)


def other(text):
    return client.chatter(text)
"""


def test_a_method_of_a_package_that_no_sdk_file_knows(tmp_path: Path) -> None:
    sites = engine.audit(project(tmp_path, {"app.py": EXTERNAL})).sites
    assert [(site.line, site.sdk, site.api, site.kind) for site in sites] == [
        (9, "gateway", "acme_llm.Client.chat", "chat")
    ]


def test_rules_judge_it_by_what_it_gives(tmp_path: Path) -> None:
    found = {d.name for d in engine.check(project(tmp_path, {"app.py": EXTERNAL})).diagnostics}
    assert {"missing-response-format", "unguarded-parse", "unhandled-call"} <= found
    assert not found & {"missing-timeout", "infinite-timeout", "unlogged-call", "missing-max-tokens"}


INTERNAL = {
    "app/__init__.py": "",
    "app/llm.py": "import transport\n\n\ndef complete(prompt, heat=1.0):\n    return transport.send(prompt, heat)\n",
    "app/page.py": (
        "import json\n\nfrom app.llm import complete\n\n\ndef page(text):\n    return json.loads(complete(text, 0))\n"
    ),
}


def test_a_function_of_the_project(tmp_path: Path) -> None:
    request = project(tmp_path, INTERNAL)
    site = engine.audit(request).sites[0]
    assert (Path(site.path).name, site.line, site.api, site.kind) == ("page.py", 7, "app.llm.complete", "responses")
    assert site.settings["temperature"]["value"] == "0"
    found = {d.name for d in engine.check(request).diagnostics}
    assert {"missing-response-format", "unguarded-parse", "uncached-deterministic-call"} <= found
    assert "unhandled-call" not in found


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ('gateway = "app.llm.complete"', "`gateway`: expected tables, written `[[gateway]]`"),
        ('[[gateway]]\nfunktion = "a.b"', "unknown setting `gateway.funktion`. Did you mean `function`?"),
        ('[[gateway]]\nkind = "chat"', "function"),
        ('[[gateway]]\nfunction = "a.b"\nkind = "talk"', "kind"),
        (
            '[[gateway]]\nfunction = "a.b"\nparameters = { modell = "m" }',
            "unknown setting `modell`. Did you mean `model`?",
        ),
        (
            '[[gateway]]\nfunction = "a.b"\ngives = ["timeuot"]',
            "holds `timeuot`, which is unknown. Did you mean `timeout`?",
        ),
        ('[[gateway]]\nfunction = "a.b"\nkind = "chta"', "`kind` is 'chta', not one of"),
        ('[[gateway]]\nfunction = "a.b"\nkind = "chta"', "Did you mean `chat`?"),
    ],
)
def test_a_mistake_in_the_declaration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], config: str, problem: str
) -> None:
    (tmp_path / "llmlint.toml").write_text(config)
    monkeypatch.chdir(tmp_path)
    assert run(["check"]) == 2
    shown = capsys.readouterr().err
    assert problem in shown
    assert "Traceback" not in shown
