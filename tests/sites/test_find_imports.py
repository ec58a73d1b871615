"""Call sites are found however the SDK and the client are imported."""

from __future__ import annotations

from support import expect_calls


def test_module_imported_under_another_name() -> None:
    expect_calls("""
        import openai as oa

        client = oa.OpenAI()
        client.responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_class_imported_under_another_name() -> None:
    expect_calls("""
        from openai import OpenAI as Client

        llm = Client()
        llm.chat.completions.create(model="gpt-4.1", messages=[])  # <- call
    """)


def test_class_bound_to_a_second_name() -> None:
    expect_calls("""
        import anthropic

        Client = anthropic.Anthropic
        Client().messages.create(model="claude-sonnet-4-5", max_tokens=10, messages=[])  # <- call
    """)


def test_function_imported_under_another_name() -> None:
    expect_calls("""
        from litellm import completion as ask

        ask(model="gpt-4.1", messages=[])  # <- call
    """)


def test_client_imported_from_another_module() -> None:
    expect_calls(
        {
            "clients.py": """
            from openai import OpenAI

            client = OpenAI()
        """,
            "ask.py": """
            from clients import client

            def ask(question):
                return client.responses.create(model="gpt-4.1", input=question)  # <- call
        """,
        }
    )


def test_client_as_attribute_of_an_imported_module() -> None:
    expect_calls(
        {
            "app/__init__.py": "",
            "app/clients.py": "from anthropic import Anthropic\nclaude = Anthropic()\n",
            "app/ask.py": """
            from app import clients

            clients.claude.messages.create(model="claude-sonnet-4-5", max_tokens=10, messages=[])  # <- call
        """,
        }
    )


def test_dotted_import_of_a_package() -> None:
    expect_calls(
        {
            "app/__init__.py": "",
            "app/llm/__init__.py": "",
            "app/llm/clients.py": "from openai import OpenAI\nclient = OpenAI()\n",
            "main.py": """
            import app.llm.clients

            app.llm.clients.client.responses.create(model="gpt-4.1", input="Hi")  # <- call
        """,
        }
    )


def test_reexport_through_two_packages() -> None:
    expect_calls(
        {
            "app/__init__.py": "from .llm import get_client as client_for\n",
            "app/llm/__init__.py": "from .clients import get_client\n\n__all__ = ['get_client']\n",
            "app/llm/clients.py": """
            from openai import OpenAI

            def get_client():
                return OpenAI()
        """,
            "main.py": """
            from app import client_for

            client_for().responses.create(model="gpt-4.1", input="Hi")  # <- call
        """,
        }
    )


def test_relative_imports_of_every_level() -> None:
    expect_calls(
        {
            "app/__init__.py": "",
            "app/top.py": "from openai import OpenAI\nclient = OpenAI()\n",
            "app/a/__init__.py": "",
            "app/a/middle.py": "from openai import OpenAI\nclient = OpenAI()\n",
            "app/a/b/__init__.py": "",
            "app/a/b/near.py": "from openai import OpenAI\nclient = OpenAI()\n",
            "app/a/b/ask.py": """
            from . import near
            from .near import client as first
            from ..middle import client as second
            from ...top import client as third

            near.client.responses.create(model="gpt-4.1", input="0")  # <- call
            first.responses.create(model="gpt-4.1", input="1")  # <- call
            second.responses.create(model="gpt-4.1", input="2")  # <- call
            third.responses.create(model="gpt-4.1", input="3")  # <- call
        """,
        }
    )


def test_star_import_from_a_project_module() -> None:
    expect_calls(
        {
            "clients.py": "from openai import OpenAI\nclient = OpenAI()\n",
            "ask.py": """
            from clients import *

            client.responses.create(model="gpt-4.1", input="Hi")  # <- call
        """,
        }
    )


def test_star_import_from_the_sdk() -> None:
    expect_calls("""
        from openai import *

        OpenAI().responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_names_passed_on_by_star_imports_of_a_package() -> None:
    expect_calls(
        {
            "app/__init__.py": "from .clients import *\n",
            "app/clients.py": "from .base import *\n",
            "app/base.py": "from anthropic import Anthropic\nclient = Anthropic()\n",
            "main.py": """
            import app

            app.client.messages.create(model="claude-sonnet-4-5", max_tokens=10, messages=[])  # <- call
        """,
        }
    )


def test_import_with_a_fallback() -> None:
    expect_calls("""
        try:
            from langfuse.openai import OpenAI
        except ImportError:
            from openai import OpenAI

        client = OpenAI()
        client.chat.completions.create(model="gpt-4.1", messages=[])  # <- call
    """)


def test_optional_dependency_set_to_none() -> None:
    expect_calls("""
        try:
            import openai
        except ImportError:
            openai = None

        def ask(question):
            if openai is None:
                raise RuntimeError("pip install openai")
            return openai.OpenAI().responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_client_chosen_by_a_condition() -> None:
    sites = expect_calls("""
        import os
        from openai import AzureOpenAI, OpenAI

        if os.environ.get("AZURE"):
            client = AzureOpenAI(api_version="2024-10-21")
        else:
            client = OpenAI()

        client.chat.completions.create(model="gpt-4.1", messages=[])  # <- call
    """)
    assert {match.surface.client.provider for match in sites[0].matches if match.surface.client} == {"azure", "openai"}


def test_function_defined_twice_under_a_condition() -> None:
    expect_calls("""
        import os
        from openai import OpenAI

        if os.name == "nt":
            def make():
                return OpenAI(timeout=60)
        else:
            def make():
                return OpenAI()

        make().responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_sdk_imported_inside_a_function() -> None:
    expect_calls("""
        def ask(question):
            from openai import OpenAI

            client = OpenAI()
            return client.responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_sdk_imported_inside_a_method_for_another_method() -> None:
    expect_calls("""
        class Writer:
            def __init__(self):
                import anthropic

                self._client = anthropic.Anthropic()

            def write(self, topic):
                return self._client.messages.create(model="claude-sonnet-4-5", max_tokens=100, messages=[])  # <- call
    """)


def test_client_kept_in_a_global_by_a_function() -> None:
    expect_calls("""
        from openai import OpenAI

        _client = None

        def setup():
            global _client
            _client = OpenAI()

        def ask(question):
            return _client.responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_package_in_a_src_folder() -> None:
    expect_calls(
        {
            "src/app/__init__.py": "",
            "src/app/clients.py": "from openai import OpenAI\nclient = OpenAI()\n",
            "src/app/ask.py": """
            from app.clients import client

            client.responses.create(model="gpt-4.1", input="Hi")  # <- call
        """,
        }
    )


def test_project_module_named_like_the_sdk_does_not_hide_it() -> None:
    expect_calls(
        {
            "app/__init__.py": "",
            "app/openai.py": """
            from openai import OpenAI

            client = OpenAI()
            client.responses.create(model="gpt-4.1", input="Hi")  # <- call
        """,
        }
    )


def test_the_root_of_the_project_is_a_package_itself() -> None:
    expect_calls(
        {
            "__init__.py": "",
            "clients.py": """
            from openai import OpenAI

            client = OpenAI()
        """,
            "app/__init__.py": "",
            "app/ask.py": """
            from desk.clients import client

            client.chat.completions.create(model="gpt-4.1", messages=[])  # <- call
        """,
        }
    )
