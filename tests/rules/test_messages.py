"""What messages say of a finding, and at which line they prove it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from llmlint import engine
from llmlint.config.model import Overrides
from llmlint.diagnostics import Diagnostic, Severity

HTTP = """
    import requests


    def ask(question: str, key: str) -> str:
        payload = {
            "model": "gpt-5.4-mini",
            "messages": [{"role": "user", "content": question}],
            "max_completion_tokens": 1000,
        }
        url = "https://api.openai.com/v1/chat/completions"
        response = requests.post(url, json=payload, headers={"Authorization": f"Bearer {key}"}, timeout=20)
        return response.json()["choices"][0]["message"]["content"]
"""
WAITED_FOR = """
    import asyncio

    from openai import AsyncOpenAI

    client = AsyncOpenAI()


    async def ask(question: str) -> str:
        call = client.responses.create(model="gpt-5.4-mini", input=question)
        return (await asyncio.wait_for(call, timeout=10)).output_text
"""
OPTIONS = """
    from openai import OpenAI

    client = OpenAI(timeout=20)


    def ask(question: str) -> str:
        options = {
            "model": "gpt-4.1-2025-04-14",
            "temperature": 0,
            "messages": [{"role": "user", "content": question}],
        }
        return client.chat.completions.create(**options).choices[0].message.content
"""
SEVERAL = """
    from langchain_aws import ChatBedrock
    from langchain_openai import ChatOpenAI


    def choose(name: str):
        if name == "claude":
            return ChatBedrock(model_id="anthropic.claude-v2", model_kwargs={"temperature": 0.0})
        return ChatOpenAI(temperature=0, model=name, timeout=20)


    def answer(name: str, question: str) -> str:
        return choose(name).invoke(question).content
"""
MODULE = """
    import openai


    def ask(question: str):
        return openai.responses.create(model="gpt-5.4-mini", input=question)
"""
ASKED = """
    import json

    from openai import OpenAI

    client = OpenAI(timeout=20)


    def ask(question: str) -> dict:
        return json.loads(client.responses.create(model="gpt-5.4-mini", input=question).output_text)


    def show(question: str) -> None:
        page(ask(question))


    show("Why?")
"""
PREVIEW = """
    from google import genai

    client = genai.Client(http_options={"timeout": 20_000})


    def ask(question: str):
        return client.models.generate_content(model="gemini-3-flash-preview", contents=question)
"""

HANDED_ON = """
from concurrent.futures import ThreadPoolExecutor
from openai import OpenAI
client = OpenAI(timeout=20)


def ask(text):
    return client.responses.create(model="gpt-5.4-mini", input=text).output_text


def answers(texts):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(ask, texts))
"""
IN_A_THREAD = """\
from threading import Thread

from openai import OpenAI

client = OpenAI(timeout=20.0)


def title(text: str) -> str | None:
    try:
        print(client.responses.create(model="gpt-5.4-mini", input=f"A title: {text}").output_text)
        return text
    except Exception as error:
        print(error)
        return None


def start(text: str) -> None:
    Thread(target=title, args=(text,)).start()
"""
ENDING = """\
from openai import OpenAI

client = OpenAI(timeout=20.0)


def titles(texts: list):
    try:
        for text in texts:
            yield client.responses.create(model="gpt-5.4-mini", input=f"A title: {text}").output_text
    except Exception as error:
        print(error)


def show(texts: list) -> None:
    for title in titles(texts):
        print(title)
"""
LOGGED_BY_ONE = """\
import logging

from openai import OpenAI

client = OpenAI(timeout=20.0)
logger = logging.getLogger(__name__)


def ask(question: str) -> str:
    return client.responses.create(model="gpt-5.4-mini", input=question).output_text


def show(question: str) -> dict:
    return {"answer": ask(question)}


def mail(question: str) -> dict:
    answer = ask(question)
    logger.info("answered: %s", answer)
    return {"answer": answer}


greeting = show("hello")
"""
TESTED_BY_ONE = """
    from openai import OpenAI

    client = OpenAI(timeout=20)


    def title(text: str) -> str | None:
        try:
            return client.responses.create(model="gpt-5.4-mini", input=text).output_text
        except Exception:
            return None


    def page(text: str) -> str:
        found = title(text)
        return "" if found is None else f"<h1>{found}</h1>"


    def mail(text: str) -> dict:
        return {"subject": title(text), "body": text}
"""

BY_MODEL = """
    import openai


    def ask(client, model: str, messages: list) -> str:
        if "gpt" in model:
            return client.chat.completions.create(model=model, messages=messages).choices[0].message.content
        elif model == "deepseek-chat":
            return client.chat.completions.create(model=model, messages=messages, n=1).choices[0].message.content
        raise ValueError(model)


    def review(paper: str, model: str, client) -> str:
        return ask(client, model, [{"role": "user", "content": paper}])


    def main() -> None:
        print(review("a paper", model="gpt-4.1", client=openai.OpenAI()))
"""
CUT_OUT = """
    import json
    import re

    from openai import OpenAI

    client = OpenAI(timeout=20)


    def ask(question: str) -> dict:
        text = client.responses.create(model="gpt-5.4-mini", input=question).output_text
        found = re.search(r"{.*}", text, re.DOTALL)
        return json.loads(found.group(0))
"""
SHARED = """
    from openai import OpenAI

    client = OpenAI(timeout=20)


    def words(text: str) -> list[str]:
        return text.split()


    def guarded(messages: list) -> list[str]:
        try:
            return words(client.chat.completions.create(model="gpt-5.4", messages=messages).choices[0].message.content)
        except Exception:
            return []


    def bare(messages: list) -> list[str]:
        return words(client.chat.completions.create(model="gpt-5.4", messages=messages).choices[0].message.content)
"""

KEPT = """
    import json

    from openai import OpenAI

    client = OpenAI(timeout=20)


    def reply(question: str) -> dict:
        try:
            answer = client.responses.create(model="gpt-5.4-mini", input=question).output_text
        except Exception:
            return {{"message": "Error: no answer"}}
        return {{"message": answer}}


    def turn(question: str) -> None:
        answer = reply(question)
        file = open("{}", "a")
        file.write(json.dumps(answer["message"]))
        file.close()
"""


def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: str, code: str, path: str = "app.py") -> Diagnostic:
    """The one finding of a rule in a file."""
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(dedent(code).lstrip("\n"))
    monkeypatch.chdir(tmp_path)
    request = engine.Request((".",), Overrides(select=(rule,), today=date(2026, 11, 27)))
    (diagnostic,) = engine.check(request).diagnostics
    return diagnostic


def proof(diagnostic: Diagnostic) -> list[tuple[int, str]]:
    return [(note.location.line, note.message) for note in diagnostic.evidence if note.location is not None]


def test_a_setting_is_proven_where_it_is_written_and_not_where_it_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert proof(found(tmp_path, monkeypatch, "LLM401", OPTIONS)) == [(9, "temperature is 0 here")]


def test_a_value_that_several_clients_have_in_common_is_spelled_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diagnostic = found(tmp_path, monkeypatch, "LLM401", SEVERAL)
    assert "(temperature 0" in diagnostic.message
    assert {line for line, _ in proof(diagnostic)} == {7, 8}


def test_the_limit_of_a_plain_request_is_proven_in_its_body(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    diagnostic = found(tmp_path, monkeypatch, "LLM106", HTTP)
    assert diagnostic.message.startswith("`requests.post` asks for 1000 tokens at most")
    assert proof(diagnostic) == [(8, "the limit is 1000 here")]


def test_a_call_that_a_deadline_ends_is_not_said_to_run_to_the_maximum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = found(tmp_path, monkeypatch, "LLM202", WAITED_FOR).message
    assert message.endswith("nothing ends a long answer before the deadline around the call does")


def test_a_call_without_a_client_is_named_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(tmp_path, monkeypatch, "LLM301", MODULE).message.startswith("`openai.responses.create` has no timeout")


@pytest.mark.parametrize(
    ("call", "limit"),
    [
        ('completion(model="gpt-5.4-mini", messages=[])', "30 minutes (3 tries of 600 s)"),
        ('embedding("text-embedding-3-small", ["a text"])', "30 minutes (3 tries of 600 s)"),
        ('completion(model="gpt-5.4-mini", messages=[], num_retries=0)', "10 minutes"),
        ('completion(model="anthropic/claude-sonnet-4-6", messages=[])', "10 minutes"),
    ],
)
def test_the_tries_of_what_a_function_calls_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, limit: str
) -> None:
    message = found(tmp_path, monkeypatch, "LLM301", f"import litellm\n\nlitellm.{call}\n").message
    assert message.endswith(f" can block its caller for {limit}")


def test_what_calls_at_the_top_level_is_named_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    diagnostic = found(tmp_path, monkeypatch, "LLM303", ASKED, "7_sessions/7_1_basic/agent.py")
    assert diagnostic.message == "`client.responses.create` can raise, and `agent.py` reaches it without a handler"


def test_a_function_that_is_handed_on_is_not_called_a_called_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diagnostic = found(tmp_path, monkeypatch, "LLM303", HANDED_ON)
    assert proof(diagnostic) == [(12, "handed on by reference in `answers` without a handler")]


def test_an_unlogged_call_is_told_by_the_function_that_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diagnostic = found(tmp_path, monkeypatch, "LLM501", ASKED)
    assert diagnostic.message.startswith("`ask` calls `client.responses.create`, and nothing of it reaches a log")
    assert [message for _, message in proof(diagnostic)] == [
        "`show` calls it and records nothing of it",
        "`app.py` calls it and records nothing of it",
    ]


def test_a_call_that_other_callers_log_is_unlogged_on_one_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    diagnostic = found(tmp_path, monkeypatch, "LLM501", LOGGED_BY_ONE)
    assert diagnostic.message.startswith("`ask` calls `client.responses.create`, and on one way to it nothing reaches")
    assert proof(diagnostic)[0] == (14, "`show` calls it and records nothing of it")


def test_a_parser_that_refuses_a_cut_answer_does_not_take_it_for_a_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = found(tmp_path, monkeypatch, "LLM106", ASKED).message
    assert message.startswith("`json.loads` fails on an answer of `client.responses.create` that is cut off")


def test_a_preview_is_told_with_a_stable_model_of_its_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = found(tmp_path, monkeypatch, "LLM603", PREVIEW).message
    assert message.endswith("; `gemini-3.6-flash` is a stable one of its kind")


def test_a_caller_that_does_not_test_a_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    diagnostic = found(tmp_path, monkeypatch, "LLM304", TESTED_BY_ONE)
    assert (19, "`mail` does not test what it gets") in proof(diagnostic)


def test_a_caller_that_starts_a_thread_takes_no_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    diagnostic = found(tmp_path, monkeypatch, "LLM304", IN_A_THREAD)
    assert (18, "`start` starts it and takes no result") in proof(diagnostic)


def test_a_generator_that_ends_on_an_error_gives_no_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = found(tmp_path, monkeypatch, "LLM304", ENDING).message
    assert message.startswith("`except Exception` drops a failure of `client.responses.create` without logging it")


def test_calls_that_the_model_of_a_client_keeps_out_are_not_related(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diagnostic = found(tmp_path, monkeypatch, "LLM301", BY_MODEL)
    assert [note.location.line for note in diagnostic.related if note.location is not None] == [6]


def test_a_parser_of_what_a_pattern_cuts_out_refuses_a_cut_answer_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diagnostic = found(tmp_path, monkeypatch, "LLM106", CUT_OUT)
    assert diagnostic.message.startswith("`json.loads` fails on an answer of `client.responses.create` that is cut off")
    assert proof(diagnostic) == [(12, "parsed here")]


def test_a_call_whose_none_is_handled_is_not_related(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    diagnostic = found(tmp_path, monkeypatch, "LLM107", SHARED)
    assert [note.location.line for note in diagnostic.related if note.location is not None] == [18]


def test_an_error_text_that_goes_into_a_log_file_is_not_stored_as_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(tmp_path, monkeypatch, "LLM305", KEPT.format("logs/turns.jsonl")).severity is Severity.WARNING
    assert found(tmp_path, monkeypatch, "LLM305", KEPT.format("answers.jsonl")).severity is Severity.ERROR
