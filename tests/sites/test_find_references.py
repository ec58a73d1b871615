"""Operations kept in variables or handed to something that calls them."""

from __future__ import annotations

import pytest
from support import expect_calls, only_site, setting


def test_bound_method_kept_in_a_variable() -> None:
    expect_calls("""
        from openai import OpenAI

        client = OpenAI()
        create = client.chat.completions.create
        create(model="gpt-4.1", messages=[])  # <- call
    """)


def test_resource_kept_in_a_variable() -> None:
    expect_calls("""
        from openai import OpenAI

        completions = OpenAI().chat.completions
        completions.create(model="gpt-4.1", messages=[])  # <- call
    """)


def test_bound_method_kept_on_self() -> None:
    expect_calls("""
        from anthropic import Anthropic

        class Writer:
            def __init__(self):
                self._create = Anthropic().messages.create

            def write(self, topic):
                return self._create(model="claude-sonnet-4-5", max_tokens=10, messages=[])  # <- call
    """)


def test_bound_method_chosen_by_a_condition() -> None:
    site = only_site("""
        from openai import OpenAI

        client = OpenAI()

        def ask(schema):
            call = client.chat.completions.parse if schema else client.chat.completions.create
            return call(model="gpt-4.1", messages=[])
    """)
    assert {match.api for match in site.matches} == {"chat.completions.create", "chat.completions.parse"}


def test_bound_method_passed_to_a_project_function() -> None:
    expect_calls("""
        from openai import OpenAI

        def with_retries(function, **arguments):
            for _ in range(3):
                return function(**arguments)

        with_retries(OpenAI().responses.create, model="gpt-4.1", input="Hi")  # <- call
    """)


def test_thread() -> None:
    site = only_site("""
        import asyncio
        from openai import OpenAI

        client = OpenAI()

        async def ask(question):
            return await asyncio.to_thread(client.responses.create, model="gpt-4.1", input=question)
    """)
    assert site.via == "by-reference"
    assert site.models == ["gpt-4.1"]


def test_executor_of_the_event_loop() -> None:
    expect_calls("""
        import asyncio
        from functools import partial
        from openai import OpenAI

        client = OpenAI()

        async def ask(question):
            loop = asyncio.get_running_loop()
            call = partial(client.responses.create, model="gpt-4.1", input=question)  # <- call
            return await loop.run_in_executor(None, call)
    """)


def test_executor_given_the_method_itself() -> None:
    expect_calls("""
        import asyncio
        import litellm

        async def ask(messages):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(None, litellm.completion, "gpt-4.1", messages)  # <- call
    """)


def test_thread_pool() -> None:
    expect_calls("""
        from concurrent.futures import ThreadPoolExecutor
        from openai import OpenAI

        client = OpenAI()
        with ThreadPoolExecutor() as pool:
            future = pool.submit(client.responses.create, model="gpt-4.1", input="Hi")  # <- call
    """)


def test_partial() -> None:
    code = """
        from functools import partial
        from openai import OpenAI

        ask = partial(OpenAI().chat.completions.create, model="gpt-4.1", max_tokens=100)  # <- call
    """
    expect_calls(code)
    assert setting(code, "max-tokens") == "present 100"


def test_a_partial_is_a_call_where_it_is_called() -> None:
    expect_calls("""
        from functools import partial
        from litellm import completion
        from openai import OpenAI

        client = OpenAI()
        ask = partial(client.chat.completions.create, model="gpt-4.1")
        cheap = partial(completion, model="gpt-4.1-mini")

        class Writer:
            def __init__(self):
                self.create = partial(client.responses.create, model="gpt-4.1")

            def write(self, text):
                return self.create(input=text)  # <- call

        def answer(messages):
            short = partial(client.chat.completions.create, model="gpt-4.1", max_tokens=10)
            short(messages=messages)  # <- call
            cheap(messages=messages)  # <- call
            return ask(messages=messages)  # <- call
    """)


def test_library_retry_helper() -> None:
    expect_calls("""
        from openai import OpenAI
        from tenacity import Retrying, stop_after_attempt

        client = OpenAI()
        Retrying(stop=stop_after_attempt(3))(client.responses.create, model="gpt-4.1", input="Hi")  # <- call
    """)


def test_lambda() -> None:
    expect_calls("""
        from openai import OpenAI

        client = OpenAI()

        def retry(function):
            return function()

        retry(lambda: client.responses.create(model="gpt-4.1", input="Hi"))  # <- call
    """)


def test_name_of_an_imported_function_by_reference() -> None:
    expect_calls("""
        import asyncio
        from litellm import completion

        async def ask(messages):
            return await asyncio.to_thread(completion, model="gpt-4.1", messages=messages)  # <- call
    """)


def test_operation_that_is_only_looked_at_is_no_call() -> None:
    expect_calls("""
        import inspect
        from openai import OpenAI

        client = OpenAI()
        inspect.signature(client.chat.completions.create)
        inspect.iscoroutinefunction(client.chat.completions.create)
        hasattr(client.chat.completions, "create")
        callable(client.chat.completions.create)
        print(client.chat.completions.create)
        repr(client.responses.create)
    """)


def test_model_that_is_named_like_an_operation_is_not_called_by_being_passed() -> None:
    expect_calls("""
        import asyncio
        from langchain_openai import ChatOpenAI

        def build(model):
            return [model]

        class Bot:
            def __init__(self):
                self.predict = ChatOpenAI()

            def tools(self):
                return build(self.predict)

            async def ask(self, question):
                return await asyncio.to_thread(self.predict, question)  # <- call
    """)


def test_client_without_an_operation_is_no_call() -> None:
    expect_calls("""
        from openai import OpenAI

        client = OpenAI()
        client.models.list()
        client.files.list()
        client.close()
    """)


def test_patched_operation_is_no_call() -> None:
    expect_calls("""
        from unittest.mock import MagicMock
        from openai import OpenAI

        client = OpenAI()
        client.chat.completions.create = MagicMock()
        client.chat.completions.create.assert_called_once()
    """)


def test_a_function_made_asynchronous_and_called() -> None:
    code = """
        from asgiref.sync import sync_to_async
        from openai import OpenAI

        async def transcribe(file, client: OpenAI) -> str:
            answer = await sync_to_async(client.audio.translations.create)(model="whisper-1", file=file)  # <- call
            return answer.text
    """
    expect_calls(code)
    assert setting(code, "model") == "present 'whisper-1'"


@pytest.mark.parametrize(
    "handing",
    [
        "background.add_task({})",
        "group.start_soon({})",
        "loop.call_soon({})",
        "loop.call_soon_threadsafe({})",
        "gevent.spawn({})",
    ],
)
def test_what_runs_a_function_once_calls_the_operation(handing: str) -> None:
    call = handing.format('client.responses.create, "Hi", "gpt-4.1"')
    expect_calls(f"""
        import gevent
        from openai import OpenAI

        def ask(background, group, loop):
            client = OpenAI()
            {call}  # <- call
    """)
