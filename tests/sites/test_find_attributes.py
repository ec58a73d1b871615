"""Clients kept on objects and classes."""

from __future__ import annotations

from support import expect_calls, only_site


def test_client_set_in_the_constructor() -> None:
    expect_calls("""
        from openai import OpenAI

        class Writer:
            def __init__(self, key):
                self.client = OpenAI(api_key=key)

            def write(self, topic):
                return self.client.chat.completions.create(model="gpt-4.1", messages=[])  # <- call
    """)


def test_client_set_in_a_base_class_of_another_module() -> None:
    expect_calls(
        {
            "base.py": """
            from anthropic import AsyncAnthropic

            class Agent:
                def __init__(self):
                    self.client = AsyncAnthropic()
        """,
            "writer.py": """
            from base import Agent

            class Writer(Agent):
                async def write(self, topic):
                    return await self.client.messages.create(  # <- call
                        model="claude-sonnet-4-5", max_tokens=10, messages=[]
                    )
        """,
        }
    )


def test_client_set_by_a_subclass_of_another_module() -> None:
    expect_calls(
        {
            "base.py": """
            class Agent:
                client = None

                def ask(self, question):
                    return self.client.responses.create(model="gpt-4.1", input=question)  # <- call
        """,
            "writer.py": """
            from openai import OpenAI
            from base import Agent

            class Writer(Agent):
                def __init__(self):
                    self.client = OpenAI()
        """,
        }
    )


def test_client_given_to_the_base_class_constructor() -> None:
    site = only_site("""
        from openai import OpenAI

        class Agent:
            def __init__(self, client):
                self.client = client

            def ask(self, question):
                return self.client.responses.create(model="gpt-4.1", input=question)

        class Writer(Agent):
            def __init__(self):
                super().__init__(OpenAI(timeout=20))
    """)
    assert site.match.api == "responses.create"
    assert site.setting("timeout").state.value == "present"


def test_client_in_a_lazy_property() -> None:
    expect_calls("""
        from openai import OpenAI

        class Writer:
            def __init__(self):
                self._client = None

            @property
            def client(self):
                if self._client is None:
                    self._client = OpenAI()
                return self._client

            def write(self, topic):
                return self.client.responses.create(model="gpt-4.1", input=topic)  # <- call
    """)


def test_client_in_a_cached_property() -> None:
    expect_calls("""
        from functools import cached_property
        from anthropic import Anthropic

        class Writer:
            @cached_property
            def client(self) -> Anthropic:
                return Anthropic()

            def write(self, topic):
                return self.client.messages.create(model="claude-sonnet-4-5", max_tokens=10, messages=[])  # <- call
    """)


def test_client_set_to_none_first_and_later_by_a_method() -> None:
    expect_calls("""
        from typing import Optional
        from openai import AsyncOpenAI

        class Service:
            def __init__(self):
                self._client: Optional[AsyncOpenAI] = None

            async def start(self):
                self._client = AsyncOpenAI()

            async def ask(self, question):
                return await self._client.responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_client_declared_on_self_and_set_elsewhere() -> None:
    expect_calls("""
        from openai import AsyncOpenAI

        class Service:
            def __init__(self):
                self._client: AsyncOpenAI | None = None

            async def ask(self, question):
                return await self._client.responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_client_as_class_attribute() -> None:
    expect_calls("""
        from openai import OpenAI

        class Writer:
            client = OpenAI()

            def write(self, topic):
                return self.client.responses.create(model="gpt-4.1", input=topic)  # <- call

            @classmethod
            def check(cls):
                cls.client.moderations.create(input="Hi")  # <- call

        Writer.client.responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_dataclass_field_annotated_with_the_client() -> None:
    expect_calls("""
        from dataclasses import dataclass
        from openai import OpenAI

        @dataclass
        class Deps:
            client: OpenAI
            model: str = "gpt-4.1"

        def ask(deps: Deps, question):
            return deps.client.responses.create(model=deps.model, input=question)  # <- call
    """)


def test_dataclass_field_with_a_default_factory() -> None:
    expect_calls("""
        from dataclasses import dataclass, field
        from openai import OpenAI

        @dataclass
        class Writer:
            client: OpenAI = field(default_factory=OpenAI)

            def write(self, topic):
                return self.client.responses.create(model="gpt-4.1", input=topic)  # <- call
    """)


def test_pydantic_field_annotated_with_the_client() -> None:
    expect_calls("""
        from openai import AsyncOpenAI
        from pydantic import BaseModel, ConfigDict

        class Context(BaseModel):
            model_config = ConfigDict(arbitrary_types_allowed=True)
            client: AsyncOpenAI | None = None

        async def ask(context: Context, question):
            return await context.client.responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_value_of_a_dataclass_field_comes_from_the_constructor() -> None:
    site = only_site("""
        from dataclasses import dataclass
        from openai import OpenAI

        @dataclass
        class Writer:
            client: OpenAI

            def write(self, topic):
                return self.client.responses.create(model="gpt-4.1", input=topic)

        Writer(client=OpenAI(timeout=5)).write("cats")
    """)
    assert site.match.surface.client is not None


def test_object_that_holds_a_service_that_holds_the_client() -> None:
    expect_calls(
        {
            "service.py": """
            from openai import OpenAI

            class Service:
                def __init__(self):
                    self.openai = OpenAI()
        """,
            "app.py": """
            from service import Service

            class App:
                def __init__(self):
                    self.service = Service()

                def ask(self, question):
                    return self.service.openai.responses.create(model="gpt-4.1", input=question)  # <- call
        """,
        }
    )


def test_client_unpacked_onto_self() -> None:
    expect_calls("""
        from openai import AsyncOpenAI, OpenAI

        class Service:
            def __init__(self):
                self.sync, self.background = OpenAI(), AsyncOpenAI()

            def ask(self, question):
                return self.sync.responses.create(model="gpt-4.1", input=question)  # <- call

            async def later(self, question):
                return await self.background.responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_client_entered_onto_self() -> None:
    expect_calls("""
        from openai import AsyncOpenAI

        class Service:
            async def run(self):
                async with AsyncOpenAI() as self.client:
                    await self.ask("Hi")

            async def ask(self, question):
                return await self.client.responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_client_found_through_getattr_of_a_wrapper() -> None:
    expect_calls("""
        from openai import OpenAI

        class Lazy:
            def __init__(self):
                self._client = OpenAI()

            def __getattr__(self, name):
                return getattr(self._client, name)

        lazy = Lazy()
        lazy.responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_mixin_reads_what_the_class_that_uses_it_sets() -> None:
    expect_calls("""
        from openai import OpenAI

        class Asks:
            def ask(self, question):
                return self.client.responses.create(model="gpt-4.1", input=question)  # <- call

        class Writer(Asks):
            def __init__(self):
                self.client = OpenAI()
    """)


def test_attribute_set_from_outside_the_class() -> None:
    expect_calls("""
        from openai import OpenAI

        class Session:
            client: OpenAI

        session = Session()
        session.client = OpenAI()
        session.client.responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_abstract_client_implemented_by_subclasses() -> None:
    expect_calls("""
        from abc import ABC, abstractmethod
        from openai import OpenAI

        class Agent(ABC):
            @abstractmethod
            def client(self): ...

            def ask(self, question):
                return self.client().responses.create(model="gpt-4.1", input=question)  # <- call

        class Writer(Agent):
            def client(self):
                return OpenAI()
    """)


def test_a_method_that_is_a_lambda() -> None:
    expect_calls("""
        from openai import OpenAI

        class Agent:
            build = lambda self: OpenAI()

            def ask(self, question):
                return self.build().responses.create(model="gpt-4.1", input=question)  # <- call

        def run(agent: Agent):
            return agent.build().responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_a_client_that_is_remade_from_itself_ends() -> None:
    expect_calls("""
        from dataclasses import replace

        from openai import OpenAI

        class Desk:
            def __init__(self):
                self.client = OpenAI()

            def ask(self, question):
                self.client = replace(self.client, max_retries=2)
                return self.client.chat.completions.create(model="gpt-4.1", messages=[])  # <- call
    """)


def test_an_override_that_only_passes_on() -> None:
    expect_calls("""
        from langchain_openai import ChatOpenAI

        def tidied(response):
            response.content = str(response.content)
            return response

        class Model(ChatOpenAI):
            def invoke(self, input, config=None, **kwargs):
                return tidied(super().invoke(input, config, **kwargs))

        def ask(question):
            return Model(model="gpt-5.4", timeout=20).invoke(question).content  # <- call
    """)


def test_an_override_that_does_more() -> None:
    expect_calls("""
        from langchain_openai import ChatOpenAI

        class Model(ChatOpenAI):
            def invoke(self, input, config=None, **kwargs):
                try:
                    return super().invoke(input, config, **kwargs)  # <- call
                except TimeoutError:
                    return None

        def ask(question):
            return Model(model="gpt-5.4", timeout=20).invoke(question)
    """)
