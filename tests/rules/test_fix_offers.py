"""Where a fix is offered and where not: what is not certain is left to people."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from llmlint import engine
from llmlint.config.model import Overrides
from llmlint.diagnostics import Applicability, Fix

TODAY = date(2026, 11, 27)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def offered(rule: str, **files: str) -> list[Fix | None]:
    """The fixes, in the order of the findings, of a rule for files given by the names of their modules."""
    for name, text in files.items():
        path = Path(name.replace("__", "/") + ".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = engine.check(engine.Request((".",), Overrides(select=(rule,), today=TODAY))).diagnostics
    assert [each.name for each in found] == [rule] * len(found)
    return [each.fix for each in found]


PURE = """\
import logging
import functools
from datetime import datetime

from openai import OpenAI

client = OpenAI(timeout=20)
STYLE = "short"
SEEN = []
count = 0


{function}
    return client.responses.create(model="gpt-5.4-mini", temperature=0, input={text}).output_text
"""


@pytest.mark.parametrize(
    ("function", "text"),
    [
        ("def ask(text: str) -> str:", "text"),
        ("def ask(text: str, words: int = 5, *, strict: bool = False) -> str:", "f'{STYLE} {words} {text.strip()}'"),
        ("def ask(texts: tuple[str, ...], style: str | None = None) -> str:", "'\\n'.join(texts)"),
        ("def ask(text: str) -> str:\n    prompt = STYLE + text\n    if not text:\n        return ''", "prompt"),
    ],
)
def test_a_function_of_its_arguments_gets_a_cache(project: Path, function: str, text: str) -> None:
    (fix,) = offered("uncached-deterministic-call", app=PURE.format(function=function, text=text))
    assert fix is not None
    assert fix.title == "Add @functools.lru_cache(maxsize=1024)"


@pytest.mark.parametrize(
    ("function", "text"),
    [
        ("def ask(text) -> str:", "text"),
        ("def ask(text: str):", "text"),
        ("def ask(text: str) -> list[str]:", "text"),
        ("def ask(texts: list[str]) -> str:", "str(texts)"),
        ("def ask(*texts: str) -> str:", "str(texts)"),
        ("def ask(text: str) -> str:", "f'{SEEN} {text}'"),
        ("def ask(text: str) -> str:", "f'{datetime.now():%Y-%m-%d} {text}'"),
        ("def ask(text: str) -> str:\n    logging.info('asked')", "text"),
        ("def ask(text: str) -> str:\n    SEEN.append(text)", "text"),
        ("def ask(text: str) -> str:\n    global count\n    count += 1", "text"),
        ("def ask(text: str) -> str:\n    with open(text) as file:\n        text = file.read()", "text"),
        ("@functools.wraps(str)\ndef ask(text: str) -> str:", "text"),
        ("async def ask(text: str) -> str:", "text"),
        ("class A:\n  def ask(self, text: str) -> str:", "text"),
    ],
)
def test_any_other_function_gets_none(project: Path, function: str, text: str) -> None:
    assert offered("uncached-deterministic-call", app=PURE.format(function=function, text=text)) == [None]


ASKING = """\
import os
from openai import OpenAI

client = OpenAI(timeout=20)
{code}

def ask(text, model={model}):
    return client.responses.create(model=model, input=text)
"""


@pytest.mark.parametrize(
    ("code", "model"),
    [
        ("", '"gpt-5.5"'),
        ("", 'os.environ.get("MODEL", "gpt-5.5")'),
        ("MODEL = os.getenv('MODEL') or 'gpt-5.5'", "MODEL"),
        ('MODELS = {"good": "gpt-5.5"}', 'MODELS["good"]'),
        ('# once "gpt-5" only', '"gpt-5.5"'),
    ],
)
def test_an_id_that_is_only_given_is_pinned(project: Path, code: str, model: str) -> None:
    (fix,) = offered("floating-model", app=ASKING.format(code=code, model=model))
    assert fix is not None
    (operation,) = fix.operations
    assert dict(operation.arguments)["new"].strip("\"'") == "gpt-5.5-2026-04-23"


@pytest.mark.parametrize(
    "other",
    [
        'if os.environ["MODEL"] == "gpt-5.5": ...',
        'PRICES = {"gpt-5.5": 1.25}',
        'MENU = ["gpt-5.5", "gpt-5.4"]',
        'price = PRICES["gpt-5.5"]',
        'price = PRICES.get("gpt-5.5")',
        'Name = Literal["gpt-5.5"]',
        'if model in ("gpt-5.4", "gpt-5.5"): ...',
        'match model:\n    case "gpt-5.5": ...',
    ],
)
def test_an_id_that_something_is_compared_with_is_not(project: Path, other: str) -> None:
    asking = ASKING.format(code="", model='"gpt-5.5"')
    assert offered("floating-model", app=asking, tests__other=other) == [None]


LIMITLESS = """\
import openai
import {library}
from tools import again

client = openai.OpenAI(timeout=20, max_retries=0)
OPTIONS = {{}}


@{decorator}
def ask(text):
    return client.responses.create(model="gpt-5.4-mini", input=text)
"""
TOOLS = """\
import tenacity


def again(function):
    @tenacity.retry
    def inner(text):
        return function(text)
    return inner
"""


@pytest.mark.parametrize(
    ("library", "decorator", "title"),
    [
        ("tenacity", "tenacity.retry", "Try 3 times in all"),
        ("tenacity", "tenacity.retry(tenacity.nap.sleep)", None),
        ("backoff", "backoff.on_exception(backoff.expo, openai.APIError)", "Try 3 times in all"),
        ("backoff", "backoff.on_exception(backoff.expo, openai.APIError, max_tries=None)", "Try 3 times in all"),
        ("tenacity", "again", None),
    ],
)
def test_a_decorator_of_the_library_is_limited(project: Path, library: str, decorator: str, title: str | None) -> None:
    fixes = offered("unbounded-retry", app=LIMITLESS.format(library=library, decorator=decorator), tools=TOOLS)
    assert [fix and fix.title for fix in fixes] == [title]


MIGRATING = """\
import openai


def ask(messages, **options):
    answer = openai.ChatCompletion.create({given})
    {then}
"""
GIVEN = 'model="gpt-5.4", messages=messages'
READ = 'return answer["choices"][0]["message"]["content"]'


@pytest.mark.parametrize(
    ("given", "then"),
    [
        (GIVEN, READ),
        (f"{GIVEN}, request_timeout=20", "return answer.choices[0].message['content']"),
        (GIVEN, "return [choice['message']['content'] for choice in answer['choices'] if choice.index]"),
        (GIVEN, "for choice in answer.choices:\n        print(choice['message'].content, len(answer['choices']))"),
    ],
)
def test_calls_of_openai_before_one_are_migrated(project: Path, given: str, then: str) -> None:
    (fix,) = offered("removed-api", app=MIGRATING.format(given=given, then=then))
    assert fix is not None


@pytest.mark.parametrize(
    ("given", "then", "other"),
    [
        (f"{GIVEN}, **options", READ, ""),
        (f"{GIVEN}, stream=True", READ, ""),
        (f"{GIVEN}, api_base='http://localhost'", READ, ""),
        (GIVEN, "return answer", ""),
        (GIVEN, "return answer.to_dict()", ""),
        (GIVEN, "return answer.get('choices')", ""),
        (GIVEN, "return answer['choices'][0]['message']", ""),
        (GIVEN, "return answer['choices'][0]['message']['function_call']", ""),
        (GIVEN, f"answer = answer or None\n    {READ}", ""),
        (GIVEN, READ, "import openai\nopenai.api_base = 'http://localhost'\n"),
        (GIVEN, READ, "from openai import error\n"),
    ],
)
def test_where_something_may_fail_they_are_not(project: Path, given: str, then: str, other: str) -> None:
    assert offered("removed-api", app=MIGRATING.format(given=given, then=then), setup=other) == [None]


def test_a_project_that_is_held_at_the_old_version_is_left_alone(project: Path) -> None:
    (project / "requirements.txt").write_text("openai<1\n", encoding="utf-8")
    assert offered("removed-api", app=MIGRATING.format(given=GIVEN, then=READ)) == [None]


STACKED = """\
import asyncio
import time

import backoff
import openai
import stamina
from tenacity import retry, retry_if_exception, retry_if_exception_type, stop_after_attempt, wait_fixed, wait_none

client = openai.OpenAI(timeout=20)
RETRIED = (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError, openai.ConflictError)
WAIT = wait_fixed(2)


{code}
"""
ASK = "client.responses.create(model='gpt-5.4-mini', input=text)"
ASKED = f"def ask(text):\n    return {ASK}\n"
LOOP = """\
def ask(text):
    for attempt in range(3):
        try:
            return {ask}
{handlers}
"""


@pytest.mark.parametrize(
    "decorator",
    [
        "retry(stop=stop_after_attempt(3), wait=WAIT)",
        "retry(stop=stop_after_attempt(3), wait=WAIT, retry=retry_if_exception_type(RETRIED))",
        "retry(stop=stop_after_attempt(3), wait=WAIT, retry="
        "retry_if_exception_type(openai.APIConnectionError) | retry_if_exception_type(openai.APIError))",
        "backoff.on_exception(backoff.expo, openai.OpenAIError, max_tries=3)",
        "stamina.retry(on=Exception, attempts=3)",
    ],
)
def test_a_retry_that_does_the_same_takes_over(project: Path, decorator: str) -> None:
    (fix,) = offered("stacked-retries", app=STACKED.format(code=f"@{decorator}\n{ASKED}"))
    assert fix is not None
    assert fix.title == "Add max_retries=0"


@pytest.mark.parametrize(
    "decorator",
    [
        "retry(stop=stop_after_attempt(3))",
        "retry(stop=stop_after_attempt(3), wait=wait_none())",
        "retry(stop=stop_after_attempt(3), wait=wait_fixed(0))",
        "retry(stop=stop_after_attempt(3), wait=WAIT, retry=retry_if_exception_type(openai.RateLimitError))",
        "retry(stop=stop_after_attempt(3), wait=WAIT, retry="
        "retry_if_exception_type((openai.RateLimitError, openai.APIConnectionError)))",
        "backoff.on_exception(backoff.expo, openai.APIError, max_tries=3, giveup=client.hopeless)",
    ],
)
def test_a_retry_that_does_less_does_not(project: Path, decorator: str) -> None:
    assert offered("stacked-retries", app=STACKED.format(code=f"@{decorator}\n{ASKED}")) == [None]


@pytest.mark.parametrize(
    "handlers",
    [
        "        except Exception:\n            time.sleep(2**attempt)",
        "        except Exception:\n            if attempt == 2:\n                raise\n            time.sleep(1)",
        "        except RETRIED:\n            time.sleep(1)\n        except openai.APIError:\n            return None",
        "        except Exception as e:\n            print(e)\n        time.sleep(2)",
    ],
)
def test_a_loop_that_does_the_same_takes_over(project: Path, handlers: str) -> None:
    (fix,) = offered("stacked-retries", app=STACKED.format(code=LOOP.format(ask=ASK, handlers=handlers)))
    assert fix is not None


@pytest.mark.parametrize(
    "handlers",
    [
        "        except Exception as e:\n            print(e)",
        "        except openai.RateLimitError:\n            time.sleep(2**attempt)",
        "        except Exception as e:\n            if '429' in str(e):\n                time.sleep(60)",
        "        except Exception as e:\n            if e.args:\n                break\n            time.sleep(6)",
        "        except RETRIED[1]:\n            time.sleep(9)\n        except Exception:\n            break",
        "        except Exception:\n            continue\n        time.sleep(2)",
    ],
)
def test_a_loop_that_does_less_does_not(project: Path, handlers: str) -> None:
    assert offered("stacked-retries", app=STACKED.format(code=LOOP.format(ask=ASK, handlers=handlers))) == [None]


@pytest.mark.parametrize(
    "more",
    [
        "def other(text):\n    return {ask}\n",
        "def other(text):\n    return ask(text)\n\n\ndef third():\n    other('')\n",
    ],
)
def test_a_client_that_others_use_keeps_its_retries(project: Path, more: str) -> None:
    more = more.format(ask=ASK)
    code = f"{ASKED}\n\n@stamina.retry(on=Exception, attempts=3)\ndef outer(text):\n    return ask(text)\n\n\n{more}"
    assert offered("stacked-retries", app=STACKED.format(code=code)) == [None]


BLOCKING = """\
import openai

client = openai.OpenAI(timeout=20)


def ask(text, **options):
    return client.responses.create(model="gpt-5.4-mini", input=text).output_text


async def answer(question):
    {line}
"""


@pytest.mark.parametrize(
    ("line", "new"),
    [
        ("return ask(question)", "await asyncio.to_thread(ask, question)"),
        (
            "return ask(question, language='English', tone='friendly').strip()",
            "(await asyncio.to_thread(ask, question, language='English', tone='friendly'))",
        ),
        (
            "return ask(*[question], **{'language': 'English', 'tone': 'polite'})",
            "await asyncio.to_thread(ask, *[question], **{'language': 'English', 'tone': 'polite'})",
        ),
        (
            "return ask(\n        question, language='English', tone='friendly'\n    )",
            "await asyncio.to_thread(\n        ask,\n        question, language='English', tone='friendly'\n    )",
        ),
    ],
)
def test_arguments_are_handed_over_in_the_layout_that_they_have(project: Path, line: str, new: str) -> None:
    (fix,) = offered("blocking-call-in-async", app=BLOCKING.format(line=line))
    assert fix is not None
    assert dict(fix.operations[-1].arguments)["new"] == new


REFUSED = """\
from anthropic import Anthropic

client = Anthropic(timeout=20)
HEAT = 0.2
OPTIONS = {{"heat": 0.2}}


class Writer:
    def __init__(self, heat):
        self.heat = heat

    def ask(self, messages, heat: float = 0.5):
        {first}
        return client.messages.create(model="claude-3-haiku", max_tokens=9, messages=messages, temperature={value})
"""


@pytest.mark.parametrize(
    ("requirements", "applicability"),
    [
        ("anthropic==1.2.0", Applicability.SAFE),
        ("anthropic>=1", Applicability.SAFE),
        ("anthropic>=0.40", Applicability.UNSAFE),
        ("anthropic", Applicability.UNSAFE),
        ("", Applicability.UNSAFE),
    ],
)
def test_a_parameter_that_an_older_version_takes(
    project: Path, requirements: str, applicability: Applicability
) -> None:
    (project / "requirements.txt").write_text(requirements, encoding="utf-8")
    (fix,) = offered("rejected-parameter", app=REFUSED.format(first="", value="0.2"))
    assert fix is not None
    assert fix.applicability is applicability


@pytest.mark.parametrize(
    ("first", "value", "title"),
    [
        ("", "heat", None),
        ("", "self.heat", None),
        ("", "HEAT", None),
        ("", 'OPTIONS["heat"]', None),
        ("", "heat / 2", None),
        ("warm = 0.5", "warm", None),
        ("print(heat)", "heat", "Remove temperature"),
        ("print(self.heat)", "self.heat", "Remove temperature"),
        ("print(OPTIONS.get('heat'))", 'OPTIONS["heat"]', "Remove temperature"),
        ("client.messages.create(messages=messages, temperature=self.heat)", "self.heat", None),
    ],
)
def test_an_option_that_would_set_nothing_is_left(project: Path, first: str, value: str, title: str | None) -> None:
    fixes = offered("rejected-parameter", app=REFUSED.format(first=first, value=value))
    assert fixes[-1] is None if title is None else fixes[-1] is not None and fixes[-1].title == title


LOGGING = """\
import logging
from openai import OpenAI

logger = logging.getLogger(__name__)
client = OpenAI(timeout=20)


def ask(text):
    answer = client.responses.create(model="gpt-5.4-mini", input=text)
    {lines}
"""


def test_lines_of_scripts_stay(project: Path) -> None:
    lines = "logger.info(answer)\n\n\nask('why?')"
    assert offered("sensitive-data-in-log", app=LOGGING.format(lines=lines)) == [None]


@pytest.mark.parametrize(
    ("setting", "title"),
    [
        ("logger.setLevel(logging.INFO)", None),
        ("logger.setLevel('INFO')", None),
        ("logger.setLevel(logging.DEBUG)", "Log it at debug level"),
        ("logger.addHandler(logging.StreamHandler())", None),
        ("other = logging.getLogger('other')\nother.setLevel(logging.INFO)", "Log it at debug level"),
    ],
)
def test_a_logger_that_is_made_to_show_info_stays(project: Path, setting: str, title: str | None) -> None:
    made = f"import logging\n\nlogger = logging.getLogger(__name__)\n{setting}\n"
    asking = LOGGING.replace("import logging\n", "from made import logger\n").replace(
        "logger = logging.getLogger(__name__)\n", ""
    )
    fixes = offered("sensitive-data-in-log", made=made, app=asking.format(lines="logger.info(answer)"))
    assert [fix and fix.title for fix in fixes] == [title]


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ("logger.info(answer)", "Log it at debug level"),
        ("logger.info(answer)\n    logger.info(answer.output_text)", "Log it at debug level"),
        ("logger.error(answer)", None),
        ("logger.info(answer)\n    logger.warning(answer)", None),
    ],
)
def test_lines_at_info_level_go_to_debug(project: Path, lines: str, title: str | None) -> None:
    fixes = offered("sensitive-data-in-log", app=LOGGING.format(lines=lines))
    assert [fix and fix.title for fix in fixes] == [title]


def test_a_timeout_is_spelled_as_the_version_that_the_project_is_held_at_spells_it(project: Path) -> None:
    code = "from langchain.chat_models import ChatOpenAI\n\nllm = ChatOpenAI(model='gpt-5.4-mini')\nllm.predict('Hi')\n"
    (project / "requirements.txt").write_text("langchain==0.0.295\nopenai==0.28.1\n", encoding="utf-8")
    [fix] = offered("missing-timeout", app=code)
    assert fix is not None
    assert ("keyword", "request_timeout") in fix.operations[-1].arguments


def test_a_package_that_needs_the_current_sdk_is_not_held_at_an_older_one(project: Path) -> None:
    code = "from langchain_openai import ChatOpenAI\n\nllm = ChatOpenAI(model='gpt-5.4-mini')\nllm.invoke('Hi')\n"
    (project / "requirements.txt").write_text("langchain==0.0.230\nopenai==0.27.8\n", encoding="utf-8")
    assert not offered("missing-timeout", app=code)
    [fix] = offered("infinite-timeout", app=code)
    assert fix is not None
    assert ("keyword", "timeout") in fix.operations[-1].arguments


SPREAD = """\
import os

from openai import OpenAI

from settings import SHARED

LONG = {{"max_retries": 1, "timeout": None}}
SHORT = {{"max_retries": 1}}


class Assistant:
    extra = {{"max_retries": 1}}

    def __init__(self, given: dict, **options) -> None:
        self.client = OpenAI({arguments})

    def ask(self, text: str) -> str:
        return self.client.responses.create(model="gpt-4.1-mini", input=text, max_output_tokens=300).output_text


print(Assistant({{}}).ask("Hello"))
"""


@pytest.mark.parametrize(
    ("arguments", "is_offered"),
    [
        ("**SHORT", True),
        ("**{'max_retries': 1, **SHORT}", True),
        ("**(SHORT if os.name else {})", True),
        ("**options", False),
        ("**given", False),
        ("**self.extra", False),
        ("**{**SHORT, **options}", False),
    ],
)
@pytest.mark.usefixtures("project")
def test_what_is_spread_over_a_call_is_written_out_or_there_is_no_fix(arguments: str, is_offered: bool) -> None:
    source = SPREAD.format(arguments=arguments)
    found = offered("missing-timeout", app=source, settings="SHARED = {'max_retries': 1}\n")
    assert [fix is not None for fix in found] == [is_offered]


ADDRESSED = """\
import os

from openai import OpenAI

from settings import HOST

client = OpenAI(base_url={address})


def ask(text: str) -> str:
    return client.responses.create(model="gpt-4.1-mini", input=text, max_output_tokens=300).output_text
"""


@pytest.mark.parametrize(
    ("address", "seconds"),
    [
        ("'https://openrouter.ai/api/v1'", "30.0"),
        ("f'{HOST}/v1'", None),
        ("'http://' + HOST", None),
        ("os.environ.get('BASE', HOST)", None),
        ("os.environ['BASE']", None),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_server_of_ones_own_may_take_its_time(address: str, seconds: str | None) -> None:
    found = offered("missing-timeout", app=ADDRESSED.format(address=address), settings="HOST = 'http://localhost:80'\n")
    assert [dict(fix.operations[0].arguments)["value"] if fix else None for fix in found] == [seconds]


FRAMEWORK = """\
from langchain_openai import ChatOpenAI

llm = ChatOpenAI(model="o1", max_tokens=9000, timeout=20)


def ask(question: str) -> str:
    return llm.invoke(question).content
"""


@pytest.mark.parametrize(("version", "fixes"), [("0.2.14", 0), ("0.3.0", 1)])
def test_a_model_that_refuses_what_its_framework_sends_is_not_put_in(project: Path, version: str, fixes: int) -> None:
    (project / "requirements.txt").write_text(f"langchain-openai=={version}\n", encoding="utf-8")
    assert [fix is not None for fix in offered("retired-model", app=FRAMEWORK)] == [bool(fixes)]


@pytest.mark.parametrize(
    ("version", "model", "title"),
    [
        ("1.44.1", "gpt-4o", "Add max_tokens=1024"),
        ("1.45.0", "gpt-4o", "Add max_completion_tokens=1024"),
        ("1.44.1", "o3", ""),
        ("1.45.0", "o3", "Add max_completion_tokens=8192"),
    ],
)
def test_a_cap_is_spelled_as_the_held_sdk_and_the_model_know_it(
    project: Path, version: str, model: str, title: str
) -> None:
    (project / "requirements.txt").write_text(f"openai=={version}\n", encoding="utf-8")
    text = OPENAI.format(model=model)
    (fix,) = offered("missing-max-tokens", app=text)
    assert (fix.title if fix is not None else "") == title


OPENAI = """\
from openai import OpenAI

client = OpenAI(timeout=20)


def ask(question: str):
    return client.chat.completions.create(model="{model}", messages=[{{"role": "user", "content": question}}])
"""


@pytest.mark.parametrize(
    ("model", "options", "fixes"),
    [
        ("o1", "", 1),
        ("o1", ", temperature=1", 1),
        ("o1", ", temperature=0.2", 0),
        ("o1", ", stop=['.']", 0),
        ("o1", ", max_tokens=900", 0),
        ("o1", ", max_completion_tokens=9000", 1),
        ("o1", ", **OPTIONS", 0),
    ],
)
def test_a_model_is_put_in_the_place_of_one_if_it_takes_what_is_sent(
    project: Path, model: str, options: str, fixes: int
) -> None:
    text = (
        OPENAI.format(model=model)
        .replace("}])", f"}}]{options})")
        .replace("import OpenAI", "import OpenAI\nfrom x import OPTIONS")
    )
    assert [fix is not None for fix in offered("retired-model", app=text)] == [bool(fixes)]
