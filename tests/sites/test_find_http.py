"""Plain HTTP requests to a provider: the expected lines say `# <- call`, the traps say nothing."""

from __future__ import annotations

from textwrap import dedent
from urllib.parse import urlsplit

import pytest
from support import Code, expect_calls, only_site, setting, timeout

from llmlint.rulebook.endpoints import load_endpoints
from llmlint.rulebook.sdk import addresses, load_sdk, transports


def api(code: Code) -> str:
    """Provider, request and kind of the only call site."""
    site = only_site(code)
    assert site.via == "http"
    return f"{site.match.provider} {site.match.api} {site.kind}"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('requests.post(f"{OPENAI}/chat/completions", json=body)', "openai POST /v1/chat/completions chat"),
        ('requests.request("POST", f"{OPENAI}/embeddings", json=body)', "openai POST /v1/embeddings embedding"),
        (
            'requests.Session().post("https://api.anthropic.com/v1/messages", json=body)',
            "anthropic POST /v1/messages chat",
        ),
        (
            'httpx.post("http://localhost:11434/api/generate", json=body)',
            "ollama POST /api/generate completion",
        ),
        (
            'httpx.Client(base_url="https://api.groq.com/openai/v1").post("/chat/completions", json=body)',
            "groq POST /openai/v1/chat/completions chat",
        ),
        (
            'urllib.request.urlopen("https://api.mistral.ai/v1/chat/completions", data)',
            "mistral POST /v1/chat/completions chat",
        ),
        (
            'urllib.request.urlopen(urllib.request.Request("https://api.x.ai/v1/responses", data))',
            "xai POST /v1/responses responses",
        ),
        (
            'requests.post(f"https://{NAME}.openai.azure.com/openai/deployments/{NAME}/chat/completions?v=1")',
            "azure POST /openai/deployments/{}/chat/completions chat",
        ),
        (
            'requests.post("https://generativelanguage.googleapis.com/v1/models/" + NAME + ":generateContent")',
            "google POST /v1/models/{}:generateContent chat",
        ),
        ('requests.post(f"{ROUTER}/audio/speech", json=body)', "openrouter POST /api/v1/audio/speech audio"),
    ],
)
def test_the_address_tells_provider_and_operation(call: str, expected: str) -> None:
    head = """
        import os
        import urllib.request

        import httpx
        import requests

        NAME = os.environ["NAME"]
        OPENAI = "https://api.openai.com/v1"
        ROUTER = os.getenv("ROUTER", "https://openrouter.ai/api/v1")
        body, data = {}, b""
    """
    assert api(f"{dedent(head)}{call}\n") == expected


def test_an_async_session() -> None:
    expect_calls("""
        import aiohttp

        async def ask(messages):
            body = {"model": "deepseek-chat", "messages": messages}
            async with aiohttp.ClientSession() as session:
                url = "https://api.deepseek.com/chat/completions"
                async with session.post(url, json=body) as response:  # <- call
                    return (await response.json())["choices"][0]["message"]["content"]
    """)


def test_the_address_stands_in_another_module() -> None:
    expect_calls(
        {
            "settings.py": 'URL = "https://api.openai.com/v1/audio/speech"\n',
            "speak.py": """
                import requests
                from settings import URL

                requests.post(URL, json={"model": "tts-1", "input": "Hi"})  # <- call
            """,
        }
    )


@pytest.mark.parametrize(
    ("path", "found"),
    [("/v1/chat/completions", True), ("/models/gemini-3-pro:generateContent", True), ("/v1/embeddings", False)],
)
def test_a_host_that_nobody_knows_counts_by_a_path_that_only_models_have(path: str, found: bool) -> None:
    called = "  # <- call" if found else ""
    expect_calls(f"""
        import requests

        requests.post("https://relay.example.com{path}", json={{"model": "m", "prompt": "Hi"}}){called}
        requests.post("https://api.openai.com/v1/chat/completions", json={{}})  # <- call
    """)


def test_a_server_of_ones_own_counts_by_its_path() -> None:
    site = only_site("""
        import requests

        class Llm:
            def __init__(self, base_url):
                self.url = f"{base_url}/v1/chat/completions"

            def ask(self, messages):
                return requests.post(self.url, json={"model": "qwen", "messages": messages})
    """)
    assert (site.confidence, site.match.provider) == ("shape", "")


def test_a_server_that_is_not_listed_counts_by_a_path_that_only_models_have() -> None:
    site = only_site("""
        import requests

        HOST = "https://api.example-models.com/v1"


        def ask(messages):
            return requests.post(f"{HOST}/chat/completions", json={"model": "m1", "messages": messages})
    """)
    assert (site.confidence, site.match.provider) == ("shape", "")


def test_what_is_no_call_of_a_model() -> None:
    expect_calls("""
        import requests
        from flask import Flask

        app = Flask(__name__)

        requests.get("https://api.openai.com/v1/models")
        requests.post("https://api.openai.com/v1/files", files={})
        requests.post("https://openrouter.ai/api/v1/auth/keys", json={"code": "a"})
        requests.post("https://example.com/v1/embeddings", json={})
        requests.post("https://shop.example.com/v1/messages", json={})
        requests.post(unknown, json={"note": "see https://api.openai.com/v1/chat/completions"})

        @app.post("/v1/chat/completions")
        def proxied(): ...

        class Requests:
            def post(self, url, json): ...

        Requests().post("https://api.openai.com/v1/chat/completions", json={})
    """)


CHAT = """
    import json
    import requests

    def ask(prompt, body):
        return requests.post("https://api.openai.com/v1/chat/completions", {arguments})
"""


@pytest.mark.parametrize(
    ("arguments", "name", "expected"),
    [
        ('json={"model": "gpt-5.4-mini", "messages": []}', "model", "present 'gpt-5.4-mini'"),
        ('json={"messages": [], "max_tokens": 20}', "max-tokens", "present 20"),
        ('json={"messages": []}', "max-tokens", "absent"),
        ("json=body", "max-tokens", "unknown"),
        ('data=json.dumps({"messages": []})', "max-tokens", "absent"),
        ('data=json.dumps({"max_tokens": 20})', "max-tokens", "present 20"),
        ("data=json.dumps(body)", "max-tokens", "unknown"),
        ('json={"response_format": {"type": "json_object"}}', "constraint", "present {type: 'json_object'}"),
        ("json={}, timeout=10", "timeout", "present 10"),
    ],
)
def test_settings_are_read_from_the_body(arguments: str, name: str, expected: str) -> None:
    assert setting(CHAT.replace("{arguments}", arguments), name) == expected


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("requests.post(URL, json={})", "default"),
        ("requests.post(URL, json={}, timeout=10)", "given"),
        ("requests.post(URL, json={}, timeout=None)", "none"),
        ("httpx.post(URL, json={})", "default"),
        ("httpx.Client(timeout=None).post(URL, json={})", "none"),
        ("urllib.request.urlopen(URL, b'', 10)", "given"),
    ],
)
def test_timeouts(call: str, kind: str) -> None:
    head = "import urllib.request\nimport requests, httpx\n\nURL = 'https://api.openai.com/v1/chat/completions'\n"
    assert timeout(f"{head}{call}\n") == kind


def test_the_limits_of_the_libraries() -> None:
    limits = {name: {o.defaults.timeout for o in load_sdk(name).operations} - {None} for name in transports()}
    assert limits == {"requests": {float("inf")}, "urllib": {float("inf")}, "httpx": {5.0}, "aiohttp": {300.0}}
    assert {client.defaults.timeout for client in load_sdk("aiohttp").clients} == {300.0}


@pytest.mark.parametrize("host", sorted(load_endpoints().hosts))
def test_every_host_makes_a_file_worth_a_search(host: str) -> None:
    address = f"https://{host.replace('*', 'name')}/v1"
    assert any(word.decode() in address for word in addresses())
    assert load_endpoints().provider(urlsplit(address).netloc) == load_endpoints().hosts[host]
