"""Clients that come in as parameters."""

from __future__ import annotations

from support import expect_calls, only_site, setting


def test_annotated_parameter() -> None:
    expect_calls("""
        from openai import OpenAI

        def ask(client: OpenAI, question: str) -> str:
            return client.responses.create(model="gpt-4.1", input=question).output_text  # <- call
    """)


def test_optional_parameter() -> None:
    expect_calls("""
        from typing import Optional
        from anthropic import Anthropic

        def ask(client: Optional[Anthropic] = None):
            return client.messages.create(model="claude-sonnet-4-5", max_tokens=10, messages=[])  # <- call
    """)


def test_union_of_two_clients() -> None:
    site = only_site("""
        from openai import AzureOpenAI, OpenAI

        def ask(client: OpenAI | AzureOpenAI | None):
            return client.chat.completions.create(model="gpt-4.1", messages=[])
    """)
    assert len(site.matches) == 2


def test_quoted_annotation_of_an_import_for_type_checkers() -> None:
    expect_calls("""
        from __future__ import annotations
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from openai import AsyncOpenAI

        async def ask(client: "AsyncOpenAI", question):
            return await client.responses.create(model="gpt-4.1", input=question)  # <- call

        async def ask_maybe(client: "AsyncOpenAI | None", question):
            return await client.responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_type_alias() -> None:
    expect_calls("""
        from typing import Union
        from openai import AsyncOpenAI, OpenAI

        Client = Union[OpenAI, AsyncOpenAI]

        def ask(client: Client, question):
            return client.responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_annotated_project_class_that_holds_the_client() -> None:
    expect_calls(
        {
            "deps.py": """
            from openai import OpenAI

            class Deps:
                def __init__(self):
                    self.llm = OpenAI()
        """,
            "ask.py": """
            from deps import Deps

            def ask(deps: Deps, question):
                return deps.llm.responses.create(model="gpt-4.1", input=question)  # <- call
        """,
        }
    )


def test_client_as_default_argument() -> None:
    expect_calls("""
        from openai import OpenAI

        default_client = OpenAI()

        def ask(question, client=default_client):
            return client.responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_fastapi_dependency() -> None:
    code = """
        from fastapi import Depends, FastAPI
        from openai import AsyncOpenAI

        app = FastAPI()

        def get_client():
            return AsyncOpenAI(timeout=20)

        @app.post("/ask")
        async def ask(question: str, client=Depends(get_client)):
            return await client.responses.create(model="gpt-4.1", input=question)  # <- call
    """
    expect_calls(code)
    assert setting(code, "timeout") == "present 20"


def test_fastapi_dependency_that_yields() -> None:
    code = """
        from fastapi import Depends, FastAPI
        from openai import AsyncOpenAI

        app = FastAPI()

        async def get_client():
            async with AsyncOpenAI(timeout=20) as client:
                yield client

        @app.post("/ask")
        async def ask(question: str, client: AsyncOpenAI = Depends(get_client)):
            return await client.responses.create(model="gpt-4.1", input=question)  # <- call
    """
    expect_calls(code)
    assert setting(code, "timeout") == "present 20"


def test_fastapi_dependency_in_annotated() -> None:
    code = """
        from typing import Annotated
        from fastapi import Depends, FastAPI
        from openai import AsyncOpenAI

        app = FastAPI()

        def get_client() -> AsyncOpenAI:
            return AsyncOpenAI(timeout=20)

        @app.post("/ask")
        async def ask(question: str, client: Annotated[AsyncOpenAI, Depends(get_client)]):
            return await client.responses.create(model="gpt-4.1", input=question)  # <- call
    """
    expect_calls(code)
    assert setting(code, "timeout") == "present 20"


def test_alias_of_an_annotated_dependency() -> None:
    code = """
        from typing import Annotated
        from fastapi import Depends, FastAPI
        from openai import AsyncOpenAI

        app = FastAPI()

        def get_client():
            return AsyncOpenAI(timeout=20)

        Client = Annotated[AsyncOpenAI, Depends(get_client)]

        @app.post("/ask")
        async def ask(question: str, client: Client):
            return await client.responses.create(model="gpt-4.1", input=question)  # <- call
    """
    expect_calls(code)


def test_client_passed_by_a_caller_in_another_module() -> None:
    code = {
        "ask.py": """
            def ask(client, question):
                return client.responses.create(model="gpt-4.1", input=question)  # <- call
        """,
        "main.py": """
            from openai import OpenAI
            from ask import ask

            ask(OpenAI(timeout=20), "Hi")
        """,
    }
    expect_calls(code)
    assert setting(code, "timeout") == "present 20"


def test_client_passed_by_keyword_through_two_functions() -> None:
    expect_calls("""
        from openai import OpenAI

        def inner(question, *, llm):
            return llm.responses.create(model="gpt-4.1", input=question)  # <- call

        def outer(question, llm):
            return inner(question, llm=llm)

        outer("Hi", OpenAI())
    """)


def test_client_passed_to_a_constructor() -> None:
    expect_calls(
        {
            "writer.py": """
            class Writer:
                def __init__(self, client):
                    self._client = client

                def write(self, topic):
                    return self._client.responses.create(model="gpt-4.1", input=topic)  # <- call
        """,
            "main.py": """
            from openai import OpenAI
            from writer import Writer

            Writer(client=OpenAI()).write("cats")
        """,
        }
    )


def test_client_passed_to_a_method() -> None:
    expect_calls("""
        from openai import OpenAI

        class Writer:
            def write(self, client, topic):
                return client.responses.create(model="gpt-4.1", input=topic)  # <- call

        Writer().write(OpenAI(), "cats")
    """)


def test_client_passed_by_splat() -> None:
    expect_calls("""
        from openai import OpenAI

        def ask(client, question):
            return client.responses.create(model="gpt-4.1", input=question)  # <- call

        arguments = {"client": OpenAI(), "question": "Hi"}
        ask(**arguments)
    """)


def test_clients_of_two_callers() -> None:
    site = only_site("""
        from openai import AzureOpenAI, OpenAI

        def ask(client):
            return client.chat.completions.create(model="gpt-4.1", messages=[])

        ask(OpenAI())
        ask(AzureOpenAI())
    """)
    assert len(site.matches) == 2


def test_inner_function_reads_the_outer_parameter() -> None:
    expect_calls("""
        from openai import OpenAI

        def build(client):
            def ask(question):
                return client.responses.create(model="gpt-4.1", input=question)  # <- call
            return ask

        build(OpenAI())("Hi")
    """)


def test_isinstance_tells_the_type() -> None:
    expect_calls("""
        from openai import OpenAI

        class Writer:
            def __init__(self, client):
                if not isinstance(client, OpenAI):
                    raise TypeError("an OpenAI client is needed")
                self.client = client

            def write(self, topic):
                return self.client.responses.create(model="gpt-4.1", input=topic)  # <- call
    """)


def test_client_handed_to_a_module_that_knows_no_sdk() -> None:
    expect_calls(
        {
            "clients.py": "from langchain_openai import ChatOpenAI\n\ndef model():\n    return ChatOpenAI()\n",
            "nodes/__init__.py": "from .writer import create_writer\n",
            "nodes/writer.py": """
                def create_writer(llm):
                    def node(state):
                        return llm.invoke(state["messages"])  # <- call
                    return node
            """,
            "graph.py": """
                from clients import model
                from nodes import create_writer

                node = create_writer(model())
            """,
        }
    )


def test_arguments_of_a_function_handed_to_an_executor() -> None:
    expect_calls("""
        from concurrent.futures import ThreadPoolExecutor
        from openai import OpenAI

        def ask(question, client):
            return client.responses.create(model="gpt-4.1", input=question)  # <- call

        with ThreadPoolExecutor() as pool:
            pool.submit(ask, "Hi", OpenAI())
    """)


def test_arguments_of_a_mapped_function_are_not_those_of_map() -> None:
    [site] = expect_calls("""
        from openai import OpenAI

        client = OpenAI()

        def tell(client):
            return client.responses.create(model="gpt-4.1", input="Hi")  # <- call

        list(map(tell, client))
    """)
    assert site.confidence == "shape"


def test_an_object_that_is_called_comes_in_as_a_parameter() -> None:
    expect_calls("""
        from llama_cpp import Llama

        class Local:
            _kept = {}

            @classmethod
            def get(cls, path):
                if path not in cls._kept:
                    cls._kept[path] = Llama(model_path=path)
                return cls._kept[path]

        def run(llm, prompt):
            return llm(prompt, max_tokens=150)  # <- call

        def ask(path, prompt):
            return run(Local.get(path), prompt)
    """)


def test_a_method_is_a_call_where_it_is_handed_over_only() -> None:
    expect_calls("""
        from openai import OpenAI

        client = OpenAI()

        def run(asker, prompt):
            return asker(model="gpt-4.1", input=prompt)

        def ask(prompt):
            return run(client.responses.create, prompt)  # <- call
    """)
