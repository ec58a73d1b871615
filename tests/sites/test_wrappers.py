"""Calls of project functions whose arguments go into a call of a model; the expected lines say `# <- wrapper`."""

from __future__ import annotations

import pytest
from support import Code, call_sites, marked

from llmlint.sites.request.settings import on_path
from llmlint.sites.request.wrappers import WrapperCall, wrapper_calls
from llmlint.sites.request.wrappers import wrapped as every_wrapper_call

CLIENT = """
    from openai import OpenAI

    client = OpenAI()

    def ask(prompt, model="gpt-5.4-mini", **options):
        return client.chat.completions.create(model=model, messages=[{"role": "user", "content": prompt}], **options)
"""


def wrapped(code: Code) -> list[WrapperCall]:
    return [call for site in call_sites(code) for call in wrapper_calls(site)]


def expect_wrappers(code: Code) -> list[WrapperCall]:
    found = wrapped(code)
    assert {(call.module.key, call.node.lineno) for call in found} == marked(code, "wrapper")
    return found


def test_a_call_that_passes_the_prompt_in() -> None:
    expect_wrappers(
        {
            "llm.py": CLIENT,
            "app.py": """
                from llm import ask

                def title(text):
                    return ask(f"Title for: {text}")  # <- wrapper
            """,
        }
    )


def test_over_several_levels_and_modules() -> None:
    found = expect_wrappers(
        {
            "llm.py": CLIENT,
            "prompts.py": """
                import llm

                def summarize(text, length):
                    instruction = f"Summarize in {length} words: {text}"
                    return llm.ask(instruction)  # <- wrapper
            """,
            "app.py": """
                from prompts import summarize

                print(summarize(open("a.txt").read(), 20))  # <- wrapper
            """,
        }
    )
    assert [len(call.calls) for call in found] == [1, 2]


def test_methods_also_of_a_subclass() -> None:
    expect_wrappers(
        """
        from openai import OpenAI

        class Base:
            def __init__(self):
                self.client = OpenAI()

            def complete(self, text):
                return self.client.responses.create(model="gpt-5.4-mini", input=text)

        class Assistant(Base):
            def reply(self, text):
                return self.complete(text)  # <- wrapper

        Assistant().reply("hello")  # <- wrapper
        """
    )


def test_an_abstract_method_with_one_implementation() -> None:
    expect_wrappers(
        """
        from abc import ABC, abstractmethod
        from openai import OpenAI

        class Model(ABC):
            @abstractmethod
            def generate(self, prompt): ...

        class Gpt(Model):
            def __init__(self):
                self.client = OpenAI()

            def generate(self, prompt):
                return self.client.responses.create(model="gpt-5.4-mini", input=prompt)

        def answer(model: Model, question):
            return model.generate(question)  # <- wrapper
        """
    )


def test_recursion_ends() -> None:
    expect_wrappers(
        """
        from openai import OpenAI

        client = OpenAI()

        def ask(prompt, tries=3):
            try:
                return client.responses.create(model="gpt-5.4-mini", input=prompt)
            except Exception:
                return ask(prompt, tries - 1)  # <- wrapper
        """
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("return client.responses.create(model='gpt-5.4-mini', input='ping')", id="nothing passed on"),
        pytest.param(
            "log(name)\n    return client.responses.create(model='gpt-5.4-mini', input='ping')", id="used otherwise"
        ),
    ],
)
def test_a_function_that_passes_nothing_on_is_no_wrapper(body: str) -> None:
    code = f"from openai import OpenAI\n\nclient = OpenAI()\n\ndef ping(name):\n    {body}\n\nping('a')\n"
    assert wrapped(code) == []


def test_settings_are_those_of_the_way() -> None:
    short, long = wrapped(
        {
            "llm.py": CLIENT,
            "app.py": """
                from llm import ask

                ask("a", max_tokens=20)
                ask("b", "gpt-5.4")
            """,
        }
    )
    assert [on_path(call.site, "max-tokens", call.calls).state.value for call in (short, long)] == ["present", "absent"]
    models = [on_path(call.site, "model", call.calls).value for call in (short, long)]
    assert [getattr(model, "value", None) for model in models] == ["gpt-5.4-mini", "gpt-5.4"]


def test_a_test_is_no_user_of_a_wrapper() -> None:
    code = {
        "llm.py": CLIENT,
        "tests/test_llm.py": "from llm import ask\n\ndef test_ask():\n    assert ask('hello')\n",
    }
    assert wrapped(code) == []


def test_a_call_by_a_name_that_stands_for_one_of_two() -> None:
    expect_wrappers(
        {
            "llm.py": CLIENT,
            "app.py": """
                from functools import lru_cache

                from llm import ask

                @lru_cache
                def cached(prompt):
                    return ask(prompt)  # <- wrapper

                def title(text, cache):
                    complete = cached if cache else ask
                    return complete(f"Title for: {text}")  # <- wrapper
            """,
        }
    )


def test_a_function_kept_as_an_attribute_in_a_project_with_namespace_packages() -> None:
    expect_wrappers(
        {
            "desk/helpers/text.py": "def clean(text):\n    return text\n",
            "desk/llm.py": """
            from openai import OpenAI

            from desk import helpers
            from desk.helpers.text import clean

            client = OpenAI()

            def ask(prompt):
                return client.responses.create(model="gpt-5.4-mini", input=prompt)

            class Desk:
                def __init__(self):
                    self.ask = ask

                def answer(self, question):
                    return self.ask(question)  # <- wrapper
        """,
        }
    )


STRATEGIES = (
    CLIENT
    + """
    class Strategy:
        def extract_tables(self, page):
            raise NotImplementedError

    class ModelStrategy(Strategy):
        def extract_tables(self, page):
            return ask(page)  # <- wrapper
"""
)
USE = """
    def scrape(page, **options):
        return options["strategy"].extract_tables(page){mark}
"""


def listed(code: Code) -> set[tuple[str, int]]:
    return {(call.module.key, call.node.lineno) for call in every_wrapper_call(call_sites(code))}


def test_a_method_that_every_known_implementation_leads_to_a_model_from() -> None:
    code: Code = {"llm.py": STRATEGIES, "app.py": USE.format(mark="  # <- wrapper")}
    assert listed(code) == marked(code, "wrapper")


def test_a_method_with_an_implementation_that_asks_no_model() -> None:
    plain = """
    class PlainStrategy(Strategy):
        def extract_tables(self, page):
            return page.strip()
"""
    code: Code = {"llm.py": STRATEGIES + plain, "app.py": USE.format(mark="")}
    assert listed(code) == marked(code, "wrapper")
