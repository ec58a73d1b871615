"""Settings that come from the callers of a project function around the call."""

from __future__ import annotations

from textwrap import dedent

from support import setting

HEAD = """
from openai import OpenAI

client = OpenAI()

"""


def wrapped(signature: str, *callers: str, passed: str = "max_tokens=max_tokens") -> str:
    """The state of the cap in `def ask(signature)`, called like this."""
    code = f"{HEAD}def ask({signature}):\n"
    code += f"    return client.chat.completions.create(model='gpt-4.1', messages=[], {passed})\n\n"
    return setting(code + "".join(f"{caller}\n" for caller in callers), "max-tokens")


def test_no_caller_and_no_default() -> None:
    assert wrapped("max_tokens").startswith("present")


def test_default_value_without_callers() -> None:
    assert wrapped("max_tokens=300") == "present 300"


def test_all_callers_pass_it() -> None:
    assert wrapped("max_tokens=None", "ask(100)", "ask(max_tokens=200)") == "present 100 | 200"


def test_no_caller_passes_it() -> None:
    assert wrapped("max_tokens=None", "ask()", "ask()") == "absent"


def test_some_callers_pass_it() -> None:
    assert wrapped("max_tokens=None", "ask()", "ask(max_tokens=200)") == "unknown"


def test_callers_pass_none() -> None:
    assert wrapped("max_tokens=300", "ask(None)") == "absent"


def test_default_value_that_callers_replace() -> None:
    assert wrapped("max_tokens=300", "ask()", "ask(max_tokens=200)") == "present 200 | 300"


def test_keywords_passed_on() -> None:
    assert wrapped("**options", "ask(max_tokens=300)", passed="**options") == "present 300"
    assert wrapped("**options", "ask(seed=1)", "ask()", passed="**options") == "absent"
    assert wrapped("**options", "ask(max_tokens=300)", "ask()", passed="**options") == "unknown"
    assert wrapped("**options", "TASKS.append(ask)", passed="**options") == "unknown"
    assert wrapped("**options", passed="**options") == "absent"


def test_callers_spread_a_mapping() -> None:
    assert wrapped("max_tokens=None", "ask(**{'max_tokens': 300})") == "present 300"


def test_caller_that_spreads_something_unknown_is_no_proof() -> None:
    assert wrapped("max_tokens=None", "import job", "ask(**job.options)") != "absent"


def test_none_replaced_in_the_function() -> None:
    code = (
        HEAD
        + """
def ask(limit=None):
    if limit is None:
        limit = 300
    return client.chat.completions.create(model="gpt-4.1", messages=[], max_tokens=limit)

ask()
"""
    )
    assert setting(code, "max-tokens") != "absent"


def test_none_replaced_by_or() -> None:
    assert wrapped("limit=None", "ask()", passed="max_tokens=limit or 300") == "present 300"


def test_two_wrappers_deep_in_another_module() -> None:
    code = {
        "llm.py": """
            from openai import OpenAI

            client = OpenAI()

            def ask(question, **options):
                return client.responses.create(model="gpt-4.1", input=question, **options)
        """,
        "service.py": """
            from llm import ask

            def summarise(text, limit):
                return ask(text, max_output_tokens=limit)
        """,
        "main.py": """
            from service import summarise

            summarise("…", 300)
        """,
    }
    assert setting(code, "max-tokens") == "present 300"


def test_method_wrapper() -> None:
    code = (
        HEAD
        + """
class Writer:
    def __init__(self, limit):
        self.limit = limit

    def write(self, topic):
        return client.chat.completions.create(model="gpt-4.1", messages=[], max_tokens=self.limit)

Writer(300).write("cats")
"""
    )
    assert setting(code, "max-tokens") == "present 300"


def test_test_code_does_not_count_as_a_caller() -> None:
    code = {
        "llm.py": """
            from openai import OpenAI

            def ask(question, limit=None):
                return OpenAI().responses.create(model="gpt-4.1", input=question, max_output_tokens=limit)
        """,
        "main.py": "from llm import ask\n\nask('Hi')\n",
        "tests/test_llm.py": "from llm import ask\n\ndef test_ask():\n    ask('Hi', limit=5)\n",
    }
    assert setting(code, "max-tokens") == "absent"


def test_wrapper_handed_on_by_reference() -> None:
    code = (
        HEAD
        + """
import asyncio

def ask(question, max_tokens=None):
    return client.chat.completions.create(model="gpt-4.1", messages=[], max_tokens=max_tokens)

async def main():
    await asyncio.to_thread(ask, "Hi", max_tokens=300)
"""
    )
    assert setting(code, "max-tokens") != "absent"


def test_decorated_wrapper() -> None:
    code = (
        HEAD
        + """
from tenacity import retry

@retry
def ask(question, max_tokens=None):
    return client.chat.completions.create(model="gpt-4.1", messages=[], max_tokens=max_tokens)

ask("Hi", max_tokens=300)
"""
    )
    assert setting(code, "max-tokens") == "present 300"


def test_model_of_each_caller() -> None:
    code = (
        HEAD
        + """
def ask(model):
    return client.chat.completions.create(model=model, messages=[])

ask("gpt-4.1")
ask("gpt-4.1-mini")
"""
    )
    assert setting(code, "model") == "present 'gpt-4.1' | 'gpt-4.1-mini'"


def test_keywords_of_a_method_that_a_project_decorator_wraps_by_hand() -> None:
    code = """
        import time
        from openai import OpenAI

        def retrying(func, delay=1.0):
            def wrapper(*args, **kwargs):
                while True:
                    try:
                        return func(*args, **kwargs)
                    except ConnectionError:
                        time.sleep(delay)
            return wrapper

        class Model:
            def __init__(self):
                self.client = OpenAI()

            def _send(self, **kwargs):
                return self.client.chat.completions.create(**kwargs)

            def send(self, **kwargs):
                return retrying(self._send, delay=2.0)(**kwargs)

        Model().send(model="gpt-4.1", messages=[], max_completion_tokens=200)
    """
    assert setting(dedent(code), "max-tokens").startswith("unknown")
    assert setting(dedent(code), "timeout").startswith("unknown")


def test_keywords_that_a_taker_passes_on() -> None:
    code = """
        from openai import OpenAI

        client = OpenAI()

        def send(text, **options):
            return client.chat.completions.create(model="gpt-4.1", messages=[], **options)

        def tried(function, times, *args, **kwargs):
            for _ in range(times):
                return function(*args, **kwargs)

        tried(send, 3, "Hi", CAP)
    """
    assert setting(dedent(code).replace(", CAP", ", max_tokens=300"), "max-tokens") == "present 300"
    assert setting(dedent(code).replace(", CAP", ""), "max-tokens") == "absent"


def test_keywords_of_a_partial_are_not_all() -> None:
    code = """
        from functools import partial
        from openai import OpenAI

        client = OpenAI()

        def send(text, **options):
            return client.chat.completions.create(model="gpt-4.1", messages=[], **options)

        short = partial(send, "Hi")
        short(max_tokens=10)
    """
    assert setting(dedent(code), "max-tokens") != "absent"
