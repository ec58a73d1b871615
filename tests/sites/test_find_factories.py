"""Clients made by functions, methods and context managers."""

from __future__ import annotations

from support import expect_calls, only_site, setting


def test_factory_without_annotation() -> None:
    expect_calls("""
        from openai import OpenAI

        def make_client():
            return OpenAI()

        make_client().responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_factory_with_annotation_and_computed_body() -> None:
    expect_calls("""
        from openai import OpenAI
        import registry

        def make_client() -> OpenAI:
            return registry.lookup("openai")

        make_client().responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_factory_with_branches_gives_all_clients() -> None:
    site = only_site("""
        from openai import AzureOpenAI, OpenAI

        def make_client(azure):
            if azure:
                return AzureOpenAI()
            return OpenAI()

        def ask(question, azure):
            return make_client(azure).chat.completions.create(model="gpt-4.1", messages=[])
    """)
    assert len(site.matches) == 2


def test_factory_that_fills_a_variable() -> None:
    expect_calls("""
        from openai import OpenAI

        def make_client(key=None):
            client = None
            if key:
                client = OpenAI(api_key=key)
            else:
                client = OpenAI()
            return client

        client = make_client()
        client.responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_cached_factory_in_another_module() -> None:
    expect_calls(
        {
            "clients.py": """
            from functools import lru_cache
            from anthropic import Anthropic

            @lru_cache(maxsize=None)
            def claude():
                return Anthropic()
        """,
            "ask.py": """
            import clients

            clients.claude().messages.create(model="claude-sonnet-4-5", max_tokens=10, messages=[])  # <- call
        """,
        }
    )


def test_factory_with_a_global_cache() -> None:
    expect_calls("""
        from openai import OpenAI

        _client = None

        def get_client():
            global _client
            if _client is None:
                _client = OpenAI()
            return _client

        def ask(question):
            return get_client().responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_factory_calling_a_factory() -> None:
    expect_calls("""
        from openai import OpenAI

        def build(timeout):
            return OpenAI(timeout=timeout)

        def get_client():
            return build(30)

        def ask(question):
            return get_client().responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_arguments_of_a_factory_reach_the_constructor() -> None:
    code = """
        from openai import OpenAI

        def build(timeout):
            return OpenAI(timeout=timeout)

        build(30).responses.create(model="gpt-4.1", input="Hi")
    """
    assert setting(code, "timeout") == "present 30"


def test_keywords_passed_on_by_a_factory() -> None:
    code = """
        from openai import OpenAI

        def build(**options):
            return OpenAI(**options)

        build(timeout=30).responses.create(model="gpt-4.1", input="Hi")
    """
    assert setting(code, "timeout") == "present 30"


def test_static_and_class_methods() -> None:
    expect_calls("""
        from openai import OpenAI

        class Clients:
            @staticmethod
            def plain():
                return OpenAI()

            @classmethod
            def cheap(cls):
                return cls.plain()

        Clients.plain().responses.create(model="gpt-4.1", input="Hi")  # <- call
        Clients.cheap().responses.create(model="gpt-4.1", input="Hi")  # <- call
        Clients().plain().responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_alternative_constructor() -> None:
    expect_calls("""
        from openai import OpenAI

        class Writer:
            def __init__(self, client):
                self.client = client

            @classmethod
            def from_env(cls):
                return cls(OpenAI())

            def write(self, topic):
                return self.client.responses.create(model="gpt-4.1", input=topic)  # <- call

        Writer.from_env().write("cats")
    """)


def test_factory_that_returns_a_tuple() -> None:
    expect_calls("""
        from openai import OpenAI

        def setup():
            return OpenAI(), "gpt-4.1"

        client, model = setup()
        client.responses.create(model=model, input="Hi")  # <- call
        setup()[0].responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_model_out_of_the_tuple() -> None:
    code = """
        from openai import OpenAI

        def setup():
            return OpenAI(), "gpt-4.1"

        client, model = setup()
        client.responses.create(model=model, input="Hi")
    """
    assert setting(code, "model") == "present 'gpt-4.1'"


def test_factory_that_returns_a_dict_of_clients() -> None:
    expect_calls("""
        from anthropic import Anthropic
        from openai import OpenAI

        def setup():
            return {"openai": OpenAI(), "anthropic": Anthropic()}

        clients = setup()
        clients["anthropic"].messages.create(model="claude-sonnet-4-5", max_tokens=10, messages=[])  # <- call
        clients.get("openai").responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_context_manager_factory() -> None:
    expect_calls("""
        from contextlib import contextmanager
        from openai import OpenAI

        @contextmanager
        def session():
            client = OpenAI()
            try:
                yield client
            finally:
                client.close()

        with session() as client:
            client.responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_async_context_manager_factory() -> None:
    expect_calls("""
        from contextlib import asynccontextmanager
        from openai import AsyncOpenAI

        @asynccontextmanager
        async def session():
            async with AsyncOpenAI() as client:
                yield client

        async def ask(question):
            async with session() as client:
                return await client.responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_context_manager_class() -> None:
    expect_calls("""
        from anthropic import Anthropic

        class Session:
            def __enter__(self):
                self.client = Anthropic()
                return self.client

            def __exit__(self, *error):
                self.client.close()

        with Session() as claude:
            claude.messages.create(model="claude-sonnet-4-5", max_tokens=10, messages=[])  # <- call
    """)


def test_client_used_as_context_manager() -> None:
    expect_calls("""
        from contextlib import closing
        from openai import OpenAI

        with OpenAI() as client, closing(OpenAI()) as other:
            client.responses.create(model="gpt-4.1", input="Hi")  # <- call
            other.responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_async_factory() -> None:
    expect_calls("""
        from openai import AsyncOpenAI

        async def connect():
            return AsyncOpenAI()

        async def ask(question):
            client = await connect()
            return await client.responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_lambda_factory() -> None:
    expect_calls("""
        from openai import OpenAI

        make = lambda: OpenAI()
        make().responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_factory_inside_a_factory() -> None:
    expect_calls("""
        from openai import OpenAI

        def configure(key):
            def make():
                return OpenAI(api_key=key)
            return make

        make = configure("k")
        make().responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_callable_object() -> None:
    expect_calls("""
        from openai import OpenAI

        class Provider:
            def __call__(self):
                return OpenAI()

        provide = Provider()
        provide().responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_client_that_a_generator_yields() -> None:
    expect_calls("""
        from openai import OpenAI

        def clients(keys):
            for key in keys:
                yield OpenAI(api_key=key)

        for client in clients(["a", "b"]):
            client.responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_clients_in_a_list() -> None:
    expect_calls("""
        import random
        from openai import OpenAI

        pool = [OpenAI(api_key=key) for key in ("a", "b")]
        random.choice(pool)
        pool[0].responses.create(model="gpt-4.1", input="Hi")  # <- call
        for client in pool:
            client.responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_either_the_given_client_or_a_new_one() -> None:
    expect_calls("""
        from openai import OpenAI

        class Writer:
            def __init__(self, client=None):
                self.client = client or OpenAI()
                self.other = OpenAI() if client is None else client

            def write(self, topic):
                self.other.responses.create(model="gpt-4.1", input=topic)  # <- call
                return self.client.responses.create(model="gpt-4.1", input=topic)  # <- call
    """)


def test_walrus() -> None:
    expect_calls("""
        from openai import OpenAI

        if (client := OpenAI()):
            client.responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_class_method_that_builds_its_own_class() -> None:
    expect_calls("""
        from langchain_openai import ChatOpenAI
        from langchain_anthropic import ChatAnthropic

        class Provider:
            def __init__(self, llm, log=None):
                self.llm = llm

            @classmethod
            def from_name(cls, name, **kwargs):
                if name == "openai":
                    llm = ChatOpenAI(**kwargs)
                else:
                    llm = ChatAnthropic(**kwargs)
                return cls(llm)

            async def answer(self, messages):
                return await self.llm.ainvoke(messages)  # <- call
    """)


def test_client_that_must_be_given() -> None:
    [site] = expect_calls("""
        import boto3

        class Assistant:
            def __init__(self, client=None):
                if client is None:
                    raise ValueError("a client is needed")
                else:
                    self.client = client

            def ask(self, messages):
                return self.client.converse(modelId="amazon.nova-pro-v1:0", messages=messages)  # <- call
    """)
    assert site.confidence == "shape"


def test_a_telling_method_name_counts_only_where_the_sdk_is_imported() -> None:
    expect_calls(
        {
            "robot.py": """
                class Robot:
                    def __init__(self, voice):
                        self.voice = voice

                    def talk(self, person):
                        return self.voice.converse(person)
            """,
            "cloud.py": "import boto3\\n\\nruntime = boto3.client('bedrock-runtime')\\n",
            "app.py": "from robot import Robot\\nfrom cloud import runtime\\n",
        }
    )


def test_isinstance_before_the_assignment_tells_the_type() -> None:
    expect_calls("""
        from langchain_core.language_models import BaseChatModel

        class Adapter:
            def __init__(self, config):
                if not isinstance(config.model, BaseChatModel):
                    raise ValueError("a chat model is needed")
                self.model = config.model

            def answer(self, messages):
                model = self.model
                return model.invoke(messages)  # <- call

        class Config:
            def __init__(self, model="gpt-4.1"):
                self.model = model

        Adapter(Config())
    """)


def test_async_factories_of_clouds() -> None:
    expect_calls("""
        import aioboto3
        from aiobotocore.session import get_session
        from types_aiobotocore_bedrock_runtime import BedrockRuntimeClient

        class Assistant:
            def __init__(self):
                self.session = aioboto3.Session()

            async def ask(self, messages):
                async with self.session.client(service_name="bedrock-runtime") as runtime:
                    return await runtime.converse(modelId="amazon.nova-pro-v1:0", messages=messages)  # <- call

        async def raw(body):
            session = get_session()
            async with session.create_client("bedrock-runtime") as runtime, session.create_client("s3") as other:
                await other.converse()
                return await runtime.invoke_model(modelId="amazon.nova-pro-v1:0", body=body)  # <- call

        async def given(runtime: BedrockRuntimeClient, messages):
            return await runtime.converse(modelId="amazon.nova-pro-v1:0", messages=messages)  # <- call
    """)


def test_arguments_of_a_factory_in_a_mapping() -> None:
    expect_calls("""
        import boto3

        arguments = {"service_name": "bedrock-runtime", "region_name": "eu-central-1"}
        client = boto3.client(**arguments)
        client.converse(modelId="amazon.nova-lite-v1:0", messages=[])  # <- call
        other = boto3.client(**{"service_name": "s3"})
        other.converse(messages=[])
    """)


def test_what_is_wrapped_again_and_again_is_looked_through_once() -> None:
    wraps = "".join(f"    c{n} = wrap(c{n - 1}) if debug else trace(c{n - 1})\n" for n in range(1, 41))
    expect_calls(
        "from helpers import trace, wrap\n"
        "from langsmith.wrappers import wrap_openai\n"
        "from openai import OpenAI\n\n\n"
        "def ask(debug: bool):\n"
        "    c0 = OpenAI()\n"
        f"{wraps}"
        "    wrap_openai(c0).responses.create(model='m', input='Hi')  # <- call\n"
        "    return c40.responses.create(model='m', input='Hi')\n"
    )
