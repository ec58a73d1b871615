"""The timeout that holds for a call: from the call, its derivations, the client, its transport, the default."""

from __future__ import annotations

from support import setting, timeout


def openai(constructor: str = "", call: str = "", before: str = "", derived: str = "") -> str:
    """A module that builds one client and calls it once."""
    return (
        f"import httpx\nimport openai\nfrom openai import OpenAI\n{before}\n"
        f"client = OpenAI({constructor}){derived}\n"
        f"client.responses.create(model='gpt-4.1', input='Hi', {call})\n"
    )


def test_nothing_given_leaves_the_default_of_the_sdk() -> None:
    assert timeout(openai()) == "default"


def test_given_on_the_call() -> None:
    assert timeout(openai(call="timeout=20")) == "given"


def test_given_on_the_client() -> None:
    assert timeout(openai("timeout=20")) == "given"


def test_given_by_with_options() -> None:
    assert timeout(openai(derived=".with_options(timeout=20)")) == "given"


def test_given_by_copy() -> None:
    assert timeout(openai(derived=".copy(timeout=20)")) == "given"


def test_other_derivations_do_not_touch_it() -> None:
    assert timeout(openai(derived=".with_options(max_retries=5)")) == "default"
    assert timeout(openai("timeout=20", derived=".with_options(max_retries=5)")) == "given"


def test_none_on_the_client_switches_it_off() -> None:
    assert timeout(openai("timeout=None")) == "none"


def test_none_on_the_call_wins_over_the_client() -> None:
    assert timeout(openai("timeout=20", call="timeout=None")) == "none"


def test_none_is_the_default_where_the_sdk_takes_it_for_nothing() -> None:
    assert timeout("import cohere\ncohere.ClientV2(timeout=None).chat(model='command-a', messages=[])") == "default"
    assert timeout("import litellm\nlitellm.completion(model='gpt-4.1', messages=[], timeout=None)") == "default"
    code = "from openrouter import OpenRouter\nOpenRouter(timeout_ms=9000).chat.send(messages=[], timeout_ms=None)"
    assert timeout(code) == "given"


def test_call_wins_over_none_on_the_client() -> None:
    assert timeout(openai("timeout=None", call="timeout=20")) == "given"


def test_sentinel_leaves_what_the_client_has() -> None:
    assert timeout(openai(call="timeout=NOT_GIVEN", before="from openai import NOT_GIVEN")) == "default"
    assert timeout(openai("timeout=20", call="timeout=openai.NOT_GIVEN")) == "given"


def test_timeout_object() -> None:
    assert timeout(openai("timeout=httpx.Timeout(20, connect=5)")) == "given"
    assert timeout(openai("timeout=openai.Timeout(20)")) == "given"


def test_timeout_object_without_limit() -> None:
    assert timeout(openai("timeout=httpx.Timeout(None)")) == "none"


def test_value_from_the_environment() -> None:
    assert timeout(openai("timeout=float(os.environ['TIMEOUT'])", before="import os")) == "given"


def test_http_client_with_a_timeout() -> None:
    assert timeout(openai("http_client=httpx.Client(timeout=20)")) == "given"


def test_http_client_without_a_timeout() -> None:
    assert timeout(openai("http_client=httpx.Client(proxy='http://proxy:3128')")) == "default"


def test_http_client_from_elsewhere() -> None:
    assert timeout(openai("http_client=net.http_client()", before="import net")) == "given"


def test_keywords_of_the_constructor_from_elsewhere() -> None:
    assert timeout(openai("**net.options()", before="import net")) == "unknown"


def test_client_whose_construction_is_not_in_sight() -> None:
    code = """
        from openai import OpenAI

        def ask(client: OpenAI):
            return client.responses.create(model="gpt-4.1", input="Hi")
    """
    assert timeout(code) == "unknown"


def test_timeout_of_the_module_client() -> None:
    call = "openai.responses.create(model='gpt-4.1', input='Hi')\n"
    assert timeout("import openai\n" + call) == "default"
    assert timeout("import openai\nopenai.timeout = 20\n" + call) == "given"


def test_module_client_configured_in_another_module() -> None:
    code = {
        "setup.py": "import openai\n\nopenai.timeout = 20\n",
        "app.py": "import openai\n\nopenai.responses.create(model='gpt-4.1', input='Hi')\n",
    }
    assert timeout(code) == "given"


def test_milliseconds_of_google() -> None:
    code = """
        from google import genai
        from google.genai import types

        client = genai.Client(http_options=types.HttpOptions(timeout={}))
        client.models.generate_content(model="gemini-2.5-flash", contents="Hi")
    """
    assert timeout(code.replace("{}", "20_000")) == "given"
    assert timeout(code.replace("{}", "20")) == "milliseconds"


def test_google_has_no_limit_by_itself() -> None:
    code = """
        from google import genai

        genai.Client().models.generate_content(model="gemini-2.5-flash", contents="Hi")
    """
    assert timeout(code) == "default"


def test_timeout_given_on_one_branch() -> None:
    code = """
        from openai import OpenAI

        if input():
            client = OpenAI(timeout=20)
        else:
            client = OpenAI(timeout=40)
        client.responses.create(model="gpt-4.1", input="Hi")
    """
    assert timeout(code) == "given"


def test_client_with_one_limited_and_one_unlimited_branch() -> None:
    code = """
        from openai import OpenAI

        client = OpenAI(timeout=20) if input() else OpenAI()
        client.responses.create(model="gpt-4.1", input="Hi")
    """
    assert setting(code, "timeout") == "unknown"


def test_bedrock_config() -> None:
    code = """
        import boto3
        from botocore.config import Config

        bedrock = boto3.client("bedrock-runtime", {})
        bedrock.converse(modelId="amazon.nova-lite-v1:0", messages=[])
    """
    assert timeout(code.replace("{}", "config=Config(read_timeout=20)")) == "given"
    assert timeout(code.replace("{}", "config=Config(region_name='eu-central-1')")) == "default"
    assert timeout(code.replace("{}", "region_name='eu-central-1'")) == "default"


def test_a_client_declared_first_and_built_later() -> None:
    code = """
        import openai

        class Desk:
            def __init__(self):
                self.client: openai.OpenAI | None = None

            def connect(self):
                self.client = openai.OpenAI({})

            def ask(self):
                self.client.chat.completions.create(model="gpt-4.1", messages=[])
    """
    assert timeout(code.replace("{}", "")) == "default"
    assert timeout(code.replace("{}", "timeout=20")) == "given"
    assert timeout(code.replace("self.client = openai.OpenAI({})", "pass")) == "unknown"
